"""``results.csv``: a line for each item of a batch, as the terminal's ``--csv`` has it for many files."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from liptune.api.services import Services
from liptune.core.report.lines import Lines
from liptune.core.report.rows import Row
from liptune.core.store.batches.items import ItemRepository
from liptune.core.store.database.models import UNFINISHED, Job, JobStatus, Media

AT_ONCE = 50
COPY = "video."


def lines_of(services: Services, batch_id: str) -> Iterator[str]:
    """The table, piece by piece, in the order of the items."""
    yield _text([], head=True)
    item = -1
    while True:
        with services.store.database.reading() as session:
            jobs = ItemRepository(session).whole(batch_id, item, AT_ONCE)
            sounds = _sounds(session, jobs)
        if jobs:
            yield _text([_row(job, sounds) for job in jobs])
            item = jobs[-1].item or 0
        if len(jobs) < AT_ONCE:
            return


def _text(rows: Sequence[Row], *, head: bool = False) -> str:
    written = io.StringIO()
    lines = Lines(written)
    if head:
        lines.begin()
    for row in rows:
        lines.add(row)
    return written.getvalue()


def _row(job: Job, sounds: dict[str, str | None]) -> Row:
    made = next((each.name for each in job.artifacts if each.name.startswith(COPY)), None)
    sources = job.sources or {}
    return {
        "file": job.name,
        "audio": sounds.get(job.audio_id or "") or sources.get("audio"),
        "output": made and f"/v1/jobs/{job.id}/artifacts/{made}",
        "result": job.result,
        "error": _error(job),
    }


def _error(job: Job) -> dict[str, Any] | None:
    """Why there is no score."""
    if job.status in UNFINISHED:
        return {"code": "job_unfinished", "message": f"The job is still {job.status}."}
    if job.status == JobStatus.CANCELED:
        return {"code": "canceled", "message": "The job was canceled."}
    return {"code": job.error["code"], "message": job.error["detail"]} if job.error else None


def _sounds(session: Session, jobs: Sequence[Job]) -> dict[str, str | None]:
    """What the sounds in files of their own are called."""
    wanted = {job.audio_id for job in jobs if job.audio_id}
    named = select(Media.id, Media.filename).where(Media.id.in_(wanted))
    return {media_id: filename or media_id for media_id, filename in session.execute(named)}
