"""What must be so once the dust has settled."""

import hashlib
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select, text

from liptune.core.store.database.models import UNFINISHED, Artifact, Job, JobEvent, JobPart
from tests.faults.plant import Plant

TRUE_FAILURES = frozenset({"storage_unavailable", "worker_lost"})


@dataclass(frozen=True)
class Settled:
    """How a batch of jobs ended."""

    succeeded: int
    failed: int
    repeated: int


def settle(plant: Plant, jobs: list[str]) -> Settled:
    """Waits until every job has ended, and proves that each did so once, in a true state, leaving nothing."""
    plant.until(plant.ready)
    plant.until(lambda: not unfinished(plant, jobs))
    rows = [read(plant, job) for job in jobs]
    for row in rows:
        assert endings(plant, row.id) == 1, row.id
        assert_true(plant, row)
    plant.until(lambda: not left_behind(plant))
    plant.until(lambda: not children_left(plant))
    assert_no_orphans(plant)
    assert_no_parts(plant)
    assert_no_locks(plant)
    counts = Counter(row.status for row in rows)
    return Settled(counts["succeeded"], counts["failed"], sum(row.attempt > 1 for row in rows))


def unfinished(plant: Plant, jobs: list[str]) -> int:
    with plant.store.database.reading() as session:
        here = Job.id.in_(jobs), Job.status.in_(UNFINISHED)
        return session.scalar(select(func.count()).where(*here)) or 0


def read(plant: Plant, job: str) -> Job:
    with plant.store.database.reading() as session:
        return session.get_one(Job, job)


def endings(plant: Plant, job: str) -> int:
    with plant.store.database.reading() as session:
        here = JobEvent.job_id == job, JobEvent.kind == "done"
        return session.scalar(select(func.count()).where(*here)) or 0


def assert_true(plant: Plant, job: Job) -> None:
    """A success has its whole artifacts and no error; a failure has a true reason and no artifact."""
    if job.status == "failed":
        assert job.error is not None
        assert job.error["code"] in TRUE_FAILURES, job.error
        assert job.artifacts == []
        return
    assert (job.status, job.error) == ("succeeded", None)
    assert job.artifacts[0].name == "report.json"
    for made in job.artifacts:
        content = plant.get(f"/v1/jobs/{job.id}/artifacts/{made.name}").content
        assert hashlib.sha256(content).hexdigest() == made.sha256


def left_behind(plant: Plant) -> list[Path]:
    """Temporary files of attempts and transfers."""
    folders = ("*/scratch/*/[!.]*", "*/files/.incoming/*")
    return [path for pattern in folders for path in plant.folder.glob(pattern)]


def children_left(plant: Plant) -> list[str]:
    """Programs that still work on the plant's files, though no job runs."""
    commands = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            commands.append(process.read_bytes())
    mark = str(plant.folder).encode()
    return [str(words) for words in commands if mark in words and b"ff" in words.split(b"\0")[0]]


def assert_no_orphans(plant: Plant) -> None:
    """Every stored file of a job is named by a row, and every row names a stored file."""
    with plant.store.database.reading() as session:
        named = set(session.scalars(select(Artifact.blob)))
    assert set(plant.store.blobs.keys("jobs/")) == named


def assert_no_parts(plant: Plant) -> None:
    with plant.store.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(JobPart)) == 0


def assert_no_locks(plant: Plant) -> None:
    with plant.store.database.reading() as session:
        held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
        stuck = "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction (aborted)'"
        assert session.scalar(text(held)) == 0
        assert session.scalar(text(stuck)) == 0
