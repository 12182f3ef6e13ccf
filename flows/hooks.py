"""What happens when a run fails in Prefect: somebody is told, if the settings name a notification block."""

from __future__ import annotations

import logging
from typing import Any, cast

from prefect import Flow
from prefect.blocks.abstract import NotificationBlock
from prefect.blocks.core import Block
from prefect.client.schemas.objects import FlowRun, State

from pipeline.settings import Settings, completed


def tell_of_failure(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """Sends the run's name, its state and its error to the block that `notify` names. Raises ValueError, and logs it, where there is no such block."""
    settings = completed(Settings.model_validate(flow_run.parameters["settings"]))
    if settings.notify is None:
        return
    try:
        block = notification_block(settings.notify)
    except ValueError as error:
        logging.getLogger("copydesk").error("nobody is told of this failure: %s", error)
        raise
    # Prefect gives its blocks' methods a form that waits by itself where nobody awaits, which their types do not say.
    cast("Any", block).notify(f"{settings.clean}: {state.message}", subject=f"copydesk: {flow.name} run {flow_run.name} {state.name}")


def notification_block(name: str) -> NotificationBlock:
    """Returns the block of this name, such as slack-webhook/desk, from Prefect's server. Raises ValueError where it has none, or it is for something else."""
    try:
        block = Block.load(name)
    except ValueError as error:
        raise ValueError(f"the Prefect server has no block {name} (`notify`); save it there, on a server of your own") from error
    if not isinstance(block, NotificationBlock):
        raise ValueError(f"{name} (`notify`) is no notification block")
    return block
