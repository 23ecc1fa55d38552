import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from kombu.serialization import enable_insecure_serializers

from liptune.core.queue.messages import DELIVER_TASK, RUN_TASK, broker_settings
from liptune.core.settings import GPU, QUEUES, WEBHOOKS, Settings
from liptune.core.store.database.models import UNFINISHED, Job
from liptune.core.store.ids import new_id
from liptune.core.store.jobs.reaping import ReapingRepository
from liptune.core.store.store import Store
from liptune.core.store.webhooks import Due
from liptune.core.store.workers import WorkerRepository
from tests.core.store.rows import a_media, insert_job, read_job
from tests.media_factory import talking
from tests.tables import make_tables

PATIENCE_SECONDS = 120.0
LEASE = timedelta(seconds=5)


class Workplace:
    """A data folder with a video, whoever works in it, and whoever submits to it."""

    def __init__(self, folder: Path, video: Path, **changes: Any) -> None:
        self.settings = Settings(data=folder, lease=LEASE, heartbeat=timedelta(seconds=0.5), **changes)
        self.store = Store.open(self.settings)
        make_tables(self.store.database)
        self.workers: list[subprocess.Popen[bytes]] = []
        self._queue = Celery("tests", set_as_current=False)
        self._queue.conf.update(**broker_settings(self.settings))
        self.video = self.add(video)

    def hire(self, **environment: str) -> subprocess.Popen[bytes]:
        """Starts a worker process and waits until it consumes."""
        ours = {
            "LIPTUNE_DATA": str(self.settings.data),
            "LIPTUNE_LEASE": "PT5S",
            "LIPTUNE_HEARTBEAT": "PT0.5S",
            "OMP_NUM_THREADS": "1",
        }
        for name in ("database_url", "broker_url"):
            if (url := getattr(self.settings, name)) is not None:
                ours[f"LIPTUNE_{name.upper()}"] = url
        command = [sys.executable, "-m", "liptune.worker", "--include", "tests.worker.register"]
        worker = subprocess.Popen(command, env=os.environ | ours | environment, start_new_session=True)
        self.workers.append(worker)
        self.until(lambda: not self.unattended(environment.get("LIPTUNE_QUEUES", ",".join(QUEUES))))
        return worker

    def unattended(self, queues: str) -> set[str]:
        with self.store.database.reading() as session:
            silent = WorkerRepository(session).unattended(timedelta(seconds=2))
        return set(silent) & set(queues.split(","))

    def submit(self, *, send: bool = True, **options: Any) -> str:
        job_id = insert_job(self.store.database, operation="probe", options=options, video_id=self.video)
        if send:
            self.send(job_id)
        return job_id

    def send(self, job_id: str, queue: str = GPU) -> None:
        self._queue.send_task(RUN_TASK, args=[job_id], queue=queue, ignore_result=True)

    def tell(self, due: Due) -> None:
        """Sends a worker an attempt to deliver a webhook."""
        self._queue.send_task(
            DELIVER_TASK, args=[due.webhook_id, due.number], queue=WEBHOOKS, ignore_result=True
        )

    def send_pickled(self, payload: object) -> None:
        """Sends a worker something that it should not open."""
        enable_insecure_serializers(["pickle"])  # type: ignore[no-untyped-call]
        self._queue.send_task(RUN_TASK, args=[payload], serializer="pickle", ignore_result=True)

    def read(self, job_id: str) -> Job:
        return read_job(self.store.database, job_id)

    def ended(self, job_id: str) -> Job:
        self.until(lambda: self.read(job_id).status not in UNFINISHED)
        return self.read(job_id)

    def under_way(self, job_id: str) -> Job:
        self.until(lambda: self.read(job_id).stage is not None)
        return self.read(job_id)

    def ended_while_reaping(self, job_id: str, max_attempts: int = 3) -> Job:
        def ended() -> bool:
            self.reap(max_attempts)
            return self.read(job_id).status not in UNFINISHED

        self.until(ended)
        return self.read(job_id)

    def reap(self, max_attempts: int = 3) -> None:
        with self.store.database.writing() as session:
            reaping = ReapingRepository(session)
            again = reaping.expire_leases(max_attempts, timedelta(hours=1))
            again += reaping.find_lost(timedelta(seconds=5), LEASE)
        for waiting in again:
            self.send(waiting.job_id, waiting.queue)

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < deadline, "it never happened"
            time.sleep(0.05)

    def close(self) -> None:
        for worker in self.workers:
            with suppress(ProcessLookupError):
                os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
        self._queue.close()
        self.store.close()

    def add(self, video: Path, **facts: Any) -> str:
        """Stores a video, of which these facts are known; returns the id of its media."""
        writer = self.store.blobs.create()
        writer.write(video.read_bytes())
        stored = writer.commit(f"media/{new_id()}")
        media = a_media(sha256=stored.sha256, bytes=stored.bytes, blob=stored.key, facts=facts)
        with self.store.database.writing() as session:
            session.add(media)
        return media.id


@pytest.fixture(scope="session")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return talking(tmp_path_factory.mktemp("media") / "clip.mp4", seconds=1.0, burst=0.5)


@pytest.fixture
def workplace(tmp_path: Path, video: Path) -> Iterator[Workplace]:
    with closing(Workplace(tmp_path, video)) as built:
        yield built


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory, video: Path) -> Iterator[Workplace]:
    """A workplace with a worker that all tests of a module share."""
    with closing(Workplace(tmp_path_factory.mktemp("staffed"), video)) as built:
        built.hire()
        yield built
