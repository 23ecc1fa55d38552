"""Where the clock of a recording jumps: found in its packets, and closed for all streams together.

A jump is told from a hole by what the other streams do. Where only one stream pauses, the clock goes on and
the pause is a hole, of whatever length. Where all go back, or far ahead at a place where the container itself
is broken, two recordings were spliced: the second begins where the first ends.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from liptune.core.errors import MediaUnreadable
from liptune.core.media.clock.clock import BACK_SECONDS, Clock, Piece, StreamClock

MOST_PIECES = 256
"""Of one file; each costs time with every frame."""

AHEAD_SECONDS = 10.0
"""A stream that goes ahead of all others by less pauses."""

LONGEST_HOLE = 600.0
"""All streams may pause together for so long, unless the container is seen to be broken there."""

OVERLAP_SECONDS = 0.15
"""Sound may reach so far beyond the splice: the last packet's length and what the encoder added."""

_MARGIN = 0.1
_PERIOD = 2**33 / 90_000
_BEFORE = 600.0


@dataclass(slots=True)
class _Era:
    """What one clock times: the first and the latest time seen on it."""

    begin: float
    latest: float

    def fits(self, at: float) -> bool:
        return self.begin - AHEAD_SECONDS <= at <= self.latest + AHEAD_SECONDS


@dataclass(slots=True)
class _Run:
    """A part of a stream within one era.

    ``start``: when it is first shown; ``begin``: its first time at all. ``delay``: how long after being
    decoded the first packet is shown. ``told``: whether every packet says when it is shown.
    """

    era: int
    begin: float
    start: float
    end: float
    delay: float
    told: bool = True


@dataclass(slots=True)
class _Packet:
    order: float
    shown: float | None
    duration: float
    position: int | None


@dataclass(slots=True)
class _Track:
    """A stream so far. ``held``: the newest packet, which the next one may show to be damaged."""

    held: _Packet | None = None
    latest: float = 0.0
    runs: list[_Run] = field(default_factory=list)
    packets: int = 0


@dataclass(frozen=True)
class Span:
    """When a stream is first shown, how long it lasts, and how many packets it has."""

    start_seconds: float
    duration_seconds: float
    packets: int

    @property
    def rate(self) -> Fraction:
        """Packets a second on average, to the thousandth."""
        if self.duration_seconds <= 0:
            return Fraction(0)
        return Fraction(round(1000 * self.packets / self.duration_seconds), 1000)


class JumpFinder:
    """Takes the packets of all streams in the order of the file.

    ``wraps``: the clock has 33 bits of 1/90000 s. ``broken``: says whether the container is seen to be broken
    about a position. ``picture``: the stream which continues without a gap at a splice.
    """

    def __init__(self, *, wraps: bool, broken: Callable[[int], bool], picture: int | None) -> None:
        self._period = _PERIOD if wraps else None
        self._broken = broken
        self._picture = picture
        self._clock: StreamClock | None = None
        self._eras: list[_Era] = []
        self._tracks: dict[int, _Track] = {}

    def add(
        self, stream: int, order: float | None, shown: float | None, duration: float, position: int | None
    ) -> None:
        """Takes a packet: when it is decoded and shown (None: not said), how long, and where it stands."""
        track = self._tracks.get(stream) or self._tracks.setdefault(stream, _Track())
        track.packets += 1
        at = order if order is not None else shown
        if at is None:
            at = shown = self._next(track)
        if self._clock is None:
            self._clock = StreamClock(period=self._period, reference=at - _BEFORE)
        if self._period is not None:
            at, shown = self._clock.own(at), None if shown is None else self._clock.own(shown)
        held, track.held = track.held, _Packet(at, shown, duration, position)
        if held and not _is_damaged(track, held, track.held):
            self._accept(track, held)

    def finish(self) -> None:
        """Takes what is held back."""
        for track in self._tracks.values():
            if track.held:
                self._accept(track, track.held)
                track.held = None

    @property
    def seconds(self) -> float:
        """How long the file lasts so far, at least."""
        return sum(era.latest - era.begin for era in self._eras)

    def clock(self) -> Clock:
        """The clocks of the streams seen."""
        shifts = self._shifts()
        streams = {
            stream: StreamClock(
                tuple(Piece(run.begin - _MARGIN, run.end + _MARGIN, shifts[run.era]) for run in track.runs),
                self._period,
                self._clock.reference if self._clock else 0.0,
            )
            for stream, track in self._tracks.items()
        }
        return Clock(streams, len(self._eras) - 1)

    def span(self, stream: int) -> Span:
        """When the stream is shown, by `clock`."""
        track, shifts = self._tracks.get(stream, _Track()), self._shifts()
        begin = min((run.start + shifts[run.era] for run in track.runs), default=0.0)
        end = max((run.end + shifts[run.era] for run in track.runs), default=0.0)
        return Span(begin, end - begin, track.packets)

    def _next(self, track: _Track) -> float:
        last = track.held
        return last.order + last.duration if last else 0.0

    def _accept(self, track: _Track, packet: _Packet) -> None:
        at = packet.order
        shown = at if packet.shown is None else packet.shown
        era = self._era_of(track, packet)
        if not track.runs or track.runs[-1].era != era:
            track.runs.append(_Run(era, at, shown, at, shown - at))
            if sum(len(each.runs) for each in self._tracks.values()) > MOST_PIECES:
                raise MediaUnreadable(
                    "The clock of the file jumps too often",
                    remedy="Re-encode the file, or give the recordings that it was made of one by one.",
                )
        run, track.latest = track.runs[-1], at
        run.begin = min(run.begin, at, shown)
        run.start = min(run.start, shown)
        run.told &= packet.shown is not None
        # MPEG's reference frames do not say when they are shown: one of them may be the last.
        run.end = max(run.end, (shown if run.told else max(shown, at + run.delay)) + packet.duration)
        self._eras[era].begin = min(self._eras[era].begin, shown)
        self._eras[era].latest = max(self._eras[era].latest, at)

    def _era_of(self, track: _Track, packet: _Packet) -> int:
        """The era a packet belongs to: the stream's own as long as it can be, else one that others are in."""
        at = packet.order
        if not self._eras:
            return self._begin_era(at)
        if not track.runs:
            return max(self._fitting(at, 0), default=0)
        current = track.runs[-1].era
        ahead = at - max(track.latest, self._eras[current].latest)
        if at >= track.latest - BACK_SECONDS and ahead <= AHEAD_SECONDS:
            return current
        known = next(self._fitting(at, current + 1), None)
        if known is None:
            known = next((run.era for run in track.runs if self._is_left(track, run, at)), None)
        if known is None and 0 < ahead <= LONGEST_HOLE and not self._is_broken(packet):
            known = current
        return self._begin_era(at) if known is None else known

    def _fitting(self, at: float, first: int) -> Iterator[int]:
        """The eras about this time, from number ``first`` on."""
        return (era for era in range(first, len(self._eras)) if self._eras[era].fits(at))

    def _is_left(self, track: _Track, run: _Run, at: float) -> bool:
        """Whether the stream goes on from ``run``: it alone has left the era, others are there now."""
        return run.era != track.runs[-1].era and at >= run.end - BACK_SECONDS and self._is_in_use(run.era, at)

    def _is_in_use(self, era: int, at: float) -> bool:
        """Whether a stream is at about this time of the era."""
        return any(
            track.runs and track.runs[-1].era == era and abs(at - track.latest) <= AHEAD_SECONDS
            for track in self._tracks.values()
        )

    def _is_broken(self, packet: _Packet) -> bool:
        return packet.position is not None and self._broken(packet.position)

    def _begin_era(self, at: float) -> int:
        self._eras.append(_Era(at, at))
        return len(self._eras) - 1

    def _shifts(self) -> list[float]:
        """What is added to the times of each era, so that it begins where the streams before it end."""
        shifts = [0.0] * len(self._eras)
        for era in range(1, len(self._eras)):
            ends = self._ends(era, shifts)
            if not ends:
                continue
            latest = max(ends.values())
            picture = ends.get(self._picture) if self._picture is not None else None
            shifts[era] = latest if picture is None or latest > picture + OVERLAP_SECONDS else picture
        return shifts

    def _ends(self, era: int, shifts: Mapping[int, float] | list[float]) -> dict[int, float]:
        """By stream, the shift at which its first run in the era follows the run before without a gap."""
        found: dict[int, float] = {}
        for stream, track in self._tracks.items():
            for before, run in pairwise(track.runs):
                if run.era == era and before.era < era and stream not in found:
                    found[stream] = before.end + shifts[before.era] - run.start
        return found


def _is_damaged(track: _Track, packet: _Packet, following: _Packet) -> bool:
    """Whether the stream goes on as if ``packet`` were not there, and with it would not."""
    beyond = following.order - packet.order
    if 0 <= beyond <= BACK_SECONDS or not track.runs:
        return False
    to, without = packet.order - track.latest, following.order - track.latest
    return not (_goes_on(to) and _goes_on(beyond)) and _goes_on(without) and abs(without) < abs(beyond)


def _goes_on(seconds: float) -> bool:
    return -BACK_SECONDS <= seconds <= AHEAD_SECONDS
