"""The files of deploy/, which no container engine has run here: what they name is there, and the deployment fits the flow and its worker."""

import json
import shlex
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect.flows import load_flow_from_entrypoint

from tests.running import ROOT

DEPLOY = ROOT / "deploy"


def loaded(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))
    return content


@pytest.mark.parametrize("name", ["compose.yaml", "prefect-docker.yaml", "Dockerfile"])
def test_each_says_that_it_was_not_run(name: str):
    assert "there was no container engine" in (DEPLOY / name).read_text(encoding="utf-8").split("\n", 1)[0]


def test_the_container_s_deployment_fits_the_flow(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT)
    for deployment in loaded("prefect-docker.yaml")["deployments"]:
        parameters = load_flow_from_entrypoint(deployment["entrypoint"]).validate_parameters(deployment["parameters"])
        assert parameters["settings"].clean == Path("desk/clean")


def test_the_container_s_deployment_sets_what_a_docker_worker_knows():
    views = files("prefect.server.api") / "collections_data/views/aggregate-worker-metadata.json"
    known = json.loads(views.read_text())["prefect-docker"]["docker"]["default_base_job_configuration"]["variables"]["properties"]
    (deployment,) = loaded("prefect-docker.yaml")["deployments"]
    variables = deployment["work_pool"]["job_variables"]
    assert variables.keys() <= known.keys()
    assert variables["image_pull_policy"] in known["image_pull_policy"]["enum"]


def test_compose_names_what_is_there():
    compose = loaded("compose.yaml")
    build = compose["services"]["worker"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).is_file()
    (_, _, script) = shlex.split(compose["services"]["worker"]["command"])
    pool = script.split("work-pool create ")[1].split()[0]
    deployments = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    assert {deployment["work_pool"]["name"] for deployment in deployments} == {pool}


def test_the_image_s_folder_is_the_one_that_volumes_and_the_pull_step_name():
    (folder,) = [
        line.removeprefix("WORKDIR ") for line in (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines() if line.startswith("WORKDIR")
    ]
    (deployment,) = loaded("prefect-docker.yaml")["deployments"]
    (step,) = loaded("prefect-docker.yaml")["pull"][0].values()
    mounted = [
        volume.split(":")[1]
        for volume in (*deployment["work_pool"]["job_variables"]["volumes"], *loaded("compose.yaml")["services"]["worker"]["volumes"])
    ]
    assert step["directory"] == folder
    assert mounted == [f"{folder}/desk"] * 2
