from dataclasses import replace

import numpy as np
import pytest
import torch

from liptune.core.engines.features import COLUMNS_PER_FRAME, N_MELS
from training.corpus import CROP_HEIGHT, CROP_WIDTH, Corpus
from training.network.ensemble import LiteEnsemble
from training.sequences import FEWEST_CLIPS, Speaker, Tampered, recordings, sequences, speakers

FRAMES = 30
LATE, SCATTERED, RARE = 0, 1, 2


class Told(LiteEnsemble):
    """Reads the moment off a point, or off the first mel band; each has a vector of its own."""

    def __init__(self) -> None:
        super().__init__([])
        self.codes = np.random.default_rng(0).standard_normal((1000, 64)).astype(np.float32)
        self.codes /= np.linalg.norm(self.codes, axis=1, keepdims=True)

    def visual(self, _mouths: torch.Tensor, points: torch.Tensor, _valid: torch.Tensor) -> torch.Tensor:
        return torch.from_numpy(self.codes[points[0, :, 0, 0].numpy().astype(int)])[None]

    def audio(self, mel: torch.Tensor, _valid: torch.Tensor) -> torch.Tensor:
        return torch.from_numpy(self.codes[mel[0, ::COLUMNS_PER_FRAME, 0].numpy().astype(int)])[None]


def corpus() -> Corpus:
    """Clips of three people: with one delay, with many, and too few."""
    people = np.repeat([LATE, SCATTERED, RARE], [FEWEST_CLIPS, FEWEST_CLIPS, FEWEST_CLIPS - 1])
    delays = np.where(people == LATE, 2, np.arange(len(people)) % 7)
    frames = len(people) * FRAMES
    moments = np.tile(np.arange(FRAMES), len(people)) + 100
    points = np.zeros((frames, 1, 2), np.float32)
    points[:, 0, 0] = moments
    mel = np.zeros((frames * COLUMNS_PER_FRAME, N_MELS), np.float32)
    mel[:, 0] = np.repeat(moments - np.repeat(delays, FRAMES), COLUMNS_PER_FRAME)
    clips = np.arange(len(people))
    return Corpus(
        tuple(map(str, clips)),
        clips * FRAMES,
        np.full(len(people), FRAMES),
        np.zeros(len(people), np.int64),
        people,
        np.zeros(len(people)),
        np.zeros((frames, CROP_HEIGHT, CROP_WIDTH), np.uint8),
        points,
        mel,
    )


def test_only_those_count_whose_many_clips_agree() -> None:
    made = corpus()
    (found,) = speakers(Told(), made, np.arange(len(made.names)))
    np.testing.assert_array_equal(found.clips, np.flatnonzero(made.speaker == LATE))
    assert found.offset == pytest.approx(-2, abs=0.2)


def test_a_sequence_shows_each_moment_when_it_is_heard_or_as_its_warp_says() -> None:
    made = corpus()
    late = Speaker(np.flatnonzero(made.speaker == LATE), -2.0)
    found = list(sequences(Told(), made, [late], 2))
    assert [each.warped for each in found] == [False, True, True] * 2
    still = found[0]
    inside = slice(5, FRAMES - 5)
    np.testing.assert_allclose(still.video[inside], still.audio[inside])
    warped = found[1]
    at = np.rint(warped.shown[inside]).astype(int)
    known = (at >= 2) & (at < FRAMES - 2)
    np.testing.assert_allclose(warped.video[inside][known], still.video[at[known]])


def test_a_recording_is_shown_as_it_is_but_for_its_speakers_offset() -> None:
    made = corpus()
    late = Speaker(np.flatnonzero(made.speaker == LATE), -2.0)
    found = list(recordings(Told(), made, [late]))
    assert len(found) == FEWEST_CLIPS
    assert not any(each.warped for each in found)
    np.testing.assert_allclose(found[-1].video[2:], found[-1].audio[2:])


def test_what_undoes_a_warp_leaves_nothing() -> None:
    clock = np.arange(50, dtype=np.float64)
    nothing = np.zeros((50, 1), np.float32)
    each = Tampered(clock + 2.0, nothing, nothing)
    assert each.warped
    assert each.residual_ms(np.zeros(50)) == pytest.approx(80)
    at_the_beginning = (2 + 1) * 40 / 50
    assert each.residual_ms(np.full(50, -2.0)) == pytest.approx(at_the_beginning)
    assert not replace(each, shown=clock).warped
