import numpy as np
import pytest

from liptune.core.articulation.coordinates import shapes as shapes_of
from liptune.core.articulation.mouth import opening as openings
from liptune.core.articulation.types import POINTS
from liptune.core.dub.shapes import MOUTH, Turning, laid
from tests.core.warp.scenes import landmarks


def turned(points: np.ndarray, degrees: float, zoom: float, shift: tuple[float, float]) -> np.ndarray:
    angle = np.radians(degrees)
    turn = zoom * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.asarray(points @ turn.T + shift, np.float32)


def test_a_shape_is_the_same_however_the_face_lies_in_the_picture() -> None:
    face = landmarks(0.12)
    for degrees, zoom, shift in ((20, 1, (0, 0)), (-30, 2.5, (400, -70)), (180, 0.4, (5, 900))):
        moved = turned(face, degrees, zoom, shift)
        np.testing.assert_allclose(shapes_of(moved[None])[0], shapes_of(face[None])[0], atol=1e-4)


def test_a_shape_is_laid_onto_another_head() -> None:
    head, other = turned(landmarks(0.02), 15, 1.4, (30, 8)), landmarks(0.2)
    placed = laid(shapes_of(other[None]), head[None])[0]
    np.testing.assert_allclose(shapes_of(placed[None])[0], shapes_of(other[None])[0], atol=1e-4)
    kept = np.setdiff1d(np.arange(68), POINTS[MOUTH])
    np.testing.assert_array_equal(placed[kept], head[kept])


@pytest.mark.parametrize("opening", [0.0, 0.05, 0.2])
def test_the_opening_is_that_of_the_inner_lips(opening: float) -> None:
    face = landmarks(opening)
    eyes = np.linalg.norm(face[42:48].mean(0) - face[36:42].mean(0))
    gap = np.mean([face[b, 1] - face[a, 1] for a, b in ((61, 67), (62, 66), (63, 65))])
    # The mean face fits the drawn one but roughly: distances keep their ratios.
    scale = np.linalg.norm(np.diff(shapes_of(face[None])[0][[19, 25]], axis=0)) / (
        np.linalg.norm(face[54] - face[48]) / eyes
    )
    assert openings(shapes_of(face[None]))[0] == pytest.approx(scale * gap / eyes, abs=1e-4)


def test_what_turning_does_to_the_mouth_is_found_and_what_speech_does_is_not() -> None:
    rng = np.random.default_rng(0)
    pose = rng.normal(0, 6, (400, 3))
    face = shapes_of(landmarks(0.1)[None])
    shifts = np.array([[0.004, 0], [0, 0.006], [0.001, -0.001]])
    spoken = np.repeat(face, 400, axis=0)
    # A mouth that opens as the head nods is no mouth that turning moves.
    spoken[:, [36, 37, 38], 1] += (0.01 * pose[:, 1:2]).astype(np.float32)
    seen = spoken + (pose @ shifts)[:, None].astype(np.float32)
    found = Turning.of(seen, pose)
    np.testing.assert_allclose(found.shifts, shifts, atol=4e-4)
    np.testing.assert_allclose(seen - found.at(pose), spoken, atol=0.01)


def test_a_head_that_hardly_turns_tells_nothing_of_turning() -> None:
    rng = np.random.default_rng(1)
    pose = rng.normal(0, 0.05, (100, 3))
    seen = np.repeat(shapes_of(landmarks(0.1)[None]), 100, axis=0)
    seen += rng.normal(0, 0.02, seen.shape).astype(np.float32)
    assert np.abs(Turning.of(seen, pose).shifts).max() < 1e-3
