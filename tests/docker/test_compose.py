"""What compose would start has been started: our services, on local servers. And what the file promises."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.docker.compose import Logs, Started, example_variables, load
from tests.servers import OwnRedis, OwnS3, free_port, own_database

OURS = ("migrate", "api", "worker-cpu", "worker-gpu")
SERVERS = ("postgres", "redis", "s3")
SAMPLE = Path(__file__).parents[2] / "samples" / "astronaut.mp4"


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = load(example_variables())["services"]
    return found


def until(condition: Callable[[], bool], started: Logs, seconds: float = 180.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, started.log.read_text()[-4000:]
        time.sleep(0.2)


def answers(url: str) -> Callable[[], bool]:
    def ask() -> bool:
        try:
            return httpx.get(url, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    return ask


@pytest.fixture
def replaced(services: dict[str, Any], redis_url: str, s3: OwnS3) -> Iterator[dict[str, str]]:
    """The settings that name another service, which here listens elsewhere."""
    with own_database() as database_url:
        yield {
            "LIPTUNE_DATABASE_URL": database_url,
            "LIPTUNE_BROKER_URL": redis_url,
            "LIPTUNE_S3_ENDPOINT": s3.url,
            "LIPTUNE_DEVICE": "cpu",
        }


@pytest.mark.slow
def test_every_service_starts_as_composed_and_a_video_is_measured(
    services: dict[str, Any], replaced: dict[str, str], tmp_path: Path
) -> None:
    started = {name: Started(services[name], replaced, tmp_path / name) for name in OURS}
    commands = {name: list(services[name]["command"]) for name in OURS}
    assert started["migrate"].run(commands["migrate"]) == 0, started["migrate"].log.read_text()
    port = free_port()
    started["worker-cpu"].environment["LIPTUNE_QUEUES"] = "cpu,webhooks"
    processes = [
        started["api"].start([*commands["api"][:-1], "127.0.0.1", "--port", str(port)]),
        started["worker-cpu"].start(commands["worker-cpu"]),
        started["worker-gpu"].start(commands["worker-gpu"]),
    ]
    try:
        until(answers(f"http://127.0.0.1:{port}/readyz"), started["api"])
        for name in ("worker-cpu", "worker-gpu"):
            assert started[name].run(healthcheck(services[name])) == 0
        key = example_variables()["LIPTUNE_API_KEYS"]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=90, trust_env=False) as client:
            client.headers["Authorization"] = f"Bearer {key}"
            job = measure(client, started["worker-gpu"])
            assert (job["status"], job["attempt"]) == ("succeeded", 1), job["error"]
            for made in job["artifacts"]:
                assert len(client.get(made["url"]).content) == made["bytes"]
        assert '"queue": "gpu", "event": "job_started"' in started["worker-gpu"].log.read_text()
        assert '"queue": "cpu", "event": "job_started"' in started["worker-cpu"].log.read_text()
    finally:
        for process in processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def measure(client: httpx.Client, worker: Logs) -> dict[str, Any]:
    files = {"video": ("a.mp4", SAMPLE.read_bytes(), "video/mp4")}
    answer = client.post("/v1/jobs", files=files, data={"operation": "measure"})
    assert answer.status_code == 202, answer.text
    url = answer.headers["location"]
    until(lambda: client.get(url).json()["finished_at"] is not None, worker)
    job: dict[str, Any] = client.get(url).json()
    return job


def healthcheck(service: dict[str, Any]) -> list[str]:
    words: list[str] = service["healthcheck"]["test"]
    assert words[0] == "CMD"
    return words[1:]


def test_secrets_have_no_defaults() -> None:
    variables = example_variables()
    for name in ("POSTGRES_PASSWORD", "REDIS_PASSWORD", "S3_SECRET_KEY", "LIPTUNE_API_KEYS"):
        with pytest.raises(KeyError, match=name):
            load({**variables, name: ""})


@pytest.mark.parametrize("name", [*OURS, *SERVERS])
def test_every_container_is_confined(services: dict[str, Any], name: str) -> None:
    service = services[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["user"] not in {"root", "0", "0:0"}
    assert service["mem_limit"]
    assert service["cpus"]


@pytest.mark.parametrize("name", [*OURS[1:], *SERVERS])
def test_whatever_stays_up_is_checked_and_started_again(services: dict[str, Any], name: str) -> None:
    assert services[name]["healthcheck"]["test"]
    assert services[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", SERVERS)
def test_images_are_pinned_and_closed_to_the_outside(services: dict[str, Any], name: str) -> None:
    _, _, tag = services[name]["image"].partition(":")
    assert any(character.isdigit() for character in tag)
    assert "ports" not in services[name]


def test_redis_as_composed_keeps_every_message(services: dict[str, Any]) -> None:
    program, *options = services["redis"]["command"]
    assert program == "redis-server"
    server = OwnRedis(*without_password(options))
    try:
        from liptune.core.queue.policy import require_noeviction
        from liptune.core.settings import Settings

        require_noeviction(Settings(broker_url=server.url))
    finally:
        server.stop()


def without_password(options: list[str]) -> list[str]:
    at = options.index("--requirepass")
    rest = options[:at] + options[at + 2 :]
    kept = rest.index("--appendonly")
    return rest[:kept] + rest[kept + 2 :]
