"""The arguments and flags that several commands have."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

import typer

from pipeline.settings import EngineKind

WorkersFlag = Annotated[int | None, typer.Option("--workers", min=1, help="Batch processes. Default: one a core.", show_default=False)]
EngineFlag = Annotated[
    EngineKind | None,
    typer.Option("--engine", help="Processes of this machine, or the workers of a Dask cluster. Default: local.", show_default=False),
]
DaskFlag = Annotated[str | None, typer.Option("--dask-address", help="The cluster's scheduler, e.g. tcp://10.0.0.7:8786.", show_default=False)]
RecleanFlag = Annotated[bool, typer.Option("--reclean", help="Clean known, unchanged pages again too, with today's rules.")]
SinceFlag = Annotated[
    datetime | None,
    typer.Option("--since", formats=["%Y-%m-%d"], help="Only files with a page that was fetched on this day (UTC) or later.", show_default=False),
]
UntilFlag = Annotated[
    datetime | None,
    typer.Option("--until", formats=["%Y-%m-%d"], help="Only files with a page that was fetched on this day (UTC) or before.", show_default=False),
]
_PUBLISHED: Final = "The folder that was published in, or the name of a dataset of copydesk.toml. Default: its only one."

CleanFlag = Annotated[str | None, typer.Option("--clean", help=_PUBLISHED, show_default=False)]
CleanArgument = Annotated[str | None, typer.Argument(metavar="[CLEAN]", help=_PUBLISHED, show_default=False)]
PathsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[RAW... CLEAN | DATASET]",
        help="Files, folders or URLs of objects to read, and last the folder to publish in; or the name of a dataset of copydesk.toml. Default: its only one.",
        show_default=False,
    ),
]
