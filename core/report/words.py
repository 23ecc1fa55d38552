"""Puts a score into sentences: what is wrong, by how much, how sure that is."""

from dataclasses import dataclass

from liptune.core.sync.types import BAND_RADIUS, SyncScore, Verdict
from liptune.core.sync.verdict import EARLY_LIMIT_MS, FRAME_MS, LATE_LIMIT_MS

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


def words(score: SyncScore, threshold: float) -> Words:
    """``threshold``: the confidence a score must pass to count as evidence."""
    return Words(LABELS[score.verdict], headline(score), _sure(score), _chance(score, threshold))


def headline(score: SyncScore) -> str:
    """One sentence."""
    if score.verdict is Verdict.NO_EVIDENCE:
        return "Nothing shows that this sound belongs to these lips."
    if round(abs(score.offset_ms)) <= FRAME_MS / 2:
        return "The lips and the sound agree."
    amount = f"The sound is {timing(score.offset_ms)}"
    if score.verdict is Verdict.IN_SYNC:
        return f"{amount}, less than viewers notice."
    if abs(score.offset_frames) >= BAND_RADIUS:
        return f"{amount} or more: only {BAND_RADIUS * FRAME_MS:.0f} ms either way were searched."
    return f"{amount}."


def timing(offset_ms: float) -> str:
    """``120 ms early``."""
    return f"{abs(offset_ms):.0f} ms {'early' if offset_ms > 0 else 'late'}"


def _sure(score: SyncScore) -> str:
    if score.verdict is Verdict.NO_EVIDENCE:
        return (
            "The best match in the clip is no better than chance gives with sound that is not its own. "
            "The sound may be somebody else's, the lips may be hidden or hardly move, or the clip may be too "
            "short. The other figures are not to be acted on."
        )
    low, high = score.ci95
    return (
        f"With 95 % confidence the offset is between {low:+.0f} and {high:+.0f} ms (plus: sound early), from "
        f"{score.seconds_scored:.1f} seconds of lips. Viewers notice from {EARLY_LIMIT_MS:.0f} ms early and "
        f"{-LATE_LIMIT_MS:.0f} ms late (ITU-R BT.1359)."
    )


def _chance(score: SyncScore, threshold: float) -> str:
    return (
        "The same lips were also scored against this clip's own sound moved to where it cannot belong, "
        f"{score.null.draws} times. Such sound reached a confidence of {score.null.mean:.1f} on average and "
        f"stayed under {score.null.p95:.1f} in 19 of 20 tries; a clip must pass {threshold:.1f} to count. "
        f"This one reached {score.confidence:.1f}."
    )
