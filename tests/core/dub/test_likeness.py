import numpy as np

from liptune.core.dub.likeness import UNLIKE, Proportions
from tests.core.warp.scenes import landmarks


def face(frames: int, eyes: float = 1.0, zoom: float = 1.0) -> np.ndarray:
    """Frames of a face that speaks; ``eyes``: how wide its nose is beside others'."""
    points = np.stack([landmarks(0.02 + 0.01 * (at % 9)) for at in range(frames)])
    nose = points[:, 31:36]
    points[:, 31:36] = nose.mean(axis=1, keepdims=True) + (nose - nose.mean(axis=1, keepdims=True)) * eyes
    noise = np.random.default_rng(0).normal(0, 0.2, points.shape)
    return (zoom * (points + noise)).astype(np.float32)


def test_a_face_is_like_itself_however_large_and_whatever_it_says() -> None:
    one, other = Proportions.of(face(40)), Proportions.of(face(25, zoom=2.5))
    assert one.apart(other) < UNLIKE / 2


def test_another_nose_is_another_face() -> None:
    assert Proportions.of(face(40)).apart(Proportions.of(face(40, eyes=1.8))) > UNLIKE


def test_heads_are_compared_where_they_are_turned_alike() -> None:
    one = Proportions.of(face(40))
    turning = one.points.copy()
    turning[20:] += 0.3
    turned = one.turned.copy()
    turned[20:] += 10
    assert one.apart(Proportions(turning, turned)) < UNLIKE / 2


def test_a_face_that_is_never_seen_is_not_compared() -> None:
    assert np.isnan(Proportions.of(face(40)).apart(Proportions.of(face(1)[:0])))
