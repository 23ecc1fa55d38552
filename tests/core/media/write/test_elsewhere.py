"""Copies into another container: what fits is in place, what does not is refused in words."""

from pathlib import Path

import numpy as np
import pytest

from liptune.core.errors import RenderFailed
from liptune.core.media.clock.frames import frame_times
from liptune.core.media.probe.probe import probe
from liptune.core.media.write.remux import shift_audio
from liptune.core.media.write.render import render_picks
from tests.core.media.truth import heard, shown
from tests.media_factory import bursts, ffmpeg, numbered_video, sound_file

FRAMES = 50
TIMES = np.array([0.5, 0.9, 1.4])
LATER = 0.12
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
REORDERED = (*X264, "-bf", "3", "-b_strategy", "0", "-x264-params", "b-pyramid=normal:ref=4")
X265 = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error", "-tag:v", "hvc1")
MPEG2 = ("-c:v", "mpeg2video", "-q:v", "2", "-bf", "2")
VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8")
PCM = ("-c:a", "pcm_s16le")
AAC = ("-c:a", "aac")
OF_MXF = ("-vf", "scale=720:576:flags=neighbor")


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Numbered frames, and bursts."""
    folder = tmp_path_factory.mktemp("parts")
    picture = numbered_video(folder / "p.nut", frames=FRAMES, codec=("-c:v", "ffv1", "-pix_fmt", "yuv420p"))
    return picture, sound_file(folder / "s.wav", bursts(TIMES.tolist(), FRAMES / 25, 2))


def made(parts: tuple[Path, Path], path: Path, *codecs: str) -> Path:
    ffmpeg("-i", parts[0], "-i", parts[1], *codecs, path)
    return path


def redrawn(path: Path, output: Path) -> Path:
    info = probe(path)
    return render_picks(info, np.arange(len(frame_times(info).ticks)), output).path


def in_place(path: Path) -> bool:
    """Whether every frame is shown at its time."""
    moments, numbers = zip(*shown(path), strict=True)
    return numbers == tuple(range(FRAMES)) and bool(np.abs(np.array(moments) * 25 - numbers).max() < 0.05)


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    "codec", [REORDERED, (*X264, "-bf", "2"), ("-c:v", "mpeg4", "-q:v", "2", "-bf", "2")]
)
def test_avi_shows_the_last_frames_for_which_decoders_have_no_number(
    tmp_path: Path, parts: tuple[Path, Path], codec: tuple[str, ...]
) -> None:
    assert in_place(made(parts, tmp_path / "x.avi", *codec, *PCM))


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("name", "codecs"),
    [
        ("x.mp4", (*X264, "-bf", "2", *AAC)),
        ("x.mkv", (*REORDERED, *AAC)),
        ("x.mov", (*X265, *PCM)),
        ("x.ts", (*X264, *AAC)),
    ],
)
def test_a_picture_drawn_again_goes_into_avi(
    tmp_path: Path, parts: tuple[Path, Path], name: str, codecs: tuple[str, ...]
) -> None:
    copy = redrawn(made(parts, tmp_path / name, *codecs), tmp_path / "copy.avi")
    assert in_place(copy)
    assert heard(copy) == pytest.approx(TIMES, abs=2e-3)


@pytest.mark.one_in(5)
@pytest.mark.parametrize(
    ("name", "codecs", "suffix"),
    [
        ("x.mp4", (*X264, *AAC), ".mxf"),
        ("x.mkv", (*X264, "-bf", "0", "-c:a", "flac"), ".mxf"),
        ("x.ts", (*X264, *AAC), ".mxf"),
        ("x.ts", (*MPEG2, "-c:a", "mp2"), ".mxf"),
        ("x.mov", ("-c:v", "prores_ks", *PCM), ".mxf"),
        ("x.mp4", (*X264, "-bf", "2", *AAC), ".avi"),
        ("x.mkv", (*REORDERED, "-c:a", "flac"), ".avi"),
        ("x.ts", (*MPEG2, "-c:a", "mp2"), ".avi"),
    ],
)
def test_copied_packets_go_where_frames_have_numbers(
    tmp_path: Path, parts: tuple[Path, Path], name: str, codecs: tuple[str, ...], suffix: str
) -> None:
    source = made(parts, tmp_path / name, *codecs)
    shift_audio(probe(source), LATER, copy := tmp_path / f"copy{suffix}")
    assert in_place(copy)
    assert heard(copy) == pytest.approx(TIMES + LATER, abs=3e-3)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("name", ["x.mp4", "x.mov"])
def test_reordered_h264_is_drawn_but_not_copied_into_mxf(
    tmp_path: Path, parts: tuple[Path, Path], name: str
) -> None:
    source = made(parts, tmp_path / name, *X264, "-bf", "2", *AAC)
    with pytest.raises(RenderFailed, match="decoded in another order") as refused:
        shift_audio(probe(source), LATER, tmp_path / "copy.mxf")
    assert refused.value.remedy == "Write a .mov or .mkv file."
    assert in_place(redrawn(source, tmp_path / "drawn.mxf"))


@pytest.mark.one_in(5)
@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".ts", ".mkv"])
@pytest.mark.parametrize(
    ("name", "codecs"),
    [
        ("x.avi", ("-c:v", "mpeg4", "-q:v", "2", *PCM)),
        ("x.mxf", (*OF_MXF, *MPEG2, *PCM)),
    ],
)
def test_sound_that_is_encoded_for_a_container_is_in_its_place(
    tmp_path: Path, parts: tuple[Path, Path], name: str, codecs: tuple[str, ...], suffix: str
) -> None:
    source = made(parts, tmp_path / name, *codecs)
    shift_audio(probe(source), LATER, copy := tmp_path / f"copy{suffix}")
    assert heard(copy) == pytest.approx(TIMES + LATER, abs=3e-3)


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("name", "codecs", "suffix"),
    [
        ("x.mp4", (*X265, *AAC), ".mxf"),
        ("x.webm", (*VP9, "-c:a", "libopus"), ".mxf"),
        ("x.mp4", (*X264, *AAC), ".webm"),
        ("x.mkv", (*VP9, "-c:a", "flac"), ".flv"),
        ("x.mp4", (*X264, *AAC), ".ogv"),
    ],
)
def test_a_container_that_does_not_hold_the_picture_is_named_beforehand(
    tmp_path: Path, parts: tuple[Path, Path], name: str, codecs: tuple[str, ...], suffix: str
) -> None:
    source = made(parts, tmp_path / name, *codecs)
    with pytest.raises(RenderFailed, match=f"An {suffix} file holds") as refused:
        shift_audio(probe(source), LATER, tmp_path / f"copy{suffix}")
    assert refused.value.remedy
    assert sorted(tmp_path.iterdir()) == [source]


@pytest.mark.slow
def test_what_is_drawn_again_fits_by_the_codec_that_it_gets(tmp_path: Path, parts: tuple[Path, Path]) -> None:
    source = made(parts, tmp_path / "x.avi", "-c:v", "mpeg4", "-q:v", "2", *PCM)
    assert [number for _, number in shown(redrawn(source, tmp_path / "y.mxf"))] == list(range(FRAMES))
    with pytest.raises(RenderFailed, match="mpeg4"):
        shift_audio(probe(source), LATER, tmp_path / "z.mxf")


@pytest.mark.one_in(3)
@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".mxf"])
def test_frames_of_avi_that_are_shown_in_another_order_are_not_copied_elsewhere(
    tmp_path: Path, parts: tuple[Path, Path], suffix: str
) -> None:
    source = made(parts, tmp_path / "x.avi", *X264, "-bf", "2", *PCM)
    with pytest.raises(RenderFailed, match="when each of its frames is shown") as refused:
        shift_audio(probe(source), LATER, tmp_path / f"copy{suffix}")
    assert refused.value.remedy == "Write an .avi file."
    assert in_place(redrawn(source, tmp_path / f"drawn{suffix}"))
