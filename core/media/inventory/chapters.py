"""Whether a copy has its source's chapters, where they were."""

from collections.abc import Iterator
from math import inf

from liptune.core.media.inventory.types import Chapter, Inventory, Stream

MOVED_SECONDS = 0.008
"""What lies no further off is where it was: a fifth of a frame, and more than containers' clocks round."""


def left_out(source: Inventory, copy: Inventory, ends_seconds: float | None) -> Iterator[str]:
    """The names of the chapters that the copy lacks.

    ``ends_seconds``: when all of the copy ends after the picture's first frame, where that is earlier than in
    the source: what would begin after it is not looked for.
    """
    for number, chapter in _expected(source, ends_seconds):
        if number >= len(copy.chapters) or chapter.title not in {"", copy.chapters[number].title}:
            yield _name(number, chapter)


def elsewhere(source: Inventory, copy: Inventory, ends_seconds: float | None) -> Iterator[str]:
    """The names of the chapters that begin or end elsewhere against the picture's first frame than they did.

    The first may begin with the copy where it begins with the source. Only Matroska says when the last ends.
    """
    before, after = _first_frame(source), _first_frame(copy)
    opens = min((_begin(stream, inf) for stream in source.streams), default=0.0) + MOVED_SECONDS
    says_end = "matroska" in copy.container
    for (number, chapter), other in zip(_expected(source, ends_seconds), copy.chapters, strict=False):
        late = other.begin_seconds - after - (chapter.begin_seconds - before)
        end = min(chapter.end_seconds - before, inf if ends_seconds is None else ends_seconds)
        off = abs(other.end_seconds - after - end)
        first, last = chapter.begin_seconds <= opens, number == len(source.chapters) - 1
        begins_off = late > MOVED_SECONDS or (late < -MOVED_SECONDS and not first)
        ends_off = off > MOVED_SECONDS and (says_end or not last)
        if begins_off or ends_off:
            yield _name(number, chapter)


def is_chapters(stream: Stream) -> bool:
    """Whether the stream is a QuickTime track of chapters' names, which ffprobe lists beside the chapters."""
    return (stream.kind, stream.codec, stream.codec_tag) == ("data", "bin_data", "text")


def _expected(source: Inventory, ends_seconds: float | None) -> Iterator[tuple[int, Chapter]]:
    latest = inf if ends_seconds is None else _first_frame(source) + ends_seconds
    return (each for each in enumerate(source.chapters) if each[1].begin_seconds < latest)


def _first_frame(inventory: Inventory) -> float:
    """When the picture begins, on the container's clock."""
    return next((_begin(stream, 0.0) for stream in inventory.of("video")), 0.0)


def _begin(stream: Stream, unknown: float) -> float:
    if stream.packets:
        return stream.packets.begin_seconds
    return unknown if stream.begin_seconds is None else stream.begin_seconds


def _name(number: int, chapter: Chapter) -> str:
    return chapter.title or str(number + 1)
