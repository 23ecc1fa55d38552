"""Files of many streams: their names and order are in the copy, as ffprobe alone reads it."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from liptune.core.media.clock.frames import frame_times
from liptune.core.media.probe.probe import probe
from liptune.core.media.write.containers import output_suffix
from liptune.core.media.write.remux import shift_audio
from liptune.core.media.write.render import Rendered, render_picks
from tests.core.media.truth import shown
from tests.media_factory import bursts, ffmpeg, numbered_video, sound_file

FRAMES = 50
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-pix_fmt", "yuv420p")
VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8")
SEEN_THROUGH = ("-vf", "format=yuva420p,colorchannelmixer=aa=0.5")
NAMES = (
    *("-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=ger"),
    *("-metadata:s:a:0", "title=Original", "-metadata:s:a:1", "title=Kommentar"),
    *("-metadata:s:v:0", "language=spa", "-disposition:a:0", "0", "-disposition:a:1", "default+comment"),
    *("-metadata:s:s:0", "language=fre", "-disposition:s:0", "forced"),
)
TEXT = "1\n00:00:00,200 --> 00:00:00,900\nhello\n"
FACTS = (
    ";FFMETADATA1\ntitle=A title\nartist=Somebody\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=800\ntitle=One\n"
    "[CHAPTER]\nTIMEBASE=1/1000\nSTART=800\nEND=2000\ntitle=Two\n"
)
KINDS = {
    "x.mp4": (*X264, "-c:a", "aac", "-c:s", "mov_text"),
    "x.mov": ("-c:v", "prores_ks", "-c:a", "pcm_s24le", "-c:s", "mov_text"),
    "x.webm": (*VP9, "-c:a", "libopus", "-c:s", "webvtt"),
    "x.mkv": (*SEEN_THROUGH, "-c:v", "ffv1", "-pix_fmt", "yuva420p", "-c:a", "flac", "-c:s", "ass"),
}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> list[str | Path]:
    """A picture, sound, text, and what a file says of itself."""
    folder = tmp_path_factory.mktemp("inputs")
    lossless = ("-c:v", "ffv1", "-pix_fmt", "yuv420p")
    files = [
        numbered_video(folder / "p.nut", frames=FRAMES, codec=lossless),
        sound_file(folder / "s.wav", bursts([0.5, 1.4], FRAMES / 25, 2)),
        folder / "x.srt",
        folder / "x.ffmeta",
    ]
    files[2].write_text(TEXT)
    files[3].write_text(FACTS)
    return [argument for file in files for argument in ("-i", file)]


def copied(path: Path, output: Path) -> tuple[Any, ...]:
    return shift_audio(probe(path), 0.12, output).losses


def redrawn(path: Path, output: Path) -> tuple[Any, ...]:
    info = probe(path)
    made: Rendered = render_picks(info, np.arange(len(frame_times(info).ticks)), output)
    return made.losses


def contents(path: Path) -> dict[str, Any]:
    """What is to be the same."""
    asked = "stream=codec_type,codec_name,pix_fmt,width,height:stream_tags=language,title,handler_name"
    command = [
        "ffprobe",
        "-v",
        "error",
        "-show_entries",
        f"{asked}:stream_disposition:format_tags=title,artist",
    ]
    command += ["-show_chapters", "-of", "json", str(path)]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    found["chapters"] = [chapter["tags"]["title"] for chapter in found["chapters"]]
    return found


@pytest.mark.one_in(5)
@pytest.mark.parametrize("write", [copied, redrawn])
@pytest.mark.parametrize("name", KINDS)
def test_every_stream_has_its_place_and_its_names(
    tmp_path: Path, inputs: list[str | Path], name: str, write: Callable[[Path, Path], tuple[Any, ...]]
) -> None:
    path = tmp_path / name
    maps = ("-map", "1:a", "-map", "0:v", "-map", "2:s", "-map", "1:a", "-map_metadata", "3")
    ffmpeg(*inputs, *maps, "-map_chapters", "3", *KINDS[name], *NAMES, path)
    output = tmp_path / f"copy{output_suffix(probe(path))}"
    assert write(path, output) == ()
    assert output.suffix == path.suffix
    assert contents(output) == contents(path)
    assert [number for _, number in shown(output)] == list(range(FRAMES))
