"""Whole passes over a lossless copy of the sample, whose frames can be compared to the bit."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from liptune.core.analysis.run import analyse
from liptune.core.errors import Canceled
from liptune.core.media.clock.frames import frame_times
from liptune.core.media.mp4.matrix import write_matrix
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.read.raw import read_frames
from liptune.core.media.types import MediaInfo
from liptune.core.media.write.codecs import raw_format
from liptune.core.options import MeasureOptions, WarpOptions
from liptune.core.plan.clip import Clip
from liptune.core.plan.types import TimeWarp
from liptune.core.progress import silent
from liptune.core.sync.calibration import uncalibrated
from liptune.core.sync.clip import score_clip
from liptune.core.sync.timeline.types import Timeline
from liptune.core.warp.transplant import Scene, Transplanted, transplant
from liptune.core.warp.types import Left
from tests.engines import NoiseEngine
from tests.media_factory import ffmpeg

SAMPLE = Path(__file__).parents[3] / "samples" / "astronaut.mp4"
FRAMES = 30
STILL = slice(0, 10)


@dataclass(frozen=True)
class Known:
    info: MediaInfo
    scene: Scene


def lossless(path: Path, *options: str) -> Path:
    ffmpeg("-i", SAMPLE, "-frames:v", str(FRAMES), "-t", "1.2", *options, "-c:v", "ffv1", path)
    return path


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Known:
    return scene_of(lossless(tmp_path_factory.mktemp("clip") / "clip.mkv", "-pix_fmt", "yuv420p10le"))


def scene_of(path: Path) -> Known:
    info = probe(path)
    made = analyse(info, info, NoiseEngine())
    scored = score_clip(made, MeasureOptions(), uncalibrated(normalised=True))
    return Known(info, Scene(info, None, made, scored))


def plan() -> tuple[Clip, TimeWarp]:
    """The first frames as they are, the others' mouths from three frames later, which all evidence is for."""
    clock = np.arange(FRAMES)
    source = clock + 3 * (clock >= STILL.stop)
    rows = np.random.default_rng(0).standard_normal((FRAMES + 3, 16)).astype(np.float32)
    return (
        Clip(rows[:FRAMES], rows[source], np.empty(0, np.int64), Timeline.without_evidence(FRAMES / 25)),
        TimeWarp(clock / 25, source / 25),
    )


def run(known: Known, output: Path, blend: str = "pyramid", **options: object) -> Transplanted:
    clip, warp = plan()
    chosen = WarpOptions.model_validate({"blend": blend, **options})
    return transplant(known.scene, clip, warp, chosen, output, progress=silent)


def planes(path: Path) -> list[Sequence[np.ndarray]]:
    info = probe(path)
    layout = raw_format(require_video(info))
    return [layout.planes(frame) for frame in read_frames(info, layout)]


@pytest.mark.parametrize("blend", ["pyramid", "poisson"])
def test_only_mouths_change_and_only_where_asked(blend: str, known: Known, tmp_path: Path) -> None:
    done = run(known, tmp_path / "out.mkv", blend)
    assert done.changed.sum() >= 12
    assert not done.changed[STILL].any()
    asked = np.minimum(np.flatnonzero(done.changed) + 3, FRAMES - 1)
    np.testing.assert_array_equal(done.donors[done.changed], asked)
    before, after = planes(known.info.path), planes(done.path)
    for changed, old, new in zip(done.changed, before, after, strict=True):
        rows, columns = np.nonzero(old[0] != new[0])
        if not changed:
            assert all((a == b).all() for a, b in zip(old, new, strict=True))
            continue
        assert len(rows)
        # The sample is 400 x 400; the mouth lies well within its lower middle.
        assert rows.min() > 200
        assert rows.max() < 380
        assert columns.min() > 110
        assert columns.max() < 290


@pytest.fixture(scope="module")
def done(known: Known, tmp_path_factory: pytest.TempPathFactory) -> Transplanted:
    return run(known, tmp_path_factory.mktemp("done") / "out.mkv")


def test_times_sound_and_format_are_kept(known: Known, done: Transplanted) -> None:
    copy, video = probe(done.path), require_video(known.info)
    assert require_video(copy).pixel_format == video.pixel_format == "yuv420p10le"
    np.testing.assert_array_equal(frame_times(copy).ticks, done.times.ticks)
    assert [each.codec for each in copy.audio] == [each.codec for each in known.info.audio]


def test_the_moments_shown_are_the_changed_ones(done: Transplanted) -> None:
    assert done.shots
    for shot in done.shots:
        assert done.changed[shot.index]
        assert shot.donor_index == done.donors[shot.index]
        assert shot.before.shape == shot.after.shape == shot.donor.shape == (*shot.mask.shape, 3)
        outside = shot.mask == 0
        np.testing.assert_array_equal(shot.before[outside], shot.after[outside])
        assert (shot.before != shot.after).any()


@pytest.mark.slow
def test_a_turned_picture_changes_where_its_mouth_is(
    known: Known, done: Transplanted, tmp_path: Path
) -> None:
    """The same frames stored on their side, with a note to turn them."""
    side = tmp_path / "side.mp4"
    ffmpeg(
        "-i",
        known.info.path,
        "-vf",
        "transpose=cclock",
        "-c:v",
        "libx264",
        "-qp",
        "0",
        "-pix_fmt",
        "yuv420p",
        side,
    )
    write_matrix(side, (0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30))
    turned = scene_of(side)
    assert require_video(turned.info).rotation == 90
    theirs = run(turned, tmp_path / "out.mp4")
    assert abs(theirs.changed.sum() - done.changed.sum()) <= 2
    difference = sum(
        (np.rot90(new[0].astype(int) - old[0], -1) != 0).astype(int)
        for old, new in zip(planes(side), planes(theirs.path), strict=True)
    )
    rows, columns = np.nonzero(difference > 10)
    assert 180 < rows.mean() < 290
    assert 150 < columns.mean() < 250


def test_what_asks_for_nothing_gets_the_very_bytes(known: Known, tmp_path: Path) -> None:
    clip, _ = plan()
    done = transplant(known.scene, clip, None, WarpOptions(), tmp_path / "out.mkv", progress=silent)
    assert done.picture == "untouched"
    assert done.path.read_bytes() == known.info.path.read_bytes()
    assert set(done.left) == {Left.IN_TIME}
    late = run(known, tmp_path / "late.mkv", start=5.0)
    assert late.path.read_bytes() == known.info.path.read_bytes()


def test_canceling_leaves_nothing(known: Known, tmp_path: Path) -> None:
    def cancel(_stage: str, _fraction: float, /) -> None:
        raise Canceled("enough")

    clip, warp = plan()
    with pytest.raises(Canceled):
        transplant(known.scene, clip, warp, WarpOptions(), tmp_path / "out.mkv", progress=cancel)
    assert list(tmp_path.iterdir()) == []
