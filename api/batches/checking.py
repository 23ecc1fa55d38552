"""Whether every item of a batch can be done, before any is taken."""

from collections.abc import Iterator, Mapping, Sequence

from liptune.api.batches.schemas import BatchRequest, ItemRequest
from liptune.api.batches.submission import Submission
from liptune.api.errors import DuplicateItem, ItemsRefused
from liptune.api.jobs.making import checked_urls, urls_of
from liptune.api.jobs.media import require_streams
from liptune.api.jobs.schemas import JobRequest, UrlSource
from liptune.api.services import Services
from liptune.core.errors import LiptuneError, NotFound
from liptune.core.operations.table import require_given
from liptune.core.store.database.models import Media

SHOWN = 50
"""Faulty items that an answer names; the others are counted."""

Fault = tuple[int, LiptuneError]


def checked_items(
    services: Services, submission: Submission, media: Mapping[str, Media]
) -> Sequence[JobRequest]:
    """The request of each item's job; ``media``: those of the owner, by their ids.

    Raises:
        ItemsRefused: An item names what is not there, cannot be done, or is there twice.
    """
    found, faults = list[JobRequest](), list[Fault]()
    seen = dict[tuple[str, ...], int]()
    for number, item in enumerate(submission.wanted.items):
        try:
            job = _checked(services, submission.wanted, item, media)
            _require_new(number, job, seen)
            found.append(job)
        except LiptuneError as error:
            faults.append((number, error))
    if faults:
        raise _refused(submission, faults)
    return found


def media_ids(items: Sequence[ItemRequest]) -> set[str]:
    """The media that the items name by their ids."""
    return {given for item in items for given in (item.video, item.audio) if isinstance(given, str)}


def _checked(
    services: Services, wanted: BatchRequest, item: ItemRequest, media: Mapping[str, Media]
) -> JobRequest:
    job = JobRequest(
        operation=wanted.operation,
        video=item.video,
        audio=item.audio,
        options=wanted.options,
        priority=wanted.priority,
    )
    job = job.model_copy(update=dict(checked_urls(services, job)))
    video, audio = (_present(media, given) for given in (job.video, job.audio))
    require_given(job.operation, job.audio)
    require_streams(video, audio, job.options, to_come=urls_of(job))
    return job


def _present(media: Mapping[str, Media], given: str | UrlSource | None) -> Media | None:
    if not isinstance(given, str):
        return None
    if given not in media:
        raise NotFound(f"There is no media {given[:64]!r}.")
    return media[given]


def _require_new(number: int, job: JobRequest, seen: dict[tuple[str, ...], int]) -> None:
    first = seen.setdefault(tuple(_names(job)), number)
    if first != number:
        raise DuplicateItem(f"It is the same as item {first}.", details={"first": first})


def _names(job: JobRequest) -> Iterator[str]:
    for given in (job.video, job.audio):
        match given:
            case UrlSource(url=url):
                yield f"url {url}"
            case str():
                yield f"id {given}"


def _refused(submission: Submission, faults: Sequence[Fault]) -> ItemsRefused:
    named = [_told(submission, *fault) for fault in faults[:SHOWN]]
    first = named[0]
    where = f"line {first['line']}" if "line" in first else f"item {first['item']}"
    total = len(submission.wanted.items)
    return ItemsRefused(
        f"Of {total} items {len(faults)} cannot be done, so none is taken. {where.capitalize()}: "
        f"{first['detail']}",
        remedy="Mend or leave out the items that `details` names, and send the batch again.",
        details={"refused": len(faults), "items": named},
    )


def _told(submission: Submission, item: int, error: LiptuneError) -> dict[str, object]:
    told = {"code": error.code, "detail": error.message, "remedy": error.remedy, "details": error.details}
    return submission.place(item) | {name: value for name, value in told.items() if value}
