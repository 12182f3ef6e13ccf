"""`copydesk serve`: a schedule without a Prefect server of one's own to keep."""

from __future__ import annotations

from flows.server import api_server
from pipeline.settings import Settings


def serve_schedule(settings: Settings, cron: str) -> None:
    """Runs the flow on the schedule until the process is stopped; a run that is due while one goes on is left out."""
    with api_server(settings.state_dir / "prefect"):
        from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy  # noqa: PLC0415 - reads its environment on import

        from flows.clean import clean  # noqa: PLC0415 - imports prefect

        clean.serve(
            name=f"serve-{settings.clean.name}",
            cron=cron,
            parameters={"settings": settings.model_dump(mode="json")},
            global_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
        )
