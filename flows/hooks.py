"""What happens when a run fails in Prefect: somebody is told, if the settings name a notification block."""

from __future__ import annotations

from typing import Any, cast

from prefect import Flow
from prefect.blocks.abstract import NotificationBlock
from prefect.blocks.core import Block
from prefect.client.schemas.objects import FlowRun, State

from pipeline.settings import Settings, completed


def tell_of_failure(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """Sends the run's name, its state and its error to the block that `notify` names. Raises TypeError where that is no notification block."""
    settings = completed(Settings.model_validate(flow_run.parameters["settings"]))
    if settings.notify is None:
        return
    block = Block.load(settings.notify)
    if not isinstance(block, NotificationBlock):
        raise TypeError(f"{settings.notify} is no notification block")
    # Prefect gives its blocks' methods a form that waits by itself where nobody awaits, which their types do not say.
    cast("Any", block).notify(f"{settings.clean}: {state.message}", subject=f"copydesk: {flow.name} run {flow_run.name} {state.name}")
