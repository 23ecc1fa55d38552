"""Twenty short jobs run, and something breaks. Each must end, once, in a true state; nothing may be left."""

import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.faults.conftest import Batch
from tests.faults.plant import Plant
from tests.servers import missing

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

Submit = Callable[[], Batch]


def begin(plant: Plant, submit: Submit) -> Batch:
    """Jobs of which the first have started, and most have not."""
    batch = submit()
    plant.until(lambda: plant.get(f"/v1/jobs/{batch.jobs[0]}").json()["status"] != "queued")
    return batch


def test_nothing_breaks(plant: Plant, submit: Submit) -> None:
    settled = begin(plant, submit).settle("none")
    assert (settled.succeeded, settled.repeated) == (20, 0)


def test_pool_processes_are_killed(plant: Plant, submit: Submit) -> None:
    batch = begin(plant, submit)
    plant.analyst.kill_pool()
    plant.renderer.kill_pool()
    assert batch.settle("kill -9 the workers' pool processes").failed == 0


def test_workers_are_killed(plant: Plant, submit: Submit) -> None:
    batch = begin(plant, submit)
    plant.renderer.kill()
    plant.analyst.kill()
    assert batch.settle("kill -9 both workers").failed == 0


def test_all_are_killed_in_the_middle_of_a_batch(plant: Plant, clip: Path) -> None:
    plant.until(plant.ready)
    began = time.monotonic()
    batch, jobs = plant.submit_batch([plant.upload(clip, number) for number in range(1, 21)])
    plant.until(lambda: plant.get(f"/v1/batches/{batch}").json()["counts"]["running"] > 0)
    plant.client.post(f"/v1/jobs/{jobs[-1]}/cancel")
    for kept in (plant.renderer, plant.analyst, plant.api):
        kept.kill()
    settled = Batch(plant, jobs[:-1], began).settle("kill -9 the workers and the API, in a batch")
    assert (settled.succeeded, settled.failed) == (19, 0)
    shown = plant.get(f"/v1/batches/{batch}").json()
    assert shown["finished_at"] is not None
    ended = {"queued": 0, "running": 0, "succeeded": 19, "failed": 0, "canceled": 1}
    assert shown["counts"] == ended | {"total": 20}
    assert "event: done" in plant.get(f"/v1/batches/{batch}/events").text


def test_the_api_is_killed(plant: Plant, submit: Submit) -> None:
    batch = begin(plant, submit)
    plant.api.kill()
    assert batch.settle("kill -9 the API").failed == 0


def test_redis_forgets_everything(plant: Plant, submit: Submit) -> None:
    batch = begin(plant, submit)
    plant.redis.stop()
    time.sleep(3)
    plant.redis.start()
    assert batch.settle("Redis stopped for 3 s, its memory lost").failed == 0


def test_jobs_are_accepted_while_redis_is_away(plant: Plant, submit: Submit, video: str) -> None:
    plant.until(plant.ready)
    plant.redis.stop()
    began = time.monotonic()
    jobs = plant.submit(video)
    plant.redis.start()
    assert Batch(plant, jobs, began).settle("jobs submitted while Redis is away").failed == 0


def test_postgres_stops_and_starts(plant: Plant, submit: Submit) -> None:
    batch = begin(plant, submit)
    plant.postgres.stop()
    time.sleep(3)
    plant.postgres.start()
    assert batch.settle("PostgreSQL stopped as by a crash, started 3 s later").failed == 0


def test_every_message_comes_twice(plant: Plant, submit: Submit) -> None:
    batch = begin(plant, submit)
    plant.send_again(batch.jobs)
    settled = batch.settle("every message delivered again, in both queues")
    assert (settled.succeeded, settled.repeated) == (20, 0)


def test_storage_answers_500(plant: Plant, submit: Submit) -> None:
    batch = begin(plant, submit)
    plant.gate.set("refuse")
    time.sleep(8)
    plant.gate.set("pass")
    batch.settle("S3 answers 500 for 8 s")


def test_storage_hangs(plant: Plant, submit: Submit) -> None:
    batch = begin(plant, submit)
    plant.gate.set("hang")
    time.sleep(8)
    plant.gate.set("pass")
    batch.settle("S3 hangs for 8 s")


def test_the_workers_disk_is_full(plant: Plant, submit: Submit) -> None:
    if not plant.small_disk:
        missing("the right to mount a tmpfs")
    batch = begin(plant, submit)
    ballast = plant.folder / "renderer" / "ballast"
    fill(ballast)
    time.sleep(5)
    ballast.unlink()
    batch.settle("the renderer's disk is full for 5 s")


def test_uploads_are_cut(plant: Plant, submit: Submit) -> None:
    batch = begin(plant, submit)
    head = (
        b"POST /v1/media HTTP/1.1\r\nHost: x\r\nContent-Type: video/mp4\r\nContent-Length: 99999999\r\n\r\n"
    )
    for _ in range(10):
        with socket.create_connection(("127.0.0.1", plant.port)) as connection:
            connection.sendall(head + b"x" * 2_000_000)
    assert batch.settle("10 uploads cut off").failed == 0


def test_clients_are_slow(plant: Plant, submit: Submit, video: str) -> None:
    batch = begin(plant, submit)
    with ExitStack() as connections:
        slow = [
            connections.enter_context(socket.create_connection(("127.0.0.1", plant.port))) for _ in range(40)
        ]
        for number, connection in enumerate(slow):
            whole = f"GET /v1/media/{video}/content HTTP/1.1\r\nHost: x\r\n\r\n".encode()
            connection.sendall(whole if number % 2 else whole[:20])
        for _ in range(3):
            for connection in slow[1::2]:
                assert len(connection.recv(1)) == 1
            time.sleep(1)
        assert plant.get("/livez").elapsed.total_seconds() < 5
        assert batch.settle("40 clients that send or read a byte a second").failed == 0


@pytest.mark.parametrize("seconds", [3600, -3600])
def test_the_clock_jumps(plant: Plant, submit: Submit, seconds: int) -> None:
    batch = begin(plant, submit)
    plant.shift_clock(seconds)
    assert batch.settle(f"the clock jumps by {seconds:+} s").failed == 0


def fill(ballast: Path) -> None:
    """Leaves no room on the disk."""
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 65536)
        except OSError:
            return
