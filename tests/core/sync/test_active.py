import numpy as np

from liptune.core.sync.active import NOBODY, compose
from liptune.core.sync.band import distance_band
from tests.core.sync.synthetic import noise, pair, unit


def test_of_two_faces_the_one_that_speaks_is_chosen_over_time() -> None:
    spoken = pair(500, signal=0.6)
    silent = unit(noise(np.random.default_rng(9), 500, 64, 2.0))
    left, right = spoken.video.copy(), silent.copy()
    left[250:], right[250:] = silent[250:], spoken.video[250:]
    bands = [distance_band(face, spoken.audio) for face in (left, right)]
    band, speaker = compose(bands, 500)
    assert (speaker[:225] == 0).mean() > 0.95
    assert (speaker[275:] == 1).mean() > 0.95
    np.testing.assert_array_equal(band.values[100], bands[0].values[100])
    np.testing.assert_array_equal(band.values[400], bands[1].values[400])


def test_faces_after_each_other_are_all_used() -> None:
    spoken = pair(90, signal=0.6)
    bands = [
        distance_band(spoken.video[a:b], spoken.audio, first=a) for a, b in ((0, 30), (30, 55), (60, 90))
    ]
    band, speaker = compose(bands, 90)
    assert speaker.tolist() == [0] * 30 + [1] * 25 + [NOBODY] * 5 + [2] * 30
    whole = distance_band(spoken.video, spoken.audio)
    np.testing.assert_allclose(band.values[:55], whole.values[:55], rtol=1e-5)
    assert np.isnan(band.values[55:60]).all()


def test_a_face_that_cannot_be_read_never_speaks() -> None:
    spoken = pair(60, signal=0.6)
    blind = np.full_like(spoken.video, np.nan)
    _, speaker = compose([distance_band(face, spoken.audio) for face in (blind, spoken.video)], 60)
    assert (speaker == 1).all()
