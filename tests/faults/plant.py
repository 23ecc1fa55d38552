"""The whole service on servers of its own, to be damaged."""

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from celery import Celery
from sqlalchemy import text

from liptune.core.queue.messages import RUN_TASK, broker_settings
from liptune.core.settings import Settings
from liptune.core.store.store import Store, prepare
from tests.faults.gate import Gate
from tests.faults.keeper import Kept
from tests.servers import OwnPostgres, OwnRedis, OwnS3, free_port

PATIENCE_SECONDS = 240.0
PART_SECONDS = 1.12
"""Of films; the other clip has less."""
OPTIONS = {"steps": 4, "pace": 0.1}


class Plant:
    """API, an analyst and a renderer over PostgreSQL, Redis and S3, each kept alive."""

    def __init__(self, folder: Path) -> None:
        self.postgres, self.redis, self.s3 = OwnPostgres(), OwnRedis(), OwnS3()
        self.gate = Gate(self.s3.port)
        self.folder = folder
        named: dict[str, Any] = {
            **self.s3.settings("faults"),
            "s3_endpoint": self.gate.url,
            "database_url": self.postgres.url,
            "broker_url": self.redis.url,
            "lease": "PT10S",
            "heartbeat": "PT1S",
            "max_attempts": 6,
            "max_jobs_in_flight": 1000,
            "part_seconds": PART_SECONDS,
        }
        self.settings = Settings(data=folder / "own", **named)
        prepare(self.settings)
        self.store = Store.open(self.settings)
        self._environment = {f"LIPTUNE_{name.upper()}": str(value) for name, value in named.items()}
        self.small_disk = small_disk(folder / "renderer")
        self.port = free_port()
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=60, trust_env=False)
        program = ["-m", "tests.faults.program", "api", "--port", str(self.port)]
        worker = ["-m", "liptune.worker", "--include", "tests.worker.register"]
        self.api = self._keep("api", program)
        self.analyst = self._keep("analyst", worker, LIPTUNE_QUEUES="gpu")
        self.helper: Kept | None = None
        self.renderer = self._keep(
            "renderer", worker, LIPTUNE_QUEUES="cpu,webhooks", LIPTUNE_WORKER_PROCESSES="2"
        )
        self.until(self.ready)

    def _keep(self, name: str, arguments: list[str], **more: str) -> Kept:
        data = self.folder / name
        data.mkdir(exist_ok=True)
        ours = {**self._environment, **more, "LIPTUNE_DATA": str(data), "OMP_NUM_THREADS": "1"}
        return Kept(arguments, os.environ | ours, self.folder / f"{name}.log")

    def hire_helper(self) -> Kept:
        """A second analyst, who helps with films; the same one each time."""
        worker = ["-m", "liptune.worker", "--include", "tests.worker.register"]
        self.helper = self.helper or self._keep("helper", worker, LIPTUNE_QUEUES="gpu")
        return self.helper

    def ready(self) -> bool:
        """Whether the service says that it can work."""
        return self.get("/readyz").status_code == 200

    def get(self, path: str) -> httpx.Response:
        """Asks until there is an answer."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return self.client.get(path)
            except httpx.TransportError:
                assert time.monotonic() < deadline
                time.sleep(0.2)

    def upload(self, clip: Path, number: int = 0) -> str:
        """Sends the clip, with a number in it that makes it another file."""
        content = clip.read_bytes() + (12).to_bytes(4, "big") + b"free" + number.to_bytes(4, "big")
        answer = self.client.post("/v1/media", content=content, headers={"Content-Type": "video/mp4"})
        answer.raise_for_status()
        media: str = answer.json()["id"]
        return media

    def submit_batch(self, videos: list[str]) -> tuple[str, list[str]]:
        """Submits a short job for each video as one batch; returns its id and theirs, in order."""
        items = [{"video": video} for video in videos]
        body = {"operation": "probe", "options": OPTIONS, "items": items}
        batch: str = self.client.post("/v1/batches", json=body).raise_for_status().json()["id"]
        shown = self.get(f"/v1/batches/{batch}?order=given&limit=100").json()
        return batch, [item["job"] for item in shown["items"]]

    def submit(self, video: str, count: int = 20) -> list[str]:
        """Submits short jobs; a submission that finds the service away is made again."""
        body = {"operation": "probe", "video": video, "options": OPTIONS}
        return [self._submit(body, f"{time.time()}-{number}") for number in range(count)]

    def measure(self, video: str, count: int) -> list[str]:
        """Submits measurements, likewise."""
        body = {"operation": "measure", "video": video}
        return [self._submit(body, f"{time.time()}-{number}") for number in range(count)]

    def _submit(self, body: dict[str, Any], key: str) -> str:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                answer = self.client.post("/v1/jobs", json=body, headers={"Idempotency-Key": key})
                if answer.status_code == 202:
                    job: str = answer.json()["id"]
                    return job
            except httpx.TransportError:
                pass
            assert time.monotonic() < deadline, "no job is accepted"
            time.sleep(0.2)

    def send_again(self, jobs: list[str]) -> None:
        """Delivers every message of these jobs once more, in both queues."""
        with Celery("faults", set_as_current=False) as queue:
            queue.conf.update(**broker_settings(self.settings))
            for job in jobs:
                for name in ("gpu", "cpu"):
                    queue.send_task(RUN_TASK, args=[job], queue=name, ignore_result=True)

    def shift_clock(self, seconds: int) -> None:
        """Moves every time in the database back: to the service, its clock has jumped ahead by that."""
        columns = ("lease_expires_at", "enqueued_at", "started_at", "claimed_at", "created_at")
        moved = ", ".join(f"{column} = {column} - interval '{seconds} seconds'" for column in columns)
        with self.store.database.writing() as session:
            session.execute(text(f"UPDATE jobs SET {moved} WHERE finished_at IS NULL"))
            session.execute(text(f"UPDATE workers SET seen_at = seen_at - interval '{seconds} seconds'"))

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < deadline, self.tails()
            time.sleep(0.2)

    def tails(self) -> str:
        """The end of every log."""
        logs = {log.name: log.read_text(errors="replace")[-1500:] for log in self.folder.glob("*.log")}
        return "\n".join(f"== {name}\n{end}" for name, end in logs.items())

    def close(self) -> None:
        for kept in (self.api, self.analyst, self.renderer, self.helper):
            if kept is not None:
                kept.stop()
        self.client.close()
        self.store.close()
        self.gate.close()
        self.s3.stop()
        self.redis.stop()
        self.postgres.remove()
        if self.small_disk:
            subprocess.run(["umount", "-l", self.folder / "renderer"], check=True)


def small_disk(folder: Path) -> bool:
    """Puts a file system of 4 MiB in the folder's place; False where that is not allowed."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    return subprocess.run(mount, capture_output=True, check=False).returncode == 0
