"""Tracks moved by their edit lists: what ffmpeg then reads, against what the edits say."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liptune.core.errors import MediaUnreadable
from liptune.core.media.mp4.assemble import Origin, assemble, require_whole
from liptune.core.media.mp4.boxes import Box
from liptune.core.media.mp4.edits import Edit, lead, presented, read_edits, with_lead, write_edits
from liptune.core.media.mp4.movie import handler, read_movie
from liptune.core.media.mp4.shift import delay
from tests.media_factory import bursts, numbered_video, sound_file

AAC = ("mp4", ("-c:a", "aac"))
PCM = ("mov", ("-c:a", "pcm_s24le", "-timecode", "10:00:00:00"))


def clip(folder: Path, suffix: str, sound: tuple[str, ...]) -> Path:
    wav = sound_file(folder / "x.wav", bursts([0.4], 1.0))
    return numbered_video(folder / f"x.{suffix}", frames=25, extra=("-i", wav), mux=sound)


def moved(path: Path, output: Path, seconds: float) -> Path:
    movie = read_movie(path)
    delay(movie.index, seconds, lambda track: handler(track) == b"soun")
    assemble(movie, [Origin(track, path) for track in movie.tracks], output)
    return output


def hashes(path: Path) -> list[str]:
    """Of every stream's packets, without their times."""
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-map", "0", "-copy_unknown", "-c", "copy"]
    listed = subprocess.run([*command, "-f", "streamhash", "-"], check=True, capture_output=True).stdout
    return sorted(line.split("=")[-1] for line in listed.decode().splitlines())


def starts(path: Path) -> dict[str, float]:
    command = ["ffprobe", "-v", "error", "-show_entries", "stream=codec_type,start_time", "-of", "csv=p=0"]
    listed = subprocess.run([*command, str(path)], check=True, capture_output=True).stdout.decode()
    rows = (line.split(",") for line in listed.splitlines() if line)
    return {kind: float(start) for kind, start, *_ in rows}


@pytest.mark.one_in(3)
@pytest.mark.parametrize(("suffix", "sound"), [AAC, PCM], ids=["aac", "pcm"])
@pytest.mark.parametrize("seconds", [0.25, -0.25])
def test_sound_moves_and_every_sample_stays(
    tmp_path: Path, suffix: str, sound: tuple[str, ...], seconds: float
) -> None:
    path = clip(tmp_path, suffix, sound)
    there = moved(path, tmp_path / f"there.{suffix}", seconds)
    begins = starts(there)
    assert begins["audio"] - begins["video"] == pytest.approx(seconds, abs=1e-3)
    assert min(begins["audio"], begins["video"]) == 0
    assert hashes(there) == hashes(path)
    content = there.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")
    back = moved(there, tmp_path / f"back.{suffix}", -seconds)
    assert starts(back) == pytest.approx(starts(path), abs=1e-3)


@given(
    st.lists(st.builds(Edit, st.integers(1, 1 << 33), st.integers(-1, 1 << 32)), max_size=4),
    st.integers(0, 1 << 33),
)
def test_edits_are_read_as_they_are_written(edits: list[Edit], ticks: int) -> None:
    track = Box(b"trak", children=[Box(b"mdia")])
    write_edits(track, edits)
    assert read_edits(track) == edits
    late = with_lead(edits, ticks)
    assert lead(late) == ticks
    assert presented(late) - ticks == presented(edits) - lead(edits)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return clip(tmp_path_factory.mktemp("mp4"), *AAC).read_bytes()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_index_is_refused_or_read(index: bytes, tmp_path: Path, data: st.DataObject) -> None:
    """Whatever its bytes say, nothing but `MediaUnreadable` is raised, and nothing outside the file is asked
    for."""
    begin = index.index(b"moov")
    damaged = bytearray(index)
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(begin, len(index) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "damaged.mp4"
    path.write_bytes(damaged)
    try:
        movie = read_movie(path)
        require_whole([Origin(track, path) for track in movie.tracks])
    except MediaUnreadable:
        return


def test_a_file_in_fragments_is_not_edited(tmp_path: Path) -> None:
    path = clip(tmp_path, "mp4", ("-c:a", "aac", "-movflags", "frag_keyframe+empty_moov"))
    with pytest.raises(MediaUnreadable, match="fragments"):
        read_movie(path)
