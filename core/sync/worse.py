"""Whether a repaired copy measures worse than its source, and whether others find it better."""

from liptune.core.sync.types import Judgement, SyncScore, Verdict, Worst
from liptune.core.sync.verdict import beyond_limits_ms

NOISE_DISTANCE = 0.03
"""How far the distance at zero shift may rise by encoding alone: three times the 99th percentile of 11 clips
drawn again, 0.0105 (``python -m training.calibrate_worse --seconds 200``); a shift of two frames raised it by
0.25 (median)."""
NOISE_MS = 20.0
"""Half a frame at 25 a second: what the offset of a copy may differ by although nothing moved. The same
command gave 2.5 ms at the 99th percentile; sound that comes a packet of AAC late is 21 to 23 ms off."""


def agrees(judgement: Judgement) -> bool:
    """Whether the engine that planned nothing finds the lips nearer to the sound too, beyond noise."""
    return judgement.before.distance_at_zero - judgement.after.distance_at_zero > NOISE_DISTANCE


def worsened(before: SyncScore, after: SyncScore) -> str | None:
    """Why the copy is worse, in words without a full stop; None where it is not, or nothing shows that it is.

    A copy is worse where its lips are further from its sound as it plays: by the distance at zero shift, by
    an offset whose 95 % interval lies wholly beyond that of the source, or in its worst stretch.
    """
    if _is_further_off(before, after):
        return (
            f"the sound was {_off(before)} and is {_off(after)} in the copy "
            f"({before.verdict.value} became {after.verdict.value})"
        )
    if before.worst and after.worst and _is_worse_somewhere(before.worst, after.worst):
        begin, end = after.worst.start_seconds, after.worst.end_seconds
        told = _off(after.worst)
        return f"from {begin:.1f} to {end:.1f} s of the copy the sound is {told}, more than anywhere before"
    rise = after.distance_at_zero - before.distance_at_zero
    if after.verdict is not Verdict.IN_SYNC and rise > NOISE_DISTANCE:
        return (
            f"the distance between lips and sound rose from {before.distance_at_zero:.3f} to "
            f"{after.distance_at_zero:.3f} ({before.verdict.value} became {after.verdict.value})"
        )
    return None


def _is_further_off(before: SyncScore, after: SyncScore) -> bool:
    if before.verdict is Verdict.NO_EVIDENCE or after.verdict is not Verdict.OUT_OF_SYNC:
        return False
    nearest = 0.0 if after.ci95[0] <= 0 <= after.ci95[1] else min(abs(limit) for limit in after.ci95)
    return nearest > max(abs(limit) for limit in before.ci95) + NOISE_MS


def _is_worse_somewhere(before: Worst, after: Worst) -> bool:
    """Offsets that nobody notices are all alike."""
    least = max(beyond_limits_ms(before.offset_ms), 0.0)
    return beyond_limits_ms(after.offset_ms) > least + NOISE_MS


def _off(found: SyncScore | Worst) -> str:
    return f"{abs(found.offset_ms):.0f} ms {'early' if found.offset_ms > 0 else 'late'}"
