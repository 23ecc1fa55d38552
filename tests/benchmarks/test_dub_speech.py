"""How the benchmark of dubbed synthetic speech counts."""

from typing import Any

import numpy as np

from benchmarks.articulating.closures import Said
from benchmarks.dub_speech import figures
from benchmarks.dubbing.speech import Face, written
from liptune.core.articulation.coordinates import shapes
from liptune.core.articulation.mouth import opening
from tests.core.warp.scenes import landmarks

OPEN, SHUT = 0.2, 0.0
FACE = Face(float(opening(shapes(landmarks(SHUT)[None]))[0]), 100.0)
SPEECH = Said(
    np.zeros(0, np.float32), np.array([[0.2, 0.28], [0.6, 0.68], [1.9, 2.1]]), np.array([[0.99, 1.41]])
)


def rows(*closed: int, unseen: int | None = None) -> list[dict[str, Any]]:
    """Two seconds; asked is a mouth that closes for every bilabial, seen is one that does in some frames."""
    shapes_of = {gap: landmarks(gap).tolist() for gap in (OPEN, SHUT)}
    return [
        {
            "seconds": at / 25,
            "predicted": shapes_of[SHUT if at in {6, 16} else OPEN],
            "final": None if at == unseen else shapes_of[SHUT if at in closed else OPEN],
        }
        for at in range(50)
    ]


def test_a_closure_counts_in_any_of_its_frames_and_rest_in_each() -> None:
    found = written(rows(6, *range(25, 30)), SPEECH, FACE)
    assert (found.closures, found.closed, found.closed_own, found.asked) == (2, 1, 1, 2)
    assert (found.paused, found.rested) == (10, 5)


def test_a_face_that_is_not_seen_closes_nothing() -> None:
    assert written(rows(6, 16, unseen=6), SPEECH, FACE).closed == 1


def test_a_mouth_that_never_quite_closes_counts_by_its_own() -> None:
    wide = Face(FACE.lips + 0.05, 100.0)
    found = written(rows(), SPEECH, wide)
    assert (found.closed, found.closed_own) == (0, 0)
    assert written(rows(6), SPEECH, wide).closed_own == 1


def row(lips: float, closed: int, null: str) -> dict[str, Any]:
    counts = {"closures": 10, "closed": closed, "closed_own": 8, "asked": 9, "paused": 20, "rested": 19}
    return {"clip": "a", "closed_lips": lips, "null": null, **counts}


def test_the_absolute_gap_is_asked_of_faces_that_show_it() -> None:
    told = figures([row(0.01, 6, "no_evidence"), row(0.04, 0, "in_sync")])
    assert told["closed"] == 0.6
    assert told["clips_that_close"] == 1
    assert told["closed_own"] == 0.8
    assert told["rested"] == 0.95
    assert told["null_no_evidence"] == 0.5
    assert figures([row(0.04, 0, "in_sync")])["closed"] is None
    assert figures([]) == {}
