"""What an attempt leaves for whoever watches: counts, a trace, lines in the log."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from liptune.core.engines.batches import BATCHES
from liptune.core.logs import configure_logs
from liptune.core.operations.table import OPERATIONS
from liptune.core.settings import GPU, Settings
from liptune.core.store.counters import CounterRepository
from liptune.core.store.database.models import JobStatus
from liptune.core.store.store import Store
from liptune.worker.attempt import run_next
from tests.core.store.rows import a_media, insert_job, read_job
from tests.spans import kept_spans
from tests.tables import make_tables
from tests.worker.operations import PROBE

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.fixture
def settings(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setitem(OPERATIONS, "probe", PROBE)
    return Settings(data=tmp_path)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = Store.open(settings)
    make_tables(opened.database)
    yield opened
    opened.close()


def submit(store: Store, content: bytes, **columns: Any) -> str:
    writer = store.blobs.create()
    writer.write(content)
    media = a_media(blob=writer.commit("media/x").key)
    with store.database.writing() as session:
        session.add(media)
    return insert_job(store.database, operation="probe", video_id=media.id, **columns)


def counted(store: Store) -> dict[tuple[str, ...], float]:
    with store.database.reading() as session:
        return {(name, *labels): count for name, labels, count in CounterRepository(session).all()}


def test_stages_endings_and_bytes_are_counted(store: Store, settings: Settings, video: Any) -> None:
    for _ in range(2):
        job_id = submit(store, video.read_bytes(), options={"steps": 3, "pace": 0.05})
        run_next(GPU, "w", "m", store, settings)
    job, found = read_job(store.database, job_id), counted(store)
    assert job.status == JobStatus.SUCCEEDED
    assert found["stage_runs", "probe", "count"] == 2
    assert found["stage_seconds", "probe", "count"] >= 2 * 3 * 0.05
    assert found["attempts", "probe", "succeeded"] == 2
    assert found["artifact_bytes", "probe"] == 2 * sum(artifact.bytes for artifact in job.artifacts)


def test_a_failure_is_counted_too(store: Store, settings: Settings, video: Any) -> None:
    submit(store, video.read_bytes(), options={"ending": "refused"})
    run_next(GPU, "w", "m", store, settings)
    assert counted(store)["attempts", "probe", "failed"] == 1


def test_batches_are_counted_with_the_attempt_that_ran_them(
    store: Store, settings: Settings, video: Any
) -> None:
    BATCHES.take()
    for calls in (2, 1):
        for _ in range(calls):
            BATCHES.note("lite", "faces", 48)
        submit(store, video.read_bytes(), options={"ending": "refused"})
        run_next(GPU, "w", "m", store, settings)
    assert counted(store)["batch_windows", "lite", "faces", "48"] == 3


def test_the_trace_goes_on_in_the_worker(store: Store, settings: Settings, video: Any) -> None:
    spans = kept_spans()
    spans.clear()
    job_id = submit(store, video.read_bytes(), traceparent=f"00-{TRACE}-{PARENT}-01")
    run_next(GPU, "w", "m", store, settings)
    found = {span.name: span for span in spans.get_finished_spans()}
    job, stage = found["job probe"], found["count"]
    assert format(job.context.trace_id, "032x") == TRACE
    assert job.parent is not None
    assert format(job.parent.span_id, "016x") == PARENT
    assert stage.parent is not None
    assert stage.parent.span_id == job.context.span_id
    assert job.attributes is not None
    assert job.attributes["liptune.job"] == job_id


def test_what_ffmpeg_said_is_logged_with_the_request(
    store: Store, settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    configure_logs()
    job_id = submit(store, b"\x00\x00\x00\x18ftypisom" + b"x" * 100, request_id="asked-for")
    run_next(GPU, "w", "m", store, settings)
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
    [refused] = [line for line in lines if line["event"] == "job_refused"]
    assert (refused["request_id"], refused["job_id"]) == ("asked-for", job_id)
    assert refused["details"]["stderr"]
