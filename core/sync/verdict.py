"""The verdict of a score: in sync, out of sync (by ITU-R BT.1359) or no evidence."""

from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.sync.types import Verdict

FRAME_MS = 1000.0 / ANALYSIS_FPS
EARLY_LIMIT_MS = 45.0
LATE_LIMIT_MS = -125.0


def verdict(offset_ms: float, *, evidence: bool) -> Verdict:
    """In sync where viewers notice nothing: audio at most 45 ms early and 125 ms late (ITU-R BT.1359-1)."""
    if not evidence:
        return Verdict.NO_EVIDENCE
    if LATE_LIMIT_MS <= offset_ms <= EARLY_LIMIT_MS:
        return Verdict.IN_SYNC
    return Verdict.OUT_OF_SYNC


def beyond_limits_ms(offset_ms: float) -> float:
    """How far an offset is beyond what viewers notice; negative where it is within."""
    return max(offset_ms - EARLY_LIMIT_MS, LATE_LIMIT_MS - offset_ms)
