"""Whole passes over a lossless copy of the sample, whose frames can be compared to the bit."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from liptune.core.analysis.run import analyse
from liptune.core.articulation.coordinates import shapes as shapes_of
from liptune.core.articulation.mouth import opening as openings
from liptune.core.articulation.types import Prosody, Speaker, Speech
from liptune.core.dub.dubbing import TAG, Plan, Stage, carry_out, plan
from liptune.core.dub.whose import faces_seen, speaking_faces
from liptune.core.errors import Canceled
from liptune.core.media.inventory.read import read_headers
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.read.raw import read_frames
from liptune.core.media.write.codecs import raw_format
from liptune.core.options import MeasureOptions
from liptune.core.progress import silent
from liptune.core.sync.calibration import uncalibrated
from liptune.core.sync.clip import score_clip
from liptune.core.warp.transplant import Transplanted
from liptune.core.warp.types import Left
from tests.engines import NoiseEngine
from tests.media_factory import ffmpeg

SAMPLE = Path(__file__).parents[3] / "samples" / "astronaut.mp4"
FRAMES = 60
SILENT_FROM = 45


@dataclass(frozen=True)
class Known:
    stage: Stage
    speaker: Speaker
    speech: Speech
    plan: Plan


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Known:
    """Two seconds of the sample, whose mouth is to do what it does elsewhere in them, and then to rest."""
    folder = tmp_path_factory.mktemp("clip")
    path, sound = folder / "clip.mkv", folder / "sound.wav"
    ffmpeg(
        "-i", SAMPLE, "-frames:v", str(FRAMES), "-t", "2.4", "-c:v", "ffv1", "-pix_fmt", "yuv420p10le", path
    )
    ffmpeg("-f", "lavfi", "-i", "sine=frequency=200:duration=2.4", sound)
    info = probe(path)
    made = analyse(info, info, NoiseEngine())
    whose = speaking_faces(made, score_clip(made, MeasureOptions(), uncalibrated(normalised=True)))
    shapes = shapes_of(faces_seen(made, whose))
    rest = shapes[openings(shapes).argmin()]
    speaker = Speaker(shapes.mean(axis=0), shapes.std(axis=0), rest)
    points = np.roll(shapes, FRAMES // 2, axis=0)
    points[SILENT_FROM:] = rest
    still = np.zeros(FRAMES, np.float32)
    said = Speech(points, np.arange(FRAMES) < SILENT_FROM, Prosody(still, still, still, still))
    stage = Stage(info, probe(sound), made, whose)
    return Known(stage, speaker, said, plan(stage, said, speaker, (0.2, 2.2), progress=silent))


@pytest.fixture(scope="module")
def done(known: Known, tmp_path_factory: pytest.TempPathFactory) -> Transplanted:
    return carry_out(known.stage, known.plan, tmp_path_factory.mktemp("made") / "out.mkv", progress=silent)


def planes(path: Path) -> list[Sequence[np.ndarray]]:
    info = probe(path)
    layout = raw_format(require_video(info))
    return [layout.planes(frame) for frame in read_frames(info, layout)]


def test_every_frame_of_the_span_is_given_a_mouth_and_no_other(known: Known) -> None:
    left = np.array([each is Left.OUTSIDE for each in known.plan.cast.left])
    np.testing.assert_array_equal(np.flatnonzero(left), [*range(5), *range(55, FRAMES)])
    changed = np.array([each is None for each in known.plan.cast.left])
    assert changed.sum() >= 40
    assert (np.diff(known.plan.cast.donors[changed]) != 0).all()


def test_only_mouths_change(known: Known, done: Transplanted) -> None:
    before, after = planes(known.stage.picture.path), planes(done.path)
    assert len(before) == len(after) == FRAMES
    for changed, old, new in zip(done.changed, before, after, strict=True):
        rows, columns = np.nonzero(old[0] != new[0])
        if not changed:
            assert all((a == b).all() for a, b in zip(old, new, strict=True))
            continue
        # The sample is 400 x 400; the mouth lies well within its lower middle.
        assert rows.min() > 190
        assert rows.max() < 390
        assert columns.min() > 100
        assert columns.max() < 300


def test_what_lies_outside_of_the_mask_is_untouched(done: Transplanted) -> None:
    assert done.shots
    for shot in done.shots:
        outside = shot.mask == 0
        np.testing.assert_array_equal(shot.before[outside], shot.after[outside])
        assert (shot.before != shot.after).any()


def test_the_mouth_in_the_copy_is_the_one_asked_for(known: Known, done: Transplanted) -> None:
    """Found again by the landmark model in the written file."""
    copy = probe(done.path)
    seen = analyse(copy, copy, NoiseEngine())
    whose = speaking_faces(seen, score_clip(seen, MeasureOptions(), uncalibrated(normalised=True)))
    opening = openings(shapes_of(faces_seen(seen, whose)))
    asked = openings(shapes_of(known.plan.points))
    own = openings(shapes_of(faces_seen(known.stage.analysis, known.stage.whose)))
    inside = done.changed
    apart = np.abs(opening - asked)[inside].mean()
    assert apart < 0.4 * np.abs(own - asked)[inside].mean()
    assert np.corrcoef(opening[inside], asked[inside])[0, 1] > 0.9
    resting = inside & (np.arange(FRAMES) >= SILENT_FROM + 4)
    assert (opening[resting] < openings(known.speaker.closed[None])[0] + 0.03).all()


def test_the_copy_has_the_new_sound_alone_and_says_what_it_is(known: Known, done: Transplanted) -> None:
    copy = probe(done.path)
    assert [each.codec for each in copy.audio] == ["pcm_s16le"]
    tags = read_headers(done.path).tags
    assert tags["software"] == tags["comment"] == TAG


def test_nothing_waits_on_disk_afterwards(done: Transplanted) -> None:
    assert [each.name for each in done.path.parent.iterdir()] == [done.path.name]


def test_canceling_leaves_nothing(known: Known, tmp_path: Path) -> None:
    def cancel(_stage: str, _fraction: float, /) -> None:
        raise Canceled("enough")

    with pytest.raises(Canceled):
        carry_out(known.stage, known.plan, tmp_path / "out.mkv", progress=cancel)
    assert list(tmp_path.iterdir()) == []
