"""What `make test-images` runs: both images are built, and compose's services run from them.

Needs root, buildah, debootstrap and most of an hour's patience; `make test` does not collect this file.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.docker.built.building import base_name, build, environment, make_base, megabytes, unpacked
from tests.docker.built.container import Container, end
from tests.docker.compose import example_variables, load
from tests.docker.test_compose import OURS, answers, healthcheck, measure, until
from tests.servers import OwnS3, free_port, own_database

pytestmark = pytest.mark.timeout(7200)
MOST_MEGABYTES = 1800.0
BASE_MEGABYTES = 130.0
"""Of the Dockerfile's own base image, which is smaller than the one that stands in for it."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("images")


@pytest.fixture(scope="module")
def cpu(folder: Path) -> str:
    if os.geteuid() != 0:
        pytest.skip("only root builds without a Docker engine")
    make_base(folder)
    return build("cpu", folder)


@pytest.fixture(scope="module")
def root(cpu: str) -> Iterator[Path]:
    with unpacked(cpu) as found:
        yield found


@pytest.fixture(scope="module")
def image(cpu: str) -> dict[str, str]:
    """The environment that the image gives."""
    return environment(cpu)


def test_the_cpu_image_is_no_larger_than_it_must_be(cpu: str) -> None:
    assert megabytes(cpu) - megabytes(base_name()) + BASE_MEGABYTES < MOST_MEGABYTES


def test_the_cuda_image_is_the_same_with_what_a_gpu_is_asked_for(cpu: str, folder: Path) -> None:
    cuda = build("cuda", folder, f"--build-context=cpu=container-image://{cpu}")
    assert environment(cuda)["NVIDIA_DRIVER_CAPABILITIES"] == "compute,utility"


def test_every_program_finds_its_libraries(root: Path, image: dict[str, str], tmp_path: Path) -> None:
    service = load(example_variables())["services"]["worker-cpu"]
    container = Container(service, root, image, {}, tmp_path / "volume")
    for command in (["ffmpeg", "-version"], ["ffprobe", "-version"], ["liptune", "engines"]):
        assert container.run(command) == 0, container.log.read_text()[-4000:]


def test_a_container_is_confined(root: Path, image: dict[str, str], tmp_path: Path) -> None:
    service = load(example_variables())["services"]["api"]
    container = Container(service, root, image, {}, tmp_path / "volume")
    written = "touch /opt/x; touch /tmp/x && touch x && echo written"
    looked = f"id -u; {written}; grep -E 'NoNew|CapBnd' /proc/self/status"
    assert container.run(["sh", "-c", looked]) == 0
    told = container.log.read_text()
    assert told.splitlines()[0] == "10001"
    assert "Read-only file system" in told
    assert "written" in told
    assert re.search(r"NoNewPrivs:\s+1", told)
    assert re.search(r"CapBnd:\s+0+$", told, re.MULTILINE)


def test_compose_starts_from_the_image_and_a_video_is_measured(
    root: Path, image: dict[str, str], redis_url: str, s3: OwnS3, tmp_path: Path
) -> None:
    services: dict[str, Any] = load(example_variables())["services"]
    with own_database() as database_url:
        replaced = {
            "LIPTUNE_DATABASE_URL": database_url,
            "LIPTUNE_BROKER_URL": redis_url,
            "LIPTUNE_S3_ENDPOINT": s3.url,
            "LIPTUNE_DEVICE": "cpu",
        }
        made = {name: Container(services[name], root, image, replaced, tmp_path / name) for name in OURS}
        commands = {name: list(services[name]["command"]) for name in OURS}
        assert made["migrate"].run(commands["migrate"]) == 0, made["migrate"].log.read_text()
        port = free_port()
        running = [
            made["api"].start([*commands["api"][:-1], "127.0.0.1", "--port", str(port)]),
            made["worker-cpu"].start(commands["worker-cpu"]),
        ]
        try:
            until(answers(f"http://127.0.0.1:{port}/readyz"), made["api"], 600.0)
            assert made["worker-cpu"].run(healthcheck(services["worker-cpu"])) == 0
            key = example_variables()["LIPTUNE_API_KEYS"]
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=600, trust_env=False) as client:
                client.headers["Authorization"] = f"Bearer {key}"
                job = measure(client, made["worker-cpu"])
                assert (job["status"], job["attempt"]) == ("succeeded", 1), job["error"]
                assert job["result"]["score"]["verdict"] == "in_sync"
                for artifact in job["artifacts"]:
                    assert len(client.get(artifact["url"]).content) == artifact["bytes"]
        finally:
            for process in running:
                end(process)
