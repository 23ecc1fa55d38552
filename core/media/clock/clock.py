"""From the times that a file gives its packets and frames to the times at which they are shown.

Most files mean what they say. Spliced recordings start their clock anew at every splice, MPEG's clock wraps
after 26.5 hours, and an edit list shows another part of a track than the whole. A `StreamClock` says it once,
for the decoders, the packets and what ffmpeg copies.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

BACK_SECONDS = 0.5
"""Times that fall back by more begin the next piece; packets and damaged frames may be disordered by less."""

_FAR = 1e9


@dataclass(frozen=True)
class Piece:
    """Part of a stream, in the order of the file, whose own times differ from the shown ones by a constant.

    Seconds. ``begin`` … ``end``: the file's own times of the part. ``shift``: what is added to them.
    ``earliest``: nothing of it is shown before, though it may begin there; the last one that does is shown.
    ``latest``: nothing of it is shown from there on.
    """

    begin: float = -math.inf
    end: float = math.inf
    shift: float = 0.0
    earliest: float = -math.inf
    latest: float = math.inf


@dataclass(frozen=True)
class StreamClock:
    """When the packets and frames of a stream are shown, by the times the file gives them.

    ``pieces``: in the order of the file. ``period``: seconds after which the file's clock begins again, the
    first time at ``reference`` + ``period``. ``options``: ffmpeg's, before the input, for these times.
    ``apart``: seconds from one frame to the next at least, where decoders give several of them one time.
    """

    pieces: tuple[Piece, ...] = (Piece(),)
    period: float | None = None
    reference: float = 0.0
    options: tuple[str, ...] = ()
    apart: float | None = None

    @property
    def plain(self) -> bool:
        """Whether the file's own times are the shown ones."""
        return self.period is None and self.pieces == (Piece(),)

    def own(self, seconds: float) -> float:
        """The file's own time, from whichever turn of its clock."""
        if self.period is None:
            return seconds
        return self.reference + (seconds - self.reference) % self.period

    def follow(self) -> Callable[[float, float], float | None]:
        """Returns a function that takes packets or frames in order and says when each is shown.

        It takes the time by which they are in order (of decoding or of showing) and the one to be
        translated, in seconds; it gives seconds, or None for what is not shown, as it lies in no piece.
        """
        number, latest = 0, -math.inf

        def shown(order: float, seconds: float) -> float | None:
            nonlocal number, latest
            at = self.own(order)
            found = number + (at < latest - BACK_SECONDS)
            while found < len(self.pieces) and not self.pieces[found].begin <= at <= self.pieces[found].end:
                found += 1
            if found == len(self.pieces):
                return None
            number, latest = found, at
            piece = self.pieces[found]
            moment = max(self.own(seconds) + piece.shift, piece.earliest)
            return moment if moment < piece.latest else None

        return shown

    def expression(
        self, order: str = "PTS", value: str = "PTS", damaged: str = "NAN", tick: str = "TB"
    ) -> str:
        """The same as `follow`, for ffmpeg's setpts and asetpts and its bitstream filter setts: in ticks.

        ``order`` and ``value`` are names that these know, ``tick`` the seconds of what they count.
        ``damaged``: what a time becomes that is in no piece. The end of the stream, which ffmpeg asks for
        too, is when nothing more of the last piece is shown.
        """
        if self.plain:
            return value
        many = len(self.pieces)
        begin, end, shift = (self._stairs(name) for name in ("begin", "end", "shift"))
        earliest, latest = self._stairs("earliest"), self._stairs("latest")
        # Registers: 0 the piece, 1 the latest time, 2 the time, 3 the piece looked at, 4 whether 1 is set.
        return (
            f"st(2,{self._own(order, tick)});st(3,ld(0)+ld(4)*lt(ld(2),ld(1)-{BACK_SECONDS}));"
            f"while(lt(ld(3),{many})*not(between(ld(2),{begin},{end})),st(3,ld(3)+1));"
            f"if(lt(ld(3),{many}),st(0,ld(3))+st(1,ld(2))+st(4,1);"
            f"round(min(max({self._own(value, tick)}+{shift},{earliest}),{latest})/{tick}),{damaged})"
        )

    def of_frames(self) -> str:
        """`expression` for decoded frames, which come in the order in which they are shown."""
        if self.apart is None:
            return self.expression()
        # max gives its second argument where the first is not a number, as before the first frame.
        return f"max(PREV_OUTPTS+round({self.apart:.9f}/TB),{self.expression()})"

    def _stairs(self, name: str) -> str:
        """What the piece in register 3 has of this name; a sum, for ffmpeg nests only so deep."""
        values = [min(max(getattr(piece, name), -_FAR), _FAR) for piece in self.pieces]
        steps = [
            f"{after - before:+.6f}*gte(ld(3),{number})"
            for number, (before, after) in enumerate(pairwise(values), 1)
            if after != before
        ]
        return "(" + "".join([f"{values[0]:.6f}", *steps]) + ")"

    def _own(self, name: str, tick: str) -> str:
        if self.period is None:
            return f"{name}*{tick}"
        return f"({self.reference:.6f}+mod({name}*{tick}-({self.reference:.6f}),{self.period:.9f}))"


PLAIN = StreamClock()


@dataclass(frozen=True)
class Clock:
    """The clocks of a file's streams by their index; a stream that is not named has a plain one.

    ``jumps``: how often the file's own clock jumps.
    """

    streams: Mapping[int, StreamClock] = field(default_factory=dict)
    jumps: int = 0

    def setts(self, index: int, time_base: Fraction, *, reordered: bool) -> str | None:
        """ffmpeg's bitstream filter that gives a stream's copied packets their times; None: they have them.

        Packets with damaged times, and those that reach over a splice, follow the one before them. Edit lists
        are not told: ffmpeg has its own way with them. ``time_base``: seconds of a tick of the stream that is
        written; ffmpeg 5 tells the filter another. ``reordered``: whether packets are decoded in another
        order than they are shown in, as pictures are.
        """
        clock = self.of(index)
        if clock.plain or clock.options:
            return None
        tick = f"({time_base.numerator}/{time_base.denominator})"
        shown = clock.expression("DTS", "PTS", "PREV_OUTPTS+1", tick)
        decoded = clock.expression("DTS", "DTS", "PREV_OUTDTS+1", tick)
        shown = shown if reordered else f"max({shown},PREV_OUTPTS+1)"
        return f"setts=pts='{shown}':dts='max({decoded},PREV_OUTDTS+1)'"

    def of(self, index: int) -> StreamClock:
        """The clock of a stream."""
        return self.streams.get(index, PLAIN)
