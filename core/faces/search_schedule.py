"""Decides on which frames the whole picture is searched for faces, and how thoroughly."""

from liptune.core.faces.detect import MAX_ENLARGEMENT, Detection, Detector, Reach, distinct
from liptune.core.faces.images import Gray

EVERY = 50
"""Frames between looks while a face is followed; a new one is followed back to where it came in."""

EVERY_WHEN_EMPTY = 8
"""Frames between looks while there is none."""

WIDER = {Reach.MEDIUM: 4}
WIDER_WHEN_EMPTY = {Reach.MEDIUM: 3, Reach.CROP: 3, Reach.FAR: 12}
"""Every how many looks the costlier reaches are tried where the cheaper ones find nothing."""

AT_LEAST = 2
"""Reaches tried where a shot starts, even if the first finds a face: others may be smaller."""


class Search:
    """Looks at the whole frame now and then: thoroughly where a shot starts, then at intervals."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self._last: int | None = None
        self._looks = 0

    def restart(self) -> None:
        """Makes the next look a thorough one: a new shot begins."""
        self._last, self._looks = None, 0

    def look(self, index: int, gray: Gray, *, following: bool) -> list[Detection]:
        """Returns the faces of the frame, best first, if a look is due. ``following``: a face is known."""
        if self._last is not None and index - self._last < (EVERY if following else EVERY_WHEN_EMPTY):
            return []
        found: list[Detection] = []
        for tried, reach in enumerate((r for r in self._reaches(following) if _worthwhile(r, gray)), 1):
            found += self._detector.search(gray, reach)
            if found and (tried >= AT_LEAST or self._looks):
                break
        self._last = index
        self._looks += 1
        return distinct(found)

    def _reaches(self, following: bool) -> list[Reach]:
        if following:
            return [r for r, every in WIDER.items() if self._looks % every == 0] or [Reach.NEAR]
        return [Reach.NEAR, *(r for r, every in WIDER_WHEN_EMPTY.items() if self._looks % every == 0)]


def _worthwhile(reach: Reach, gray: Gray) -> bool:
    """Whether the frame has the pixels for it."""
    return reach is Reach.NEAR or reach.value.side <= MAX_ENLARGEMENT * max(gray.shape)
