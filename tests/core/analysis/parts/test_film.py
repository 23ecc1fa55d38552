"""What is joined of parts is what the single pass sees."""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from liptune.core.analysis import Analysis, Seen
from liptune.core.analysis.analysis_file import packed_picture, seen_in
from liptune.core.analysis.cache import FolderCache, Subject, analysed
from liptune.core.analysis.parts.film import Film, PartMissing, parts_of, without
from liptune.core.analysis.parts.join import PartsDiffer, next_part
from liptune.core.analysis.parts.look import look
from liptune.core.analysis.parts.types import Part, Seam
from liptune.core.analysis.run import analyse
from liptune.core.engines.judge import engine as judges
from liptune.core.engines.protocol import SyncEngine
from liptune.core.engines.registry import load_engine
from liptune.core.errors import Canceled
from liptune.core.library import NoCache
from liptune.core.media.probe.probe import probe
from liptune.core.media.sounds import Sound
from liptune.core.media.types import DEFAULT_LIMITS, MediaInfo
from liptune.core.operations.measure import measure
from liptune.core.options import MeasureOptions
from tests.core.analysis.parts.films import GOP, SHOTS, spliced
from tests.engines import NoiseEngine
from tests.media_factory import ffmpeg

SECONDS = 1.12
"""Of a part: boundaries in the middle of a word, of a turn of the head, of a group of pictures, of a shot."""

OPEN_GOP = ("-c:v", "libx264", "-preset", "veryfast", "-g", "20", "-x264-params", "open-gop=1", "-bf", "2")
FILMS = {
    "edit list.mp4": (GOP, "25"),
    "other rate.mkv": (GOP, "30000/1001"),
    "open groups.mkv": (OPEN_GOP, "24"),
}


@pytest.fixture(scope="module", params=FILMS)
def film(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> MediaInfo:
    codec, rate = FILMS[request.param]
    return probe(spliced(tmp_path_factory.mktemp("film") / request.param, *codec, rate=rate))


@pytest.fixture(scope="module")
def whole(clip: MediaInfo) -> Analysis:
    """The single pass over it."""
    return analyse(clip, clip, NoiseEngine())


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> MediaInfo:
    return probe(spliced(tmp_path_factory.mktemp("clip") / "clip.mp4"))


def film_of(video: MediaInfo, folder: Path, engine: SyncEngine | None = None) -> Film:
    return Film(Subject(video, video, engine or NoiseEngine()), FolderCache(folder), DEFAULT_LIMITS)


def made(film: Film, parts: tuple[Part, ...]) -> Seen:
    """What is kept once all parts are made, the last first, and joined."""
    for part in reversed(parts):
        film.make(part)
    film.join(parts)
    seen = seen_in(film.cache.load(film.subject.picture_key(film.subject.engine)))
    assert seen is not None
    return seen


def assert_equal(a: Seen, b: Seen) -> None:
    mine, theirs = packed_picture(a), packed_picture(b)
    assert mine.keys() == theirs.keys()
    for name in mine:
        np.testing.assert_array_equal(mine[name], theirs[name])


@pytest.mark.one_in(3)
def test_parts_are_joined_to_the_single_pass_to_the_bit(film: MediaInfo, tmp_path: Path) -> None:
    parts = parts_of(film, SECONDS)
    assert len(parts) == 5
    whole = analyse(film, film, NoiseEngine())
    assert len(whole.tracks) == len(whole.cuts) + 1 == 4
    assert_equal(made(film_of(film, tmp_path), parts), whole)


@pytest.mark.slow
def test_a_shot_may_be_longer_than_a_part(clip: MediaInfo, whole: Analysis, tmp_path: Path) -> None:
    assert_equal(made(film_of(clip, tmp_path), parts_of(clip, 0.8)), whole)


def test_a_spliced_recording_is_not_divided(clip: MediaInfo, tmp_path: Path) -> None:
    """Its clock is known from its beginning only."""
    ffmpeg("-i", clip.path, "-c", "copy", tmp_path / "clip.ts")
    assert parts_of(probe(tmp_path / "clip.ts"), SECONDS) == (Part(0),)


def test_the_score_is_the_same(clip: MediaInfo, tmp_path: Path) -> None:
    film = film_of(clip, tmp_path, load_engine("lite"))
    made(film, parts_of(clip, SECONDS))
    kept, options = len(list(tmp_path.iterdir())), MeasureOptions()
    joined = measure(clip.path, None, options, output=None, cache=film.cache)
    assert len(list(tmp_path.iterdir())) == kept + 1  # the sound: the picture was not looked at again
    assert joined.result == measure(clip.path, None, options, output=None, cache=NoCache()).result


@pytest.mark.slow
def test_a_companion_looks_on(clip: MediaInfo, tmp_path: Path) -> None:
    subject = Subject(clip, clip, load_engine("lite"), companion=judges.load())
    made(Film(subject, FolderCache(tmp_path / "parts"), DEFAULT_LIMITS), parts_of(clip, SECONDS))
    one = FolderCache(tmp_path / "one")
    analysed(subject, Sound(1), cache=one)
    for engine in (subject.engine, judges.load()):
        key = subject.picture_key(engine)
        seen, whole = seen_in(FolderCache(tmp_path / "parts").load(key)), seen_in(one.load(key))
        assert seen is not None
        assert whole is not None
        assert_equal(seen, whole)


def test_a_take_that_lasts_is_one_parts(tmp_path: Path) -> None:
    take = probe(spliced(tmp_path / "take.mkv", shots=[(0.0, 4.0, "null")]))
    film, parts = film_of(take, tmp_path), parts_of(take, SECONDS)
    film.make(parts[0])
    film.join(parts)  # no other is needed
    assert film.known
    assert look(take, NoiseEngine(), parts[1]).sightings.frames == 0


def test_a_part_is_made_once(clip: MediaInfo, tmp_path: Path) -> None:
    film, part = film_of(clip, tmp_path), Part(0, 28)
    film.make(part)
    file = tmp_path / f"{film.key(part)}.npz"
    before = file.stat().st_mtime_ns
    film.make(part)
    assert file.stat().st_mtime_ns == before


def test_a_part_that_is_gone_is_named(clip: MediaInfo, tmp_path: Path) -> None:
    film, parts = film_of(clip, tmp_path), parts_of(clip, SECONDS)
    film.make(parts[0])
    with pytest.raises(PartMissing) as gone:
        film.join(parts)
    assert gone.value.number == 1
    assert not film.known


@pytest.mark.slow
def test_parts_of_different_pictures_are_not_joined(clip: MediaInfo, whole: Analysis, tmp_path: Path) -> None:
    """As where a decoder that enters midway shows something else: the boundary is given up."""
    darker = [(begin, end, f"{change},eq=brightness=-0.05") for begin, end, change in SHOTS]
    other = probe(spliced(tmp_path / "other.mp4", shots=darker))
    film, parts = film_of(clip, tmp_path / "kept"), parts_of(clip, SECONDS)
    wrong = film_of(other, tmp_path / "wrong")
    for part in parts:
        (wrong if part is parts[2] else film).make(part)
    (file,) = (tmp_path / "wrong").iterdir()
    file.rename(tmp_path / "kept" / f"{film.key(parts[2])}.npz")
    with pytest.raises(PartsDiffer) as differ:
        film.join(parts)
    assert differ.value.number == 2
    assert_equal(made(film, without(parts, 2)), whole)


@pytest.mark.slow
def test_a_damaged_middle(clip: MediaInfo, tmp_path: Path) -> None:
    """A part either sees what the single pass sees there, or is known not to."""
    content = bytearray(clip.path.read_bytes())
    begin = int(0.55 * len(content))
    content[begin : begin + 4000] = bytes(4000)
    path = tmp_path / "damaged.mp4"
    path.write_bytes(content)
    video = probe(path)
    film, parts = film_of(video, tmp_path), parts_of(video, SECONDS)
    whole = analyse(video, video, NoiseEngine())
    assert whole.undecoded is not None
    for _ in range(len(parts)):
        try:
            seen = made(film, parts)
        except PartsDiffer as differ:
            parts = without(parts, differ.number)
        else:
            assert_equal(seen, whole)
            return
    pytest.fail("the parts are never joined")


@pytest.mark.slow
def test_a_picture_that_ends_early(clip: MediaInfo, whole: Analysis, tmp_path: Path) -> None:
    longer = replace(clip, video=replace(clip.video, duration_seconds=10.0))  # type: ignore[type-var]
    parts = parts_of(longer, SECONDS)
    assert len(parts) == 9
    assert_equal(made(film_of(clip, tmp_path), parts), whole)


def test_cancel_ends_a_part(clip: MediaInfo, tmp_path: Path) -> None:
    def cancel(_stage: str, _done: float, /) -> None:
        raise Canceled("enough")

    with pytest.raises(Canceled):
        film_of(clip, tmp_path).make(Part(28, 56), cancel)
    assert list(tmp_path.iterdir()) == []


def test_parts_cover_the_timeline(clip: MediaInfo) -> None:
    parts = parts_of(clip, SECONDS)
    assert [(part.begin, part.end) for part in parts] == [
        (0, 28), (28, 56), (56, 84), (84, 112), (112, None),
    ]  # fmt: skip
    assert parts_of(clip, 300.0) == (Part(0),)
    assert [(part.begin, part.end) for part in without(parts, 4)][-1] == (84, None)


@pytest.mark.parametrize(("frame", "number"), [(0, 0), (27, 0), (28, 1), (83, 2), (1000, 4)])
def test_the_part_that_has_a_frame(clip: MediaInfo, frame: int, number: int) -> None:
    assert next_part(parts_of(clip, SECONDS), Seam(frame)) == number


def test_a_seam_is_known_by_what_is_before_it() -> None:
    seen = np.array([1, 2], np.uint64)
    assert Seam(7, seen).is_at(Seam(7, seen.copy()))
    assert not Seam(7, seen).is_at(Seam(8, seen))
    assert not Seam(7, seen).is_at(Seam(7, seen[1:]))
    assert asdict(Part(1, 2)) == {"begin": 1, "end": 2, "phase_seconds": 0.0}
