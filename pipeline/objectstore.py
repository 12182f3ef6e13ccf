"""Object stores (S3, Google Cloud Storage, Azure) by URL. obstore speaks to them, and tries again where one is busy."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Annotated

from obstore.exceptions import BaseError
from obstore.store import from_url
from pydantic import StringConstraints

if TYPE_CHECKING:
    from obstore.store import ObjectStore

ObjectsUrl = Annotated[str, StringConstraints(pattern=r"^(s3|gs|az|abfss?)://.")]
"""The URL of a place in an object store."""


@cache
def store_of(url: str) -> ObjectStore:
    """Returns the store of a URL, whose keys are relative to it; credentials are those of the environment, by the store's own names."""
    return from_url(url)


@contextmanager
def store_errors(url: str) -> Iterator[None]:
    """Turns a store's failure into an OSError that names the place: it is the environment's, as a disk's is."""
    try:
        yield
    except (BaseError, FileNotFoundError) as error:  # the latter is obstore's own, without an errno
        raise OSError(errno.EIO, f"the object store failed: {error}".split("\n\n", 1)[0], url) from error
