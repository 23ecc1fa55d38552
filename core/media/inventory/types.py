"""What a media file holds, stream by stream: enough to tell whether a copy lacks any of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["video", "cover", "audio", "subtitle", "data", "attachment"]


DISPLAY_MATRIX = frozenset({"Display Matrix", "3x3 displaymatrix"})
"""A display matrix, which is compared as such."""


@dataclass(frozen=True)
class Packets:
    """A stream's packets that are presented: how many, their bytes, and when the first begins and the last
    ends, in seconds of the container's clock.

    ``coded_seconds``: when the first begins at all, such as one that an edit list hides; None: not known.
    """

    count: int
    bytes: int
    begin_seconds: float
    end_seconds: float
    coded_seconds: float | None = None


@dataclass(frozen=True)
class Picture:
    """How a picture is coded and shown.

    ``colour``: range, primaries, transfer and matrix, those that are known. ``bits``: of a sample.
    ``chroma``: how often its colour is halved across and down (`liptune.core.media.pixels.chroma_of`).
    ``matrix``: the container's display matrix, None where there is none. ``own_matrix``: another in the
    picture's packets, which counts before that; None also where frames were not read. ``fields``: ffprobe's
    field order.
    """

    width: int
    height: int
    pixel_format: str
    bits: int
    alpha: bool
    aspect: str
    colour: Mapping[str, str]
    fields: str
    matrix: tuple[int, ...] | None
    chroma: tuple[int, int] = (0, 0)
    own_matrix: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Stream:
    """One stream. ``kind``: ``cover`` is a still picture that is no part of the film.

    ``dispositions``: ffmpeg's names of those that are set. ``tags``: with names in lower case; language and
    title have fields of their own. ``side_data``: ffprobe's names of what comes with its packets or frames.
    ``channels``, ``sample_rate``, ``sample_bits``: of sound, 0 where unknown; the last of sound without loss.
    ``size``: bytes of an attachment. ``begin_seconds``: as the header says. ``packets``: None where they were
    not read, or are none.
    """

    index: int
    kind: Kind
    codec: str
    codec_tag: str
    language: str | None = None
    title: str | None = None
    dispositions: frozenset[str] = frozenset()
    tags: Mapping[str, str] = field(default_factory=dict)
    side_data: frozenset[str] = frozenset()
    picture: Picture | None = None
    channels: int = 0
    sample_rate: int = 0
    sample_bits: int = 0
    size: int = 0
    begin_seconds: float | None = None
    packets: Packets | None = None


@dataclass(frozen=True)
class Chapter:
    """A chapter, in seconds of the container's clock."""

    begin_seconds: float
    end_seconds: float
    title: str


@dataclass(frozen=True)
class Inventory:
    """``container``: ffmpeg's name of the demuxer. ``tags``: of the file as a whole, names in lower case.

    ``programs``: how many services a transport stream offers.
    """

    container: str
    streams: tuple[Stream, ...]
    chapters: tuple[Chapter, ...]
    tags: Mapping[str, str]
    programs: int = 0

    def of(self, *kinds: Kind) -> tuple[Stream, ...]:
        """The streams of these kinds."""
        return tuple(stream for stream in self.streams if stream.kind in kinds)
