"""What a WARC record says of its own bytes: `WARC-Block-Digest`, e.g. sha1 in base 32."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

_ALGORITHMS: Final = ("sha1", "sha256", "sha512", "md5")


def is_altered(block: bytes, digest: str) -> bool:
    """Returns whether the digest, such as `sha1:2FD4…`, is of other bytes; a digest in a way that we do not know says nothing.

    >>> is_altered(b"The ferry sails.", "md5:7fb19bcbbc52155cda2f4e4d5b9d9bd4"), is_altered(b"The ferry sails.", "crc:00")
    (True, False)
    """
    algorithm, _, value = digest.strip().partition(":")
    if algorithm.lower() not in _ALGORITHMS:
        return False
    own = hashlib.new(algorithm.lower(), block, usedforsecurity=False).digest()
    ways = (own.hex(), base64.b32encode(own).decode().rstrip("=").lower())
    said = value.rstrip("=").lower()
    return len(said) in map(len, ways) and said not in ways
