"""Streams how a batch and its items stand to a client as server-sent events."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from time import monotonic

import anyio
from fastapi.responses import Response, StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from pydantic import BaseModel

from liptune.api.batches.schemas import ItemResource, Standing
from liptune.api.jobs.events import HEADERS, KEEP_ALIVE_SECONDS, RECONNECT_MS, STILL_THERE_SECONDS
from liptune.api.services import Services, in_thread
from liptune.core.store.batches.items import ItemRepository
from liptune.core.store.batches.repository import BatchRepository
from liptune.core.store.database.models import Batch

AT_ONCE = 200
"""Events that are looked at with one query."""
TOGETHER_SECONDS = 0.2
"""How long what happens is gathered: jobs that end one after another are told of together."""


@dataclass(frozen=True)
class News:
    """What has changed up to the event numbered ``last``; ``more``: whether there is more at once."""

    items: list[ItemResource]
    standing: Standing
    last: int
    more: bool
    finished: bool


async def follow(services: Services, batch: Batch, after: int) -> Response:
    """What changes behind the event numbered ``after``, until the batch ends; 204 when nothing can follow."""
    if batch.finished_at is not None and after >= await in_thread(_last, services, batch):
        return Response(status_code=204)
    return StreamingResponse(_stream(services, batch, after), headers=HEADERS, media_type="text/event-stream")


async def _stream(services: Services, batch: Batch, after: int) -> AsyncIterator[bytes]:
    yield format_sse_event(retry=RECONNECT_MS)
    looked = monotonic()
    with services.news.about(batch.id) as bell:
        while True:
            news = await in_thread(_read, services, batch, after)
            if news is None:
                return
            for text in _texts(news):
                yield text
            after = news.last
            if news.finished:
                return
            while not news.more and not await bell.rings_within(KEEP_ALIVE_SECONDS):
                yield KEEPALIVE_COMMENT
                if monotonic() - looked >= STILL_THERE_SECONDS:
                    looked = monotonic()
                    break
            await anyio.sleep(0 if news.more else TOGETHER_SECONDS)


def _read(services: Services, batch: Batch, after: int) -> News | None:
    """None once the batch is gone. Its end is looked for first: what has ended it is then seen for sure."""
    with services.store.database.reading() as session:
        batches = BatchRepository(session)
        known = batches.get(batch.id, batch.owner)
        if known is None:
            return None
        events = batches.events(batch.id, after, AT_ONCE)
        jobs = ItemRepository(session).named({event.job_id for event in events})
        counts = batches.counts([batch.id])[batch.id]
    more = len(events) == AT_ONCE
    return News(
        items=[ItemResource.show(job) for job in sorted(jobs.values(), key=lambda job: job.item or 0)],
        standing=Standing(**Standing.told(counts)),
        last=events[-1].id if events else after,
        more=more,
        finished=known.finished_at is not None and not more,
    )


def _last(services: Services, batch: Batch) -> int:
    with services.store.database.reading() as session:
        return BatchRepository(session).last_event(batch.id)


def _texts(news: News) -> list[bytes]:
    """Only the last has a number: who is cut off before it gets all of them again."""
    items = [_text("item", item) for item in news.items]
    if not items and not news.finished:
        return []
    return [*items, _text("done" if news.finished else "counts", news.standing, str(news.last))]


def _text(kind: str, told: BaseModel, number: str | None = None) -> bytes:
    return format_sse_event(event=kind, data_str=told.model_dump_json(), id=number)
