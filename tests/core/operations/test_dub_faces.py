"""Two people in one picture: one of them is dubbed, and nothing of the other changes."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from liptune.core.analysis.cache import FolderCache
from liptune.core.errors import InvalidOption
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.read.raw import read_frames
from liptune.core.media.write.codecs import raw_format
from liptune.core.operations.dub import dub
from liptune.core.operations.table import OperationResult
from liptune.core.options import DubOptions
from tests.media_factory import ffmpeg

SAMPLES = Path(__file__).parents[3] / "samples"
SECONDS = 4.4
SIDE = 256
SMILES = 1
"""The number of the face on the left."""
SWAYS = f"crop=380:380:x='10+8*sin(t)':y='10+5*cos(t)',scale={SIDE}:{SIDE},fps=25"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some seconds without loss: on the right a face that says what is heard, on the left one that smiles and
    sways, mirrored."""
    folder = tmp_path_factory.mktemp("faces")
    ffmpeg("-i", SAMPLES / "astronaut.mp4", "-frames:v", "1", folder / "first.png")
    both = (
        f"[0:v]{SWAYS},hflip,setsar=1[left];[1:v]scale={SIDE}:{SIDE},setsar=1[right];"
        "[left][right]hstack,format=yuv420p[both]"
    )
    ffmpeg(
        "-loop", "1", "-framerate", "25", "-i", folder / "first.png", "-i", SAMPLES / "astronaut.mp4",
        "-filter_complex", both, "-map", "[both]", "-map", "1:a", "-t", str(SECONDS),
        "-c:v", "ffv1", "-c:a", "flac", folder / "two.mkv",
    )  # fmt: skip
    return folder


def dubbed(folder: Path, output: Path, **options: Any) -> OperationResult:
    given = DubOptions(judge="none", **options)
    cache = FolderCache(folder / "cache")
    return dub(folder / "two.mkv", SAMPLES / "other_words.m4a", given, output=output, cache=cache)


def changed(before: Path, after: Path) -> tuple[bool, bool]:
    """Whether a sample of luma differs in the left half, and in the right."""
    found = np.zeros(2, np.bool_)
    infos = probe(before), probe(after)
    layout = raw_format(require_video(infos[0]))
    for pair in zip(*(read_frames(info, layout) for info in infos), strict=True):
        one, other = (layout.planes(frame)[0] for frame in pair)
        found |= (one != other).reshape(SIDE, 2, SIDE).any(axis=(0, 2))
    return bool(found[0]), bool(found[1])


@pytest.mark.slow
def test_the_one_that_speaks_is_dubbed(folder: Path, tmp_path: Path) -> None:
    done = dubbed(folder, tmp_path / "made")
    assert len(done.result["faces"]) == 2
    assert done.result["dub"]["share_changed"] > 0.8
    assert changed(folder / "two.mkv", done.artifacts[0]) == (False, True)


@pytest.mark.slow
def test_another_may_be_chosen(folder: Path, tmp_path: Path) -> None:
    done = dubbed(folder, tmp_path / "made", face=SMILES, end=2.0)
    assert changed(folder / "two.mkv", done.artifacts[0]) == (True, False)


def test_a_face_that_is_not_there_is_named(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidOption, match="7"):
        dubbed(folder, tmp_path / "made", face=7)
    assert not (tmp_path / "made").exists()
