from pathlib import Path

import numpy as np
import pytest

from liptune.core.analysis import Analysis
from liptune.core.analysis.run import analyse
from liptune.core.articulation.speaker import speaker_of
from liptune.core.articulation.types import Speaker
from liptune.core.dub.gallery import gallery_of, livelier, with_gallery
from liptune.core.dub.mouths import FROM_GALLERY
from liptune.core.errors import TooLittleMaterial
from liptune.core.media.clock.frames import frame_times
from liptune.core.media.inventory.losses import Lost
from liptune.core.media.probe.probe import probe
from liptune.core.media.types import MediaInfo
from tests.core.dub.faces import mouths, shapes
from tests.engines import NoiseEngine
from tests.media_factory import ffmpeg

SAMPLE = Path(__file__).parents[3] / "samples" / "astronaut.mp4"


def seen(path: Path, *filters: str) -> tuple[MediaInfo, Analysis]:
    """A second and a half of the sample, changed, and what is seen in it."""
    ffmpeg("-ss", "1", "-i", SAMPLE, "-t", "1.6", *filters, "-c:v", "libx264", "-crf", "16", path)
    info = probe(path)
    return info, analyse(info, info, NoiseEngine())


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> np.ndarray:
    _, found = seen(tmp_path_factory.mktemp("own") / "own.mp4")
    return found.tracks[0].track.landmarks


def test_the_same_person_is_not_warned_of(own: np.ndarray, tmp_path: Path) -> None:
    info, found = seen(tmp_path / "same.mp4", "-vf", "scale=300:300")
    gallery = gallery_of(info, frame_times(info), found, own)
    assert gallery.lost() == frozenset()
    assert len(gallery.faces.track) == len(gallery.times.ticks) == 40
    assert gallery.seconds_usable == pytest.approx(1.6, abs=0.1)


def test_another_face_is_warned_of(own: np.ndarray, tmp_path: Path) -> None:
    info, found = seen(tmp_path / "long.mp4", "-vf", "scale=320:460,setsar=1")
    (told,) = gallery_of(info, frame_times(info), found, own).lost()
    assert told.kind is Lost.LIKENESS


def test_too_little_of_a_face(own: np.ndarray, tmp_path: Path) -> None:
    info, found = seen(tmp_path / "short.mp4", "-frames:v", "20")
    with pytest.raises(TooLittleMaterial, match=r"short\.mp4 shows a face .* for 0\.\d s"):
        gallery_of(info, frame_times(info), found, own)


def test_of_two_videos_the_livelier_tells_how_the_face_speaks(own: np.ndarray) -> None:
    speaks = speaker_of(own)
    still = Speaker(speaks.closed, speaks.spread / np.float32(10), speaks.closed + np.float32(0.01))
    assert livelier(speaks, still) is speaks
    found = livelier(still, speaks)
    np.testing.assert_array_equal(found.closed, still.closed)
    np.testing.assert_array_equal(found.spread, speaks.spread)
    np.testing.assert_allclose(found.mean - found.closed, speaks.mean - speaks.closed, atol=1e-5)


def test_mouths_of_a_gallery_come_after_the_videos_by_its_measure(own: np.ndarray, tmp_path: Path) -> None:
    info, found = seen(tmp_path / "same.mp4")
    gallery = gallery_of(info, frame_times(info), found, own)
    video = mouths(shapes([0.05, 0.1]))
    lent = mouths(
        shapes([0.1, 0.2, 0.2]), light=np.array([50, 50, 60], np.float32), track=np.array([0, 0, -1])
    )
    both = with_gallery(video, lent, speaker_of(own), gallery)
    np.testing.assert_array_equal(both.track, [0, 0, FROM_GALLERY, FROM_GALLERY, -1])
    np.testing.assert_allclose(both.light[:4], 100)
    assert len(both.shapes) == len(both.pose) == len(both.sharpness) == 5
