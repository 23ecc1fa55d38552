"""What a timeline says, in a sentence or two that hold for the whole file."""

from collections.abc import Sequence

from liptune.core.sync.timeline.causes import known_cause
from liptune.core.sync.timeline.types import Stretch, Timeline
from liptune.core.sync.types import Verdict
from liptune.core.sync.verdict import FRAME_MS

MOST_TOLD = 3
NOTHING = "Nothing shows that this sound belongs to these lips."
SAME_SECONDS = 0.1


def headline(timeline: Timeline) -> str:
    """The verdict, and where."""
    if not timeline.evident:
        return f"{NOTHING} It was looked for {searched(timeline)}."
    told = said_of(timeline.evident[0]) if len(timeline.evident) == 1 else _several(timeline)
    return " ".join([told, *_untold(timeline)])


def said_of(stretch: Stretch) -> str:
    """What is known of one stretch, as if it were all there is: ``The sound is 215 ms late.``"""
    offset = stretch.offset_ms
    if offset is None:
        return "Nothing can be told."
    if stretch.rate:
        return f"The sound drifts: {drift_of(stretch)}."
    if round(abs(offset)) <= FRAME_MS / 2:
        return "The lips and the sound agree."
    noticed = "" if stretch.verdict is Verdict.OUT_OF_SYNC else ", less than viewers notice"
    return f"The sound is {timing(offset)}{noticed}."


def sentence_of(stretch: Stretch) -> str:
    """The same with its times: ``0:07.0–0:12.9: the sound is 215 ms late.``"""
    said = said_of(stretch)
    times = f"{clock(stretch.start_seconds)}–{clock(stretch.end_seconds)}"
    return f"{times}: {said[0].lower()}{said[1:]}"


def searched(timeline: Timeline) -> str:
    """``up to 5.0 s either way``."""
    late, early = (abs(limit) / 1000 for limit in timeline.searched_ms)
    if abs(late - early) < SAME_SECONDS:
        return f"up to {early:.1f} s either way"
    return f"up to {early:.1f} s early and {late:.1f} s late"


def timing(offset_ms: float) -> str:
    """``120 ms early``, ``1.50 s late``."""
    return f"{amount(offset_ms)} {_side(offset_ms)}"


def amount(offset_ms: float) -> str:
    """``120 ms``, ``1.50 s``."""
    rounded = round(abs(offset_ms))
    return f"{rounded} ms" if rounded < 1000 else f"{rounded / 1000:.2f} s"


def clock(seconds: float) -> str:
    """``1:02:03.4``, without the hours where there are none."""
    tenths = round(seconds * 10)
    hours, rest = divmod(tenths, 36000)
    minutes, rest = divmod(rest, 600)
    text = f"{minutes}:{rest / 10:04.1f}"
    return f"{hours}:{text:0>7}" if hours else text


def drift_of(stretch: Stretch) -> str:
    """``40 ms late at the start, 265 ms at the end (0.40 % slow; as after …)``."""
    start, end = stretch.offset_ms or 0.0, stretch.end_offset_ms or 0.0
    last = amount(end) if _side(start) == _side(end) else timing(end)
    cause = known_cause(stretch)
    why = f"; as after a conversion {cause}" if cause else ""
    pace = f"{abs(stretch.rate):.2%} {'slow' if stretch.rate < 0 else 'fast'}".replace("%", " %")
    return f"{timing(start)} at the start, {last} at the end ({pace}{why})"


def _side(offset_ms: float) -> str:
    return "early" if offset_ms > 0 else "late"


def _several(timeline: Timeline) -> str:
    wrong = [each for each in timeline.evident if each.verdict is Verdict.OUT_OF_SYNC]
    if not wrong:
        return f"In sync, though the offset changes: {_listed(timeline.evident)}."
    if timeline.main not in wrong:
        return f"In sync, but {_listed(wrong, 'the sound is ')}."
    return f"The offset changes: {_listed(timeline.evident)}."


def _listed(stretches: Sequence[Stretch], before: str = "") -> str:
    told = [f"from {_span(each)} {before if not each.rate else ''}{_state(each)}" for each in stretches]
    more = len(told) - MOST_TOLD
    if more > 0:
        told = [*told[:MOST_TOLD], f"{more} more stretch{'es' if more > 1 else ''}"]
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"


def _state(stretch: Stretch) -> str:
    if stretch.rate:
        return f"it drifts, {drift_of(stretch)}"
    return timing(stretch.offset_ms or 0.0)


def _span(stretch: Stretch) -> str:
    return f"{clock(stretch.start_seconds)} to {clock(stretch.end_seconds)}"


def _untold(timeline: Timeline) -> list[str]:
    """The stretches that nothing is known of."""
    silent = [each for each in timeline.stretches if each.verdict is Verdict.NO_EVIDENCE]
    if not silent:
        return []
    if len(silent) > MOST_TOLD:
        seconds = sum(each.seconds for each in silent)
        return [f"Nothing can be told of {len(silent)} stretches, {seconds:.0f} s in all."]
    return [f"Nothing can be told from {' and from '.join(_span(each) for each in silent)}."]
