"""`copydesk serve`: a schedule without a Prefect server of one's own to keep."""

from __future__ import annotations

from flows.run_once import TAG
from flows.server import api_server
from pipeline.planning import check_paths
from pipeline.settings import Settings

ENTRYPOINT = "flows.clean.clean"  # by name: a flow that is handed over pickled loses the types of its parameters


def serve_schedule(settings: Settings, cron: str) -> None:
    """Runs the flow on the schedule until the process is stopped; a run that is due while one goes on is left out."""
    check_paths(settings)
    with api_server(settings.state_dir / "prefect", schedules=True):
        # Prefect reads its environment when it is imported.
        from prefect import serve  # noqa: PLC0415
        from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy  # noqa: PLC0415
        from prefect.deployments.runner import RunnerDeployment  # noqa: PLC0415

        deployment = RunnerDeployment.from_entrypoint(
            ENTRYPOINT,
            name=f"serve-{settings.clean.name}",
            cron=cron,
            tags=[TAG],
            parameters={"settings": settings.model_dump(mode="json")},
            concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
        )
        serve(deployment)
