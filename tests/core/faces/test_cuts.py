import numpy as np
import pytest
from numpy.typing import NDArray

from liptune.core.faces.cuts import CutFinder
from tests.core.faces.scenes import backdrop, portrait, scene

Frames = NDArray[np.uint8]


def cuts_in(frames: Frames) -> list[int]:
    finder = CutFinder()
    decisions = [cut for frame in frames for cut in finder.push(frame)] + finder.finish()
    assert len(decisions) == len(frames)
    return list(np.flatnonzero(decisions))


def still(image: Frames, frames: int) -> Frames:
    """The image with a camera's noise."""
    noise = np.random.default_rng(1).normal(0, 4, (frames, *image.shape))
    return np.clip(image + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("length", [1, 2, 4, 40])
def test_a_still_shot_has_none(length: int) -> None:
    assert cuts_in(still(portrait(), length)) == []


@pytest.mark.parametrize("at", [1, 2, 3, 10, 18, 19])
def test_a_cut_is_found_where_it_is(at: int) -> None:
    shots = [still(portrait(), at), still(backdrop(512, 512), 20 - at)]
    assert cuts_in(np.concatenate(shots)) == [at]


def test_several_cuts() -> None:
    a, b = still(portrait(), 10), still(backdrop(512, 512), 10)
    assert cuts_in(np.concatenate([a, b, a, b])) == [10, 20, 30]


@pytest.mark.parametrize("length", [1, 2])
def test_a_flash_is_no_cut(length: int) -> None:
    frames = still(portrait(), 20)
    frames[9 : 9 + length] = np.clip(frames[9 : 9 + length].astype(int) * 2 + 80, 0, 255)
    assert cuts_in(frames) == []


def test_a_fade_is_no_cut() -> None:
    frames = still(portrait(), 25) * np.linspace(0, 1, 25)[:, None, None]
    assert cuts_in(frames.astype(np.uint8)) == []


def test_a_fast_face_is_no_cut() -> None:
    frames = scene(30, [lambda t: (40 + 12 * t, 120, 120)], width=400)
    assert cuts_in(frames) == []


def test_a_fast_pan_is_no_cut() -> None:
    wide = np.hstack([portrait()[:, ::-1], portrait()])
    assert cuts_in(np.stack([wide[:, 14 * t : 14 * t + 512] for t in range(36)])) == []
