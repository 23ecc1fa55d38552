"""Many videos at a real service, whose worker is a thread that ends jobs as their files' names say."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from sqlalchemy import select

from liptune.api.app import create_app
from liptune.cli.many import batches
from liptune.cli.many.inputs import Item, items_of
from liptune.cli.many.journal import JOURNAL
from liptune.cli.many.printing import JsonPrinter
from liptune.cli.many.run import Run
from liptune.client import Batch, Client
from liptune.core.store.database.models import Job, JobStatus
from liptune.core.store.jobs.claims import AttemptRepository, Outcome
from tests.api.conftest import (  # noqa: F401
    Service,
    _logs,
    address,
    clips,
    probe_operation,
    service,
)
from tests.api.served import served
from tests.cli.many.interrupting import interrupted
from tests.cli.many.operations import result
from tests.client.test_client import made
from tests.media_factory import ffmpeg

UNWANTED = Outcome(JobStatus.FAILED, error={"code": "no_face", "detail": "None.", "remedy": "Turn round."})


class Workers:
    """Ends the jobs of a service; those whose name begins with ``wait`` it leaves alone."""

    def __init__(self, service: Service) -> None:  # noqa: F811
        self._service = service
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work)

    def __enter__(self) -> "Workers":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _work(self) -> None:
        waiting = select(Job.id, Job.name).where(Job.status == JobStatus.QUEUED, Job.name.not_like("wait%"))
        while not self._stop.wait(0.05):
            with self._service.store.database.reading() as session:
                found = session.execute(waiting).all()
            for job_id, name in found:
                self._end(job_id, name or "")

    def _end(self, job_id: str, name: str) -> None:
        files = [made(self._service, job_id, b"<p>a report</p>")]
        files[0].name = "report.html"
        good = Outcome(JobStatus.SUCCEEDED, result(float(len(name))), artifacts=files)
        with self._service.store.database.writing() as session:
            attempts = AttemptRepository(session)
            claim = attempts.claim(job_id, "w", ("gpu",), timedelta(seconds=30))
            if claim is not None:
                attempts.finish(claim, UNWANTED if name.startswith("faceless") else good)


@pytest.fixture
def workers(service: Service) -> Iterator[None]:  # noqa: F811
    with Workers(service):
        yield


@pytest.fixture
def season(clips: Path, tmp_path: Path) -> Callable[..., Path]:  # noqa: F811
    """Makes a folder of clips of these names; what stands before a dash is in all names of one content."""

    def make(*names: str) -> Path:
        folder = tmp_path / "season"
        folder.mkdir()
        for name in names:
            title = name.partition("-")[0]
            copied = "-fflags", "+bitexact", "-c", "copy", "-metadata", f"title={title}"
            ffmpeg("-i", clips / "talking.mp4", *copied, folder / f"{name}.mp4")
        return folder

    return make


def run_of(folder: Path, server: str, **more: Any) -> Run:
    return Run("probe", items_of([str(folder)], None, None, None), {}, server, **more)


def codes(rows: list[Any]) -> dict[str, str | None]:
    return {row["name"]: row["error"] and row["error"]["code"] for row in rows}


def batches_of(address: str) -> list[Batch]:  # noqa: F811
    with Client(address) as client:
        return list(client.batches.all())


@pytest.mark.usefixtures("workers")
def test_many_are_one_batch_and_no_broken_file_is_the_end(
    season: Callable[..., Path],
    address: str,  # noqa: F811
    clips: Path,  # noqa: F811
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = season("one", "two", "faceless")
    (folder / "broken.mp4").write_bytes(b"not a video at all")
    (folder / "silent.mp4").write_bytes((clips / "silent.mp4").read_bytes())
    (listed := tmp_path / "list.txt").write_text(f"{folder / 'absent.mp4'}\n")
    run = Run("probe", items_of([str(folder)], listed, None, None), {}, address, tmp_path / "out")
    rows = run.rows(JsonPrinter())
    assert codes(rows) == {
        "one.mp4": None,
        "two.mp4": None,
        "faceless.mp4": "no_face",
        "broken.mp4": "media_unreadable",
        "silent.mp4": "no_audio_stream",
        "absent.mp4": "not_found",
    }
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == rows
    told = {row["name"]: row for row in rows}
    assert told["one.mp4"]["result"] == result(float(len("one.mp4")))
    assert told["faceless.mp4"]["error"] == {"code": "no_face", "message": "None.", "remedy": "Turn round."}
    assert Path(told["two.mp4"]["report"]).read_text() == "<p>a report</p>"
    assert "faceless.mp4" in (tmp_path / "out" / "index.html").read_text()
    assert [batch["counts"]["total"] for batch in batches_of(address)] == [3]


@pytest.mark.usefixtures("workers")
def test_files_of_one_content_are_one_item_and_a_row_each(
    season: Callable[..., Path],
    address: str,  # noqa: F811
    tmp_path: Path,
) -> None:
    rows = run_of(season("one-a", "one-b", "two"), address, report=tmp_path / "out").rows(JsonPrinter())
    assert codes(rows) == {"one-a.mp4": None, "one-b.mp4": None, "two.mp4": None}
    for row in rows:
        assert Path(row["report"]).parent.name == row["name"]
        assert Path(row["report"]).is_file()
    assert [batch["counts"]["total"] for batch in batches_of(address)] == [2]


@pytest.mark.usefixtures("workers")
def test_more_than_a_batch_may_have_are_several(
    season: Callable[..., Path],
    service: Service,  # noqa: F811
) -> None:
    folder = season("a", "b", "c", "d", "e")
    with served(create_app(service.settings.model_copy(update={"max_batch_items": 2}))) as url:
        rows = run_of(folder, url).rows(JsonPrinter())
        assert [batch["counts"]["total"] for batch in batches_of(url)] == [1, 2, 2]
    assert Counter(codes(rows).values()) == {None: 5}


@pytest.mark.usefixtures("workers")
def test_whoever_interrupts_cancels_what_is_left_and_goes_on_with_that_alone(
    season: Callable[..., Path],
    address: str,  # noqa: F811
    tmp_path: Path,
) -> None:
    folder, out = season("quick", "wait1", "wait2"), tmp_path / "out"
    with interrupted(out):
        run_of(folder, address, report=out).rows(JsonPrinter())
    counts = [batch["counts"] for batch in batches_of(address)]
    assert [(each["canceled"], each["succeeded"]) for each in counts] == [(2, 1)]
    assert [json.loads(line)["name"] for line in (out / JOURNAL).read_text().splitlines()] == ["quick.mp4"]
    for name in ("wait1", "wait2"):
        (folder / f"{name}.mp4").rename(folder / f"late{name[-1]}.mp4")
    rows = run_of(folder, address, report=out, resume=True).rows(JsonPrinter())
    assert codes(rows) == {"quick.mp4": None, "late1.mp4": None, "late2.mp4": None}
    assert [batch["counts"]["total"] for batch in batches_of(address)] == [2, 3]


def test_what_somebody_else_ends_is_a_row(
    season: Callable[..., Path],
    address: str,  # noqa: F811
) -> None:
    run = run_of(season("canceled", "deleted"), address)
    heard = batches.outcomes(address, run.works(), lambda *_: started.set())
    started, rows = threading.Event(), list[Any]()

    def meddle() -> None:
        started.wait(60)
        with Client(address) as client:
            while not (known := batches_of(address)):
                time.sleep(0.05)
            canceled, deleted = client.batches.items(known[0]["id"], order="given")
            for item in (deleted, canceled):
                client.cancel(item["job"])
            client.delete_job(deleted["job"])

    other = threading.Thread(target=meddle)
    other.start()
    rows = sorted((number, outcome["error"]["code"]) for number, outcome in heard)
    other.join()
    assert rows[0] == (0, "canceled")
    assert rows[1] in {(1, "not_found"), (1, "canceled")}


def test_a_service_that_does_not_answer_is_the_end(clips: Path) -> None:  # noqa: F811
    item = items_of([str(clips / "talking.mp4")], None, None, None)
    with pytest.raises(typer.Exit) as left:
        Run("probe", item, {}, "http://127.0.0.1:1").tell(JsonPrinter())
    assert left.value.exit_code == 7


def test_nothing_to_do_asks_nobody(tmp_path: Path) -> None:
    absent = items_of([str(tmp_path / "absent.mp4")], None, None, None)
    assert isinstance(absent[0], Item)
    rows = Run("probe", absent, {}, "http://127.0.0.1:1").rows(JsonPrinter())
    assert codes(rows) == {"absent.mp4": "not_found"}
