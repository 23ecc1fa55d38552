"""Pictures of red, green and blue stay that where their codec can, else it is told."""

import subprocess
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from liptune.core.media.inventory.losses import Lost
from liptune.core.media.inventory.words import Told
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.write.containers import output_suffix
from liptune.core.operations.forewarn import forewarned
from liptune.core.options import WarpOptions
from tests.core.media.write.test_contents import redrawn
from tests.media_factory import ffmpeg

SIZE = (72, 96)
COLOURS = ("-f", "lavfi", "-i", f"testsrc2=s={SIZE[1]}x{SIZE[0]}:r=25:d=0.2")
SEEN_THROUGH = "format=rgba,colorchannelmixer=aa=0.5"


def colours(path: Path) -> NDArray[np.int16]:
    """(frames, rows, columns, 4) red, green, blue and alpha, as ffmpeg alone decodes them."""
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-f", "rawvideo", "-pix_fmt", "rgba", "-"]
    raw = subprocess.run(command, check=True, capture_output=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, *SIZE, 4).astype(np.int16)


def drawn_again(path: Path) -> tuple[Path, tuple[Told, ...]]:
    told = forewarned(path, None, WarpOptions(), folder=path.parent)
    output = path.with_name(f"copy{output_suffix(probe(path))}")
    assert redrawn(path, output) == told
    return output, told


def drawn_alike(path: Path, options: tuple[str, ...]) -> tuple[Path, Path]:
    """The video that is coded so, and its copy, of the same codec and colours, of which nothing is told."""
    ffmpeg(*COLOURS, *options, path)
    output, told = drawn_again(path)
    assert told == ()
    before, after = require_video(probe(path)), require_video(probe(output))
    assert (after.codec, after.pixel_format) == (before.codec, before.pixel_format)
    return path, output


LOSSLESS = {
    "ffv1.mkv": ("-c:v", "ffv1", "-pix_fmt", "bgr0"),
    "ffv1_alpha.mkv": ("-vf", SEEN_THROUGH, "-c:v", "ffv1", "-pix_fmt", "bgra"),
    "qtrle.mov": ("-c:v", "qtrle", "-pix_fmt", "rgb24"),
    "qtrle_alpha.mov": ("-vf", SEEN_THROUGH, "-c:v", "qtrle", "-pix_fmt", "argb"),
    "png.mov": ("-c:v", "png", "-pix_fmt", "rgb24"),
    "png_alpha.mov": ("-vf", SEEN_THROUGH, "-c:v", "png", "-pix_fmt", "rgba"),
    "utvideo.avi": ("-c:v", "utvideo", "-pix_fmt", "gbrp"),
    "ffvhuff.avi": ("-c:v", "ffvhuff", "-pix_fmt", "rgb24"),
    "utvideo_luma.avi": ("-c:v", "utvideo", "-pix_fmt", "yuv420p"),
}


@pytest.mark.one_in(4)
@pytest.mark.parametrize("name", LOSSLESS)
def test_colours_without_loss_are_drawn_again_as_they_were(tmp_path: Path, name: str) -> None:
    path, output = drawn_alike(tmp_path / name, LOSSLESS[name])
    seen, had = colours(output), colours(path)
    np.testing.assert_array_equal(seen[..., :3], had[..., :3])
    assert np.abs(seen[..., 3] - had[..., 3]).max() <= 1


LOSSY = {
    "h264.mp4": ("-c:v", "libx264rgb", "-crf", "2"),
    "h264.avi": ("-c:v", "libx264rgb", "-crf", "2"),
    "hevc.mkv": ("-c:v", "libx265", "-pix_fmt", "gbrp", "-x265-params", "log-level=error:crf=4"),
    "vp9.webm": ("-c:v", "libvpx-vp9", "-pix_fmt", "gbrp", "-crf", "4", "-b:v", "0", "-cpu-used", "8"),
    "ffv1_10.mkv": ("-c:v", "ffv1", "-pix_fmt", "gbrp10le"),
}


@pytest.mark.one_in(4)
@pytest.mark.parametrize("name", LOSSY)
def test_other_colours_stay_red_green_and_blue(tmp_path: Path, name: str) -> None:
    path, output = drawn_alike(tmp_path / name, LOSSY[name])
    assert np.abs(colours(output) - colours(path)).mean() < 4


@pytest.mark.one_in(2)
@pytest.mark.parametrize("codec", ["rawvideo", "jpeg2000"])
def test_what_becomes_luma_and_colour_is_told(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "x.mov"
    ffmpeg(*COLOURS, "-c:v", codec, "-pix_fmt", "rgb24", path)
    output, told = drawn_again(path)
    assert {Lost.RGB, Lost.CODEC} <= {loss.code for loss in told}
    assert np.abs(colours(output) - colours(path)).mean() < 4
