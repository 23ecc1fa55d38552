"""Plans carried out on real files: frames that are told apart by their brightness, a click for sound."""

import hashlib
import json
import os
import struct
import subprocess
from pathlib import Path

import numpy as np
import opentimelineio as otio
import pytest
from numpy.typing import NDArray

from liptune.core.errors import Canceled
from liptune.core.media.clock.frames import frame_times
from liptune.core.media.probe.probe import probe
from liptune.core.media.read.audio import decode_audio
from liptune.core.media.read.decode import decode_frames
from liptune.core.media.types import NO_LIMITS
from liptune.core.options import RetimeOptions
from liptune.core.plan.clock import Clock, ClockPiece
from liptune.core.plan.plan import Plan
from liptune.core.plan.types import Line, RetimeMode, TimeWarp
from liptune.core.progress import silent
from liptune.core.report.retiming import stillness
from liptune.core.report.retiming_files import write_time_warp
from liptune.core.retime.apply import apply
from liptune.core.retime.cutlist import timecode_rate, write_cut_list, write_edl
from liptune.core.retime.way import Change

FRAMES = 50
CLICK_SECONDS = 1.0
PICTURE = RetimeOptions(move="picture")
FLOW = RetimeOptions(move="picture", interpolate="flow")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "it's a clip.mp4"
    picture = f"color=black:s=64x64:r=25:d={FRAMES / 25},geq=lum='16+4*N':cb=128:cr=128"
    sound = f"aevalsrc='lt(abs(t-{CLICK_SECONDS}),0.005)':s=48000:d={FRAMES / 25}"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound,
         "-c:v", "libx264", "-preset", "ultrafast", "-qp", "1", "-c:a", "aac", str(path)],
        check=True,
    )  # fmt: skip
    return path


def plan_of(mode: RetimeMode, line: Line, moved: NDArray[np.float64] | None = None) -> Plan:
    clock = np.arange(FRAMES, dtype=np.float64)
    still = np.zeros(FRAMES) if moved is None else moved
    warp = None if mode is RetimeMode.NONE else TimeWarp(clock / 25, line.source(clock + still) / 25)
    steady = Clock((ClockPiece(0.0, FRAMES / 25, line),))
    return Plan(mode, "because", steady, warp, still, np.ones(FRAMES), {})


def shown(path: Path) -> NDArray[np.int64]:
    """Which source frame each frame of a file is, read from its brightness."""
    batches = decode_frames(probe(path), side=64, colour="gray")
    luma = np.concatenate([batch.frames.mean(axis=(1, 2)) for batch in batches])
    # Limited range: luma 16 + 4 n is shown as 4 n · 255 / 219.
    return np.rint(luma * 219 / 255 / 4).astype(np.int64)


def click(path: Path) -> float:
    sound = np.concatenate(list(decode_audio(probe(path), origin_seconds=0.0)))
    return float(np.abs(sound).argmax() / 16_000)


def stream_hash(path: Path) -> str:
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:v", "-c", "copy", "-f", "hash", "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_nothing_to_do_returns_the_very_bytes(clip: Path, tmp_path: Path) -> None:
    applied = apply(
        plan_of(RetimeMode.NONE, Line()), probe(clip), None, tmp_path / "out.mp4", PICTURE, progress=silent
    )
    assert applied.picture == "untouched"
    assert hashlib.sha256(applied.path.read_bytes()).digest() == hashlib.sha256(clip.read_bytes()).digest()


def test_early_sound_is_delayed_and_the_picture_copied(clip: Path, tmp_path: Path) -> None:
    plan = plan_of(RetimeMode.OFFSET, Line(offset_frames=5.0))
    applied = apply(plan, probe(clip), None, tmp_path / "out.mp4", PICTURE, progress=silent)
    assert applied.picture == "copied"
    assert stream_hash(applied.path) == stream_hash(clip)
    assert click(applied.path) == pytest.approx(CLICK_SECONDS + 0.2, abs=0.01)


def test_a_local_warp_shows_the_frames_it_names_and_leaves_the_sound(clip: Path, tmp_path: Path) -> None:
    bump = 3 * np.sin(np.arange(FRAMES) * np.pi / (FRAMES - 1))
    plan = plan_of(RetimeMode.LOCAL, Line(), bump)
    applied = apply(plan, probe(clip), None, tmp_path / "out.mp4", PICTURE, progress=silent)
    np.testing.assert_array_equal(shown(applied.path), applied.shown)
    np.testing.assert_array_equal(applied.shown, np.floor(np.arange(FRAMES) + bump + 0.5))
    assert click(applied.path) == pytest.approx(click(clip), abs=1e-3)
    assert len(frame_times(probe(applied.path)).ticks) == FRAMES


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("offset", "held", "told"),
    [
        (6.0, (0, 6), ["The last frame stands still for 240 ms"]),
        (-6.0, (6, 0), ["The first frame stands still for 240 ms"]),
        (-2.0, (2, 0), []),
        (0.0, (0, 0), []),
    ],
)
def test_what_the_source_does_not_have_is_held_and_told(
    offset: float, held: tuple[int, int], told: list[str], clip: Path, tmp_path: Path
) -> None:
    plan = plan_of(RetimeMode.LOCAL, Line(offset))
    applied = apply(plan, probe(clip), None, tmp_path / "out.mp4", PICTURE, progress=silent)
    assert applied.held_frames == held
    assert len(frame_times(probe(applied.path)).ticks) == FRAMES
    assert [sentence.split(":")[0] for sentence in stillness(applied)] == told


def test_flow_draws_what_lies_between_where_the_picture_is_slowed_down(clip: Path, tmp_path: Path) -> None:
    slow = -0.3 * np.minimum(np.arange(FRAMES), 20)
    plan = plan_of(RetimeMode.LOCAL, Line(), slow)
    applied = apply(plan, probe(clip), None, tmp_path / "out.mp4", FLOW, progress=silent)
    assert 10 <= applied.drawn_frames <= 21
    assert len(frame_times(probe(applied.path)).ticks) == FRAMES
    # Brightness fades evenly, without any motion: a drawn frame is a mix of its neighbours.
    batches = decode_frames(probe(applied.path), side=64, colour="gray")
    luma = np.concatenate([batch.frames.mean(axis=(1, 2)) for batch in batches])
    np.testing.assert_allclose(luma * 219 / 255 / 4, applied.positions, atol=0.3)
    write_time_warp(plan, applied, tmp_path / "timewarp.json")
    written = json.loads((tmp_path / "timewarp.json").read_text())
    np.testing.assert_allclose(written["source_seconds"], applied.positions / 25, atol=1e-5)


def test_canceling_leaves_nothing(clip: Path, tmp_path: Path) -> None:
    def cancel(_stage: str, _fraction: float, /) -> None:
        raise Canceled("enough")

    with pytest.raises(Canceled):
        apply(
            plan_of(RetimeMode.LOCAL, Line()),
            probe(clip),
            None,
            tmp_path / "out.mp4",
            PICTURE,
            progress=cancel,
        )
    assert list(tmp_path.iterdir()) == []


def enlarged(clip: Path, path: Path, size: int) -> Path:
    """A copy of an MP4 file with a box of free space behind it, which takes no room on the disk."""
    path.write_bytes(clip.read_bytes() + struct.pack(">I4sQ", 1, b"free", size))
    os.truncate(path, clip.stat().st_size + size)
    return path


def test_a_large_video_that_is_returned_untouched_tells_its_progress_and_can_be_canceled(
    clip: Path, tmp_path: Path
) -> None:
    large = probe(enlarged(clip, tmp_path / "large.mp4", 64 << 30), NO_LIMITS)
    told: list[float] = []

    def cancel(_stage: str, fraction: float, /) -> None:
        told.append(fraction)
        if fraction > 0:
            raise Canceled("enough")

    with pytest.raises(Canceled):
        apply(plan_of(RetimeMode.NONE, Line()), large, None, tmp_path / "out.mp4", PICTURE, progress=cancel)
    assert told[-1] < 0.5
    assert list(tmp_path.iterdir()) == [large.path]


@pytest.mark.parametrize("mode", [RetimeMode.OFFSET, RetimeMode.LOCAL])
def test_the_time_warp_names_a_source_time_for_each_output_frame(
    mode: RetimeMode, clip: Path, tmp_path: Path
) -> None:
    plan = plan_of(mode, Line(offset_frames=2.0))
    applied = apply(plan, probe(clip), None, tmp_path / "out.mp4", PICTURE, progress=silent)
    write_time_warp(plan, applied, tmp_path / "timewarp.json")
    written = json.loads((tmp_path / "timewarp.json").read_text())
    np.testing.assert_allclose(written["output_seconds"], np.arange(FRAMES) / 25, atol=1e-5)
    moved = mode is RetimeMode.LOCAL
    expected = np.minimum(np.arange(FRAMES) + 2 * moved, FRAMES - 1) / 25
    np.testing.assert_allclose(written["source_seconds"], expected, atol=1e-5)
    assert written["sound_shift_seconds"] == pytest.approx(0.0 if moved else 0.08)


def test_a_picture_that_drifts_is_copied_and_shown_at_the_pace_of_the_sound(
    clip: Path, tmp_path: Path
) -> None:
    line = Line(offset_frames=2.0, rate=0.02)
    plan = plan_of(RetimeMode.DRIFT, line)
    applied = apply(plan, probe(clip), None, tmp_path / "out.mp4", PICTURE, progress=silent)
    assert applied.way.change is Change.PICTURE_TIMES
    assert stream_hash(applied.path) == stream_hash(clip)
    begin = click(applied.path) - click(clip)
    moments = frame_times(probe(applied.path)).seconds
    expected = line.output(np.arange(FRAMES, dtype=np.float64)) / 25
    np.testing.assert_allclose(moments - begin, expected, atol=2e-3)
    write_time_warp(plan, applied, tmp_path / "timewarp.json")
    written = json.loads((tmp_path / "timewarp.json").read_text())
    np.testing.assert_allclose(written["output_seconds"], moments, atol=1e-4)
    np.testing.assert_allclose(written["source_seconds"], np.arange(FRAMES) / 25, atol=1e-5)
    assert written["sound_shift_seconds"] == pytest.approx(begin, abs=2e-3)


def played(timeline: otio.schema.Timeline) -> list[int]:
    return [
        int(cut.source_range.start_time.value) + step
        for cut in timeline.tracks[0]
        for step in range(int(cut.source_range.duration.value))
    ]


def test_the_cut_list_plays_the_same_frames(tmp_path: Path) -> None:
    frames = np.array([0, 1, 2, 2, 3, 5, 6, 6, 7])
    write_cut_list("a clip.mp4", frames, 25.0, tmp_path / "cuts.otio")
    timeline = otio.adapters.read_from_file(str(tmp_path / "cuts.otio"), "otio_json")
    assert played(timeline) == frames.tolist()


@pytest.mark.parametrize("rate", [24000 / 1001, 25.0, 30000 / 1001, 50.0, 60.0])
def test_the_edl_plays_the_same_frames(rate: float, tmp_path: Path) -> None:
    frames = np.array([0, 1, 2, 2, 3, 5, 6, 6, 7])
    # Milliseconds, as Matroska keeps times.
    found = timecode_rate(np.round(np.arange(len(frames)) / rate, 3))
    assert found == pytest.approx(rate)
    write_edl("é clip.mp4", frames, rate, tmp_path / "cuts.edl")
    timeline = otio.adapters.read_from_file(str(tmp_path / "cuts.edl"), "cmx_3600", rate=rate)
    assert played(timeline) == frames.tolist()


@pytest.mark.parametrize("steps", [[40, 40, 90, 40, 40], [67] * 30, []])
def test_frames_without_a_timecode_have_no_edl(steps: list[int]) -> None:
    assert timecode_rate(np.cumsum([0, *steps]) / 1000) is None
