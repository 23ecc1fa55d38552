"""A real worker process, its messages and its jobs."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from liptune.core.store.database.models import JobEvent, JobStatus
from liptune.core.store.jobs.repository import JobRepository
from tests.core.store.rows import insert_job
from tests.media_factory import talking
from tests.worker.conftest import Workplace


def test_a_job_is_done_and_its_files_are_kept(staffed: Workplace) -> None:
    job = staffed.ended(staffed.submit())
    assert job.status == JobStatus.SUCCEEDED, job.error
    assert job.result is not None
    assert job.result["seconds"] == pytest.approx(1.0, abs=0.1)
    assert job.result["pid"] not in {os.getpid(), *(worker.pid for worker in staffed.workers)}
    assert (job.progress, job.attempt, job.token) == (1.0, 1, None)
    assert job.started_at is not None
    assert job.finished_at is not None
    [made] = job.artifacts
    content = b"".join(staffed.store.blobs.read(made.blob, 0, made.bytes))
    assert json.loads(content) == {"seconds": job.result["seconds"]}
    assert made.media_type == "application/json"
    assert list((staffed.settings.data / "scratch").glob("*/[!.]*")) == []


def test_a_gallery_is_handed_over(staffed: Workplace, tmp_path: Path) -> None:
    lent = staffed.add(talking(tmp_path / "lent.mp4", seconds=2.0))
    job_id = insert_job(
        staffed.store.database, operation="probe", options={}, video_id=staffed.video, gallery_id=lent
    )
    staffed.send(job_id)
    result = staffed.ended(job_id).result
    assert result is not None
    assert (result["seconds"], result["lent"]) == pytest.approx((1.0, 2.0), abs=0.1)


def test_progress_is_told_on_the_way(staffed: Workplace) -> None:
    job_id = staffed.submit(steps=6, pace=0.3)
    assert staffed.under_way(job_id).stage == "count"
    staffed.ended(job_id)
    with staffed.store.database.reading() as session:
        query = select(JobEvent).where(JobEvent.job_id == job_id).order_by(JobEvent.id)
        events = [(event.kind, event.payload) for event in session.scalars(query)]
    assert [kind for kind, _ in events if kind != "progress"] == ["status", "status", "done"]
    fractions = [payload["progress"] for kind, payload in events if kind == "progress"]
    assert len(fractions) >= 2
    assert fractions == sorted(fractions)


class Bomb:
    """Makes a file wherever it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.mark,)


def test_a_pickled_message_is_not_opened(staffed: Workplace, tmp_path: Path) -> None:
    mark = tmp_path / "opened"
    staffed.send_pickled(Bomb(mark))
    job = staffed.ended(staffed.submit())
    assert job.status == JobStatus.SUCCEEDED
    assert not mark.exists()


def test_a_refusal_keeps_its_code(staffed: Workplace) -> None:
    job = staffed.ended(staffed.submit(ending="refused"))
    assert job.status == JobStatus.FAILED
    assert job.error == {
        "code": "no_face", "detail": "No face was seen.", "remedy": None, "details": {"frames": 3},
    }  # fmt: skip
    assert job.artifacts == []


def test_a_copy_that_is_refused_is_kept_nowhere(staffed: Workplace) -> None:
    before = set(staffed.store.blobs.keys("jobs/"))
    job = staffed.ended(staffed.submit(ending="worse"))
    assert (job.status, job.artifacts) == (JobStatus.FAILED, [])
    assert job.error == {
        "code": "repair_refused",
        "detail": "The copy is worse.",
        "remedy": "Keep the video as it is.",
        "details": {},
    }
    assert set(staffed.store.blobs.keys("jobs/")) == before
    assert list((staffed.settings.data / "scratch").glob("*/[!.]*")) == []


def test_a_crash_tells_nothing_of_the_inside(staffed: Workplace) -> None:
    job = staffed.ended(staffed.submit(ending="crash"))
    assert job.error is not None
    assert job.error["code"] == "internal"
    assert "/etc" not in json.dumps(job.error)


def test_a_job_is_canceled_on_the_way(staffed: Workplace) -> None:
    job_id = staffed.submit(steps=1000, pace=0.1)
    staffed.under_way(job_id)
    with staffed.store.database.writing() as session:
        assert JobRepository(session).cancel(job_id)
    job = staffed.ended(job_id)
    assert job.status == JobStatus.CANCELED
    assert job.artifacts == []


def test_a_message_that_comes_twice_runs_the_job_once(staffed: Workplace) -> None:
    job_id = staffed.submit()
    staffed.send(job_id)
    staffed.ended(job_id)
    staffed.send(job_id)
    after = staffed.submit()
    staffed.ended(after)
    assert staffed.read(job_id).attempt == 1


def test_a_message_about_nothing_harms_nobody(staffed: Workplace) -> None:
    staffed.send("no-such-job")
    assert staffed.ended(staffed.submit()).status == JobStatus.SUCCEEDED
