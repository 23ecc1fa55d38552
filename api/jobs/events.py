"""Streams a job's events to a client as server-sent events."""

import json
from collections.abc import AsyncIterator, Sequence
from time import monotonic

from fastapi.responses import Response, StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event

from liptune.api.services import Services, in_thread
from liptune.core.store.database.models import UNFINISHED, Job, JobEvent
from liptune.core.store.jobs.repository import JobRepository

KEEP_ALIVE_SECONDS = 15.0
STILL_THERE_SECONDS = 300.0
"""How often it is looked whether the job is still there: nobody is told when one is deleted."""

RECONNECT_MS = 1000
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


async def follow(services: Services, job: Job, after: int) -> Response:
    """The job's events behind the one numbered ``after``, until it ends; 204 when none can follow.

    A browser's ``EventSource`` connects again whenever a stream ends, unless the answer is 204.
    """
    if job.status not in UNFINISHED and not await in_thread(_read, services, job.id, after):
        return Response(status_code=204)
    return StreamingResponse(
        _stream(services, job.id, after), headers=HEADERS, media_type="text/event-stream"
    )


async def _stream(services: Services, job_id: str, after: int) -> AsyncIterator[bytes]:
    yield format_sse_event(retry=RECONNECT_MS)
    looked = monotonic()
    with services.news.about(job_id) as bell:
        while True:
            for event in await in_thread(_read, services, job_id, after):
                yield _format(event)
                after = event.id
                if event.kind == "done":
                    return
            while not await bell.rings_within(KEEP_ALIVE_SECONDS):
                yield KEEPALIVE_COMMENT
                if monotonic() - looked >= STILL_THERE_SECONDS:
                    looked = monotonic()
                    if not await in_thread(_exists, services, job_id):
                        return


def _read(services: Services, job_id: str, after: int) -> Sequence[JobEvent]:
    with services.store.database.reading() as session:
        return JobRepository(session).events(job_id, after)


def _exists(services: Services, job_id: str) -> bool:
    with services.store.database.reading() as session:
        return session.get(Job, job_id) is not None


def _format(event: JobEvent) -> bytes:
    return format_sse_event(event=event.kind, data_str=json.dumps(event.payload), id=str(event.id))
