import numpy as np
import pytest

from liptune.core.sync import turning as module
from liptune.core.sync.active import compose
from liptune.core.sync.band import distance_band
from liptune.core.sync.evidence import evidence
from liptune.core.sync.reading import Face
from liptune.core.sync.turning import turning

RANDOM = np.random.default_rng(3)
FRAMES, SOUNDS = 90, 83


def faces() -> list[Face]:
    """One with its sound where it is, and one from frame 20 on whose sound is far."""
    near, far = RANDOM.normal(size=(FRAMES, 8)), RANDOM.normal(size=(55, 8))
    near[30:34], far[7] = np.nan, np.nan
    centres = np.where(np.arange(55) < 25, 16, -24)
    return [Face(0, near.astype(np.float32)), Face(20, far.astype(np.float32), centres)]


def by_rolling(known: list[Face], audio: np.ndarray, turn: int) -> np.ndarray:
    """The bands of a sound that was moved, where that in its place has pairs."""
    bands = []
    for face in known:
        band, plain = (
            distance_band(face.embeddings, sound, first=face.first, centres=face.centres)
            for sound in (np.roll(audio, turn, axis=0), audio)
        )
        band.values[np.isnan(plain.values)] = np.nan
        bands.append(band)
    composed, _ = compose(bands, FRAMES)
    return evidence(composed.values, composed.centres)


@pytest.mark.parametrize("most_pairs", [0, 10**6])
@pytest.mark.parametrize("turn", [0, 1, 40, 82])
def test_a_turn_is_the_band_of_the_sound_rolled_round(
    most_pairs: int, turn: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_PAIRS", most_pairs)
    known, audio = faces(), RANDOM.normal(size=(SOUNDS, 8)).astype(np.float32)
    found = turning(known, audio)(turn)
    np.testing.assert_allclose(found, by_rolling(known, audio, turn), atol=1e-5)


def test_a_face_that_is_cut_away_says_nothing() -> None:
    near, audio = faces()[0], RANDOM.normal(size=(SOUNDS, 8)).astype(np.float32)
    empty = Face(5, np.empty((0, 8), np.float32))
    np.testing.assert_array_equal(turning([near, empty], audio)(3), turning([near], audio)(3))


def test_only_frames_with_a_face_are_told_of() -> None:
    far, audio = faces()[1], RANDOM.normal(size=(SOUNDS, 8)).astype(np.float32)
    found = turning([far], audio)(5)
    np.testing.assert_allclose(found, by_rolling([far], audio, 5)[far.span], atol=1e-5)
