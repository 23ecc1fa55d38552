"""One clip as files have it: at other rates of frames, and with music under its speech or in its place."""

from pathlib import Path
from typing import Any

import pytest

from liptune.core.analysis.cache import FolderCache
from liptune.core.operations.measure import measure
from liptune.core.options import MeasureOptions
from tests.media_factory import ffmpeg

SAMPLE = Path(__file__).parents[3] / "samples" / "astronaut.mp4"
PICTURE = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "16")
CHORD = (
    "sine=f=220:r=48000[a];sine=f=277:r=48000[b];sine=f=330:r=48000[c];"
    "[a][b][c]amix=3,tremolo=f=2:d=0.8,volume={volume}dB[music]"
)
AGREE_MS = 8.0
NOTICED_MS = 45.0
LATER_MS = 200


def _score(video: Path, folder: Path) -> dict[str, Any]:
    found = measure(video, None, MeasureOptions(), output=None, cache=FolderCache(folder / "cache"))
    score: dict[str, Any] = found.result["score"]
    return score


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return _score(SAMPLE, tmp_path_factory.mktemp("plain"))


@pytest.mark.one_in(3)
@pytest.mark.parametrize("filters", ["fps=24000/1001", "fps=60", "select='not(eq(mod(n,7),3))'"])
def test_copies_at_other_rates_have_the_offset_of_the_clip(
    filters: str, plain: dict[str, Any], tmp_path: Path
) -> None:
    copy = tmp_path / "copy.mkv"
    ffmpeg("-i", SAMPLE, "-vf", filters, "-fps_mode", "passthrough", *PICTURE, "-c:a", "copy", copy)
    assert _score(copy, tmp_path)["offset_ms"] == pytest.approx(plain["offset_ms"], abs=AGREE_MS)


def test_speech_is_placed_under_music_too(plain: dict[str, Any], tmp_path: Path) -> None:
    mixed = tmp_path / "mixed.mp4"
    under = f"{CHORD.format(volume=0)};[0:a]aresample=48000,adelay={LATER_MS}[speech]"
    graph = f"{under};[speech][music]amix=2:duration=first:normalize=0"
    ffmpeg("-i", SAMPLE, "-filter_complex", graph, "-c:v", "copy", "-c:a", "aac", mixed)
    found = _score(mixed, tmp_path)
    assert found["verdict"] == "out_of_sync"
    assert found["offset_ms"] == pytest.approx(plain["offset_ms"] - LATER_MS, abs=NOTICED_MS)


def test_music_alone_is_no_evidence(tmp_path: Path) -> None:
    music = tmp_path / "music.mp4"
    graph = CHORD.format(volume=0)
    ffmpeg(
        "-i", SAMPLE, "-filter_complex", graph, "-map", "0:v", "-map", "[music]", "-c:v", "copy",
        "-c:a", "aac", "-shortest", music,
    )  # fmt: skip
    assert _score(music, tmp_path)["verdict"] == "no_evidence"
