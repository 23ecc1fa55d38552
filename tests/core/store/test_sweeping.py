from collections.abc import Iterable
from datetime import timedelta

import pytest

from liptune.core.store import sweeping
from liptune.core.store.database.connection import Database
from liptune.core.store.database.models import (
    Artifact,
    IdempotencyKey,
    Job,
    JobEvent,
    JobStatus,
    Media,
    ResumableUpload,
    UploadPart,
)
from liptune.core.store.ids import now
from liptune.core.store.jobs.repository import JobRepository
from liptune.core.store.sweeping import BATCH, SWEEPS
from tests.core.store.rows import a_media, insert_job

HOUR = timedelta(hours=1)
PAST, FUTURE = timedelta(seconds=-1), timedelta(days=1)


def sweep(database: Database, kind: str) -> list[str]:
    """Sweeps until nothing is left to remove; returns the files that went."""
    gone: list[str] = []
    for _ in range(5):
        with database.writing() as session:
            if SWEEPS[kind](session, gone.append) == 0:
                break
    return gone


def count(database: Database, table: type) -> int:
    with database.reading() as session:
        return session.query(table).count()


def an_artifact(job_id: str) -> Artifact:
    return Artifact(
        job_id=job_id, name="r", position=0, media_type="a/b", bytes=1, sha256="0", blob=f"jobs/{job_id}"
    )


@pytest.mark.parametrize("status", JobStatus)
def test_a_job_past_its_time_goes_once_it_has_ended(database: Database, status: JobStatus) -> None:
    old = insert_job(database, status=status, expires_at=now() + PAST)
    young = insert_job(database, status=status, expires_at=now() + FUTURE)
    with database.writing() as session:
        session.add_all([an_artifact(old), an_artifact(young)])
    ended = status not in {JobStatus.QUEUED, JobStatus.RUNNING}
    assert sweep(database, "jobs") == ([f"jobs/{old}"] if ended else [])
    for table in (Job, Artifact, JobEvent):
        assert count(database, table) == (1 if ended else 2)


@pytest.mark.parametrize("column", ["video_id", "audio_id", "gallery_id"])
def test_media_past_its_time_stays_while_a_job_needs_it(database: Database, column: str) -> None:
    idle, busy, young = (
        a_media(blob=name, expires_at=now() + (FUTURE if name == "young" else PAST))
        for name in ("idle", "busy", "young")
    )
    with database.writing() as session:
        session.add_all([idle, busy, young])
    ended = insert_job(database, status=JobStatus.SUCCEEDED, **{column: idle.id})
    insert_job(database, **{column: busy.id})
    assert sweep(database, "media") == ["idle"]
    with database.reading() as session:
        assert getattr(session.get_one(Job, ended), column) is None
        assert {media.blob for media in session.query(Media)} == {"busy", "young"}


def test_an_upload_that_stood_still_goes_with_its_parts(database: Database) -> None:
    for name, expires_at in (("old", now() + PAST), ("young", now() + FUTURE)):
        upload = ResumableUpload(
            id=name,
            owner="me",
            length=9,
            offset=2,
            media_type="video/mp4",
            described="",
            created_at=now(),
            expires_at=expires_at,
        )
        parts = [UploadPart(upload_id=name, start=at, bytes=1, blob=f"{name}/{at}") for at in (0, 1)]
        with database.writing() as session:
            session.add(upload)
            session.flush()
            session.add_all(parts)
    assert sorted(sweep(database, "uploads")) == ["old/0", "old/1"]
    assert (count(database, ResumableUpload), count(database, UploadPart)) == (1, 2)


def test_a_key_past_its_time_goes(database: Database) -> None:
    with database.writing() as session:
        for key, expires_at in (("old", now() + PAST), ("young", now() + FUTURE)):
            session.add(
                IdempotencyKey(owner="me", key=key, token=key, reserved_at=now(), expires_at=expires_at)
            )
    assert sweep(database, "idempotency_keys") == []
    with database.reading() as session:
        assert [row.key for row in session.query(IdempotencyKey)] == ["young"]


def test_keys_go_in_steps(database: Database) -> None:
    with database.writing() as session:
        session.add_all(
            [
                IdempotencyKey(owner="me", key=str(n), token="t", reserved_at=now(), expires_at=now() + PAST)
                for n in range(70)
            ]
        )
    with database.writing() as session:
        assert SWEEPS["idempotency_keys"](session, print) == BATCH
    assert count(database, IdempotencyKey) == 20


def tell(database: Database, job_id: str, kinds: Iterable[str]) -> None:
    with database.writing() as session:
        for kind in kinds:
            JobRepository(session).record(job_id, kind, {})


def events(database: Database, job_id: str) -> list[str]:
    with database.reading() as session:
        return [event.kind for event in JobRepository(session).events(job_id, 0)]


def test_an_hour_after_the_end_nobody_asks_how_far_a_job_was(database: Database) -> None:
    ended = {"status": JobStatus.SUCCEEDED, "finished_at": now() - 2 * HOUR}
    old = insert_job(database, **ended)
    young = insert_job(database, **ended | {"finished_at": now() - HOUR / 2})
    busy = insert_job(database, status=JobStatus.RUNNING)
    for job_id in (old, young, busy):
        tell(database, job_id, ["progress", "losses", "progress", "done"])
    assert sweep(database, "events") == []
    assert events(database, old) == ["status", "losses", "done"]
    for job_id in (young, busy):
        assert events(database, job_id) == ["status", "progress", "losses", "progress", "done"]
    with database.writing() as session:
        assert SWEEPS["events"](session, print) == 0


def test_many_events_go_in_steps(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "EVENTS_AT_ONCE", 100)
    job_id = insert_job(database, status=JobStatus.FAILED, finished_at=now() - 2 * HOUR)
    tell(database, job_id, ["progress"] * 250)
    left = []
    for _ in range(3):
        with database.writing() as session:
            SWEEPS["events"](session, print)
        left.append(len(events(database, job_id)))
    assert left == [151, 51, 1]


def test_more_than_one_batch(database: Database) -> None:
    with database.writing() as session:
        session.add_all([a_media(blob=f"b{n}", expires_at=now() + PAST) for n in range(120)])
    assert len(set(sweep(database, "media"))) == 120
    assert count(database, Media) == 0
