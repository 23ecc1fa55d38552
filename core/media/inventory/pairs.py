"""Which stream of a copy is which of its source."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import get_args

from liptune.core.media.inventory.types import Inventory, Kind, Stream

Key = tuple[str, str | None, str | None, int]


@dataclass(frozen=True)
class Pair:
    """A stream of the source, and what it is in the copy; None where it is not there."""

    source: Stream
    copy: Stream | None


def pairs_of(source: Inventory, copy: Inventory) -> list[Pair]:
    """Every stream of the source with its own in the copy.

    Streams of one kind keep their order among each other; where some are missing, those that look alike are
    the same.
    """
    found: dict[int, Stream] = {}
    for kind in get_args(Kind.__value__ if hasattr(Kind, "__value__") else Kind):
        before, after = source.of(kind), copy.of(kind)
        same = len(before) <= len(after)
        rows = zip(before, after, strict=False) if same else _alike(before, after)
        found |= {mine.index: theirs for mine, theirs in rows}
    return [Pair(stream, found.get(stream.index)) for stream in source.streams]


def in_order(pairs: list[Pair]) -> bool:
    """Whether what is played has the same order in the copy; covers and attachments have none."""
    numbers = [
        pair.copy.index for pair in pairs if pair.copy and pair.source.kind not in {"cover", "attachment"}
    ]
    return numbers == sorted(numbers)


def _alike(before: tuple[Stream, ...], after: tuple[Stream, ...]) -> list[tuple[Stream, Stream]]:
    matcher = SequenceMatcher(
        None, [_key(each) for each in before], [_key(each) for each in after], autojunk=False
    )
    blocks = matcher.get_matching_blocks()
    return [(before[block.a + n], after[block.b + n]) for block in blocks for n in range(block.size)]


def _key(stream: Stream) -> Key:
    return stream.codec, stream.language, stream.title, stream.channels
