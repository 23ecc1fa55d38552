"""Puts a score into sentences: what is wrong, by how much, how sure that is."""

from dataclasses import dataclass

from liptune.core.report.headline import clock, headline, searched
from liptune.core.sync.score import Scored
from liptune.core.sync.timeline.types import Stretch, Timeline
from liptune.core.sync.types import SyncScore, Verdict
from liptune.core.sync.verdict import EARLY_LIMIT_MS, LATE_LIMIT_MS

LABELS = {
    Verdict.IN_SYNC: "In sync",
    Verdict.OUT_OF_SYNC: "Out of sync",
    Verdict.NO_EVIDENCE: "No evidence",
}


@dataclass(frozen=True)
class Words:
    """What is wrong and by how much, how sure that is, and what chance was judged to be."""

    label: str
    headline: str
    sure: str
    chance: str


def words(scored: Scored) -> Words:
    """Of a clip, or of one face."""
    score, timeline = scored.score, scored.timeline
    return Words(LABELS[score.verdict], headline(timeline), _sure(score, timeline), _chance(scored))


def _sure(score: SyncScore, timeline: Timeline) -> str:
    if timeline.main is None:
        return (
            "The best match in the clip is no better than chance gives with sound that is not its own. "
            "The sound may be somebody else's or further off, the lips may be hidden or hardly move, or the "
            "clip may be too short. The other figures are not to be acted on."
        )
    low, high = score.ci95
    return (
        f"With 95 % confidence the offset{_of(timeline, timeline.main)} is between {low:+.0f} and "
        f"{high:+.0f} ms (plus: sound early; searched {searched(timeline)}), from "
        f"{score.seconds_scored:.1f} seconds of lips. Viewers notice from {EARLY_LIMIT_MS:.0f} ms early and "
        f"{-LATE_LIMIT_MS:.0f} ms late (ITU-R BT.1359)."
    )


def _of(timeline: Timeline, main: Stretch) -> str:
    """What the score's own offset is of, where that is not all of the clip at any time."""
    halfway = " halfway through" if main.rate else ""
    if len(timeline.stretches) == 1:
        return f"{halfway} the clip" if halfway else ""
    return f"{halfway or ' of'} {clock(main.start_seconds)} to {clock(main.end_seconds)}"


def _chance(scored: Scored) -> str:
    score, threshold = scored.score, scored.threshold
    return (
        "The same lips were also scored against this clip's own sound moved to where it cannot belong, "
        f"{score.null.draws} times. Such sound reached a confidence of {score.null.mean:.1f} on average and "
        f"stayed under {score.null.p95:.1f} in 19 of 20 tries; a clip must pass {threshold:.1f} to count. "
        f"This one reached {score.confidence:.1f}."
    )
