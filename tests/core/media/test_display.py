"""Pictures that are shown mirrored, and turned by any angle: in analysis, previews and copies.

A spot in a coded picture of known size must be shown where ISO/IEC 14496-12 puts it:
(x', y') = (ax + cy, bx + dy), about the middles of both pictures.
"""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from liptune.core.errors import RenderFailed
from liptune.core.media.display import Matrix
from liptune.core.media.mp4.matrix import write_matrix
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.read.decode import decode_frames
from liptune.core.media.read.raw import read_frames
from liptune.core.media.read.stills import stills
from liptune.core.media.types import MediaInfo
from liptune.core.media.write.codecs import raw_format
from liptune.core.media.write.remux import shift_audio
from liptune.core.media.write.render import render
from liptune.core.operations.forewarn import forewarned
from liptune.core.options import RetimeOptions
from liptune.core.report.preview import upright
from tests.media_factory import bursts, ffmpeg, sound_file

WIDTH, HEIGHT = 160, 96
SPOT = (120, 24)
RADIUS = 8
FRAMES = 8


def matrix(degrees: float, *, mirrored: bool = False) -> Matrix:
    """Left and right swapped first, then turned clockwise."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    sign = -1 if mirrored else 1
    a, b, c, d = (round(65536 * value) for value in (sign * cosine, sign * sine, -sine, cosine))
    return (a, b, 0, c, d, 0, 0, 0, 1 << 30)


MATRICES = {
    "mirrored": matrix(0, mirrored=True),
    "upside down": matrix(180, mirrored=True),
    "transposed": matrix(90, mirrored=True),
    "transposed back": matrix(270, mirrored=True),
    "30": matrix(30),
    "-20": matrix(-20),
    "75 mirrored": matrix(75, mirrored=True),
}


def spotted() -> NDArray[np.uint8]:
    """Gray with a bright spot."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    near = np.hypot(columns - SPOT[0], rows - SPOT[1]) <= RADIUS
    return np.where(near, 230, 60).astype(np.uint8)


def film(folder: Path, shown: Matrix) -> MediaInfo:
    """A film of the spot with sound, shown like that."""
    sound, path = sound_file(folder / "s.wav", bursts([0.1], FRAMES / 25)), folder / "x.mp4"
    ffmpeg(
        "-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{WIDTH}x{HEIGHT}", "-r", "25", "-i", "pipe:0",
        "-i", sound,
        "-c:v", "libx264", "-crf", "8", "-pix_fmt", "yuv420p", "-c:a", "aac", path,
        stdin=spotted().tobytes() * FRAMES,
    )  # fmt: skip
    write_matrix(path, shown)
    return probe(path)


def expected(shown: Matrix, size: tuple[int, int]) -> tuple[float, float]:
    """Where the spot's middle is in the shown picture."""
    x, y = SPOT[0] - (WIDTH - 1) / 2, SPOT[1] - (HEIGHT - 1) / 2
    a, b, _, c, d, *_ = (value / 65536 for value in shown)
    return a * x + c * y + (size[0] - 1) / 2, b * x + d * y + (size[1] - 1) / 2


def spot(picture: NDArray[Any]) -> tuple[float, float]:
    """The middle of what is bright."""
    luma = picture if picture.ndim == 2 else picture[..., 1]
    rows, columns = np.nonzero(luma > 150)
    return float(columns.mean()), float(rows.mean())


def box(shown: Matrix) -> tuple[int, int]:
    """The smallest that holds the turned picture."""
    a, b, _, c, d, *_ = (abs(value / 65536) for value in shown)
    return round(a * WIDTH + c * HEIGHT), round(b * WIDTH + d * HEIGHT)


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", MATRICES)
def test_analysis_stills_and_previews_see_what_is_shown(tmp_path: Path, name: str) -> None:
    shown = MATRICES[name]
    info = film(tmp_path, shown)
    video, size = require_video(info), box(shown)
    assert (video.width, video.height) == pytest.approx(size, abs=1)
    where = pytest.approx(expected(shown, size), abs=1.2)
    (batch,) = decode_frames(info, side=1000, colour="gray")
    assert batch.frames.shape[1:] == pytest.approx(size[::-1], abs=1)
    assert spot(batch.frames[4]) == where
    (still,) = stills(info, [0.1], side=1000)
    assert spot(still) == where
    drawn = upright(np.repeat(spotted()[..., None], 3, axis=2), video)
    assert spot(drawn) == where
    assert spot(upright(spotted(), video)) == where


def copied(info: MediaInfo, output: Path, *, redrawn: bool) -> set[str]:
    """Writes a copy; returns the codes of what it lacks."""
    if not redrawn:
        return {loss.code for loss in shift_audio(info, 0.1, output).losses}
    frames = read_frames(info, raw_format(require_video(info)))
    return {loss.code for loss in render(info, frames, output).losses}


@pytest.mark.one_in(5)
@pytest.mark.parametrize("redrawn", [False, True])
@pytest.mark.parametrize("suffix", [".mp4", ".mov"])
@pytest.mark.parametrize("name", ["transposed", "30", "75 mirrored"])
def test_mp4_and_quicktime_keep_it(tmp_path: Path, name: str, suffix: str, *, redrawn: bool) -> None:
    """By the index in the container it is in, by ffmpeg in the other."""
    info, output = film(tmp_path, MATRICES[name]), tmp_path / f"copy{suffix}"
    assert "display_matrix" not in copied(info, output, redrawn=redrawn)
    assert require_video(probe(output)).display_matrix == require_video(info).display_matrix


@pytest.mark.one_in(5)
@pytest.mark.parametrize("redrawn", [False, True])
@pytest.mark.parametrize("suffix", [".mkv", ".ts"])
@pytest.mark.parametrize("name", ["mirrored", "30"])
def test_elsewhere_it_is_told_that_it_is_lost(
    tmp_path: Path, name: str, suffix: str, *, redrawn: bool
) -> None:
    info = film(tmp_path, MATRICES[name])
    assert "display_matrix" in copied(info, tmp_path / f"copy{suffix}", redrawn=redrawn)


@pytest.mark.one_in(3)
@pytest.mark.parametrize("redrawn", [False, True])
@pytest.mark.parametrize("name", ["transposed", "75 mirrored"])
def test_elsewhere_a_picture_would_lie_on_its_side_and_is_refused_beforehand(
    tmp_path: Path, name: str, *, redrawn: bool
) -> None:
    """Faces that lie on their side are not found: the copy could not be measured."""
    info = film(tmp_path, MATRICES[name])
    with pytest.raises(RenderFailed, match="rotation"):
        copied(info, tmp_path / "copy.mkv", redrawn=redrawn)
    with pytest.raises(RenderFailed, match="rotation"):
        forewarned(info.path, None, RetimeOptions(), folder=tmp_path, suffix=".mkv")
