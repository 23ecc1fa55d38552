"""Media whose frames carry their number and whose sound has bursts at known times, edited as files are.

Frame n is of the moment n/25 s. What an edit does to picture and sound is known by construction: when each
number is first shown, and when each burst is heard, on one clock.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.reading.kinds import Kind
from tests.media_factory import bursts, ffmpeg, numbered_video, sound_file

FPS = 25
FRAMES = 100
SECONDS = FRAMES / FPS
BURSTS = (0.5, 0.9, 1.6, 2.3, 2.7, 3.4)
LATE = 0.12
CUT = 1.322
HOLE_AT, HOLE = 1.2, 3.0
SPLICE = 2.0
PICTURE_END = 2.0
DROPPED = 8
FIELDS = 2 * FPS
_UNEVEN = f"settb=1/{FIELDS},setpts='2*N+eq(mod(N,3),1)'"
_NAMES = ("-metadata:s:a:0", "language=ger", "-metadata", "title=Numbers")


@dataclass(frozen=True)
class Truth:
    """``shown``: seconds by the frame's number. ``heard``: of each burst, in order. On one clock.

    ``begin``: when the picture begins, to a frame. ``jumps``: the file's own clock does.
    """

    shown: Mapping[int, float]
    heard: tuple[float, ...]
    begin: float = 0.0
    jumps: bool = False


@dataclass(frozen=True)
class Edit:
    """``make`` writes the file and returns what is in it. ``fits``: which kinds it can be done to."""

    name: str
    make: Callable[["Parts", Kind, Path], Truth]
    fits: Callable[[Kind], bool]


@dataclass(frozen=True)
class Parts:
    """Numbered frames and sound with bursts, in files of their own."""

    picture: Path
    sound: Path


def parts(folder: Path) -> Parts:
    """Makes them."""
    picture = numbered_video(folder / "p.nut", frames=FRAMES, codec=("-c:v", "ffv1", "-pix_fmt", "yuv420p"))
    return Parts(picture, sound_file(folder / "s.wav", bursts(BURSTS, SECONDS, 2)))


def _joined(
    parts: Parts,
    kind: Kind,
    path: Path,
    *options: str,
    picture: str = "null",
    sound: str = "anull",
    begin: float = 0.0,
    sound_later: float = 0.0,
) -> None:
    seek = ("-ss", str(begin))
    ffmpeg(
        *seek, "-i", parts.picture, *seek, "-itsoffset", str(sound_later), "-i", parts.sound,
        "-map", "0:v", "-map", "1:a", "-vsync", "passthrough", "-vf", f"{picture},{kind.shape}", "-af", sound,
        *kind.picture, *kind.sound, *_NAMES, *options, path,
    )  # fmt: skip


def _even(first: int = 0, end: int = FRAMES) -> dict[int, float]:
    return {number: number / FPS for number in range(first, end)}


def _as_it_is(parts: Parts, kind: Kind, path: Path) -> Truth:
    _joined(parts, kind, path)
    return Truth(_even(), BURSTS)


def _inside_a_group(parts: Parts, kind: Kind, path: Path) -> Truth:
    """The first packets of the picture are gone; in their place is the first frame that decodes."""
    whole = path.with_stem("whole")
    _joined(parts, kind, whole)
    gone = ("-copyinkf", "-bsf:v", rf"noise=drop='lt(n\,{DROPPED})'")
    ffmpeg("-i", whole, "-map", "0", "-c", "copy", *gone, path)
    return Truth(_even(FPS + 1), BURSTS, DROPPED / FPS)


def _between_frames(parts: Parts, kind: Kind, path: Path) -> Truth:
    whole = path.with_stem("whole")
    _joined(parts, kind, whole)
    ffmpeg("-ss", str(CUT), "-i", whole, "-map", "0", "-c", "copy", path)
    begin = CUT if kind.suffix in {".mp4", ".mov"} else float(int(CUT))
    return Truth(_even(round(CUT * FPS) + 1), tuple(time for time in BURSTS if time > CUT + 0.1), begin)


def _delayed(parts: Parts, kind: Kind, path: Path) -> Truth:
    if kind.timed:
        _joined(parts, kind, path, sound_later=LATE)
    else:
        _joined(parts, kind, path, sound=f"adelay={round(1000 * LATE)}:all=1")
    return Truth(_even(), tuple(time + LATE for time in BURSTS if time + LATE < SECONDS))


def _hole(parts: Parts, kind: Kind, path: Path) -> Truth:
    """The sound is away; the picture stands still meanwhile."""
    late = f"'PTS+{HOLE}/TB*gte(T,{HOLE_AT})'"
    _joined(parts, kind, path, picture=f"setpts={late},fps={FPS}", sound=f"asetpts={late}")

    def later(time: float) -> float:
        return time + HOLE * (time > HOLE_AT - 0.5 / FPS)

    shown = {number: later(number / FPS) for number in range(FRAMES)}
    return Truth(shown, tuple(map(later, BURSTS)))


def _spliced(parts: Parts, kind: Kind, path: Path) -> Truth:
    """The second recording's clock begins an hour later; the sound of the first ends 0.2 s early."""
    one, two = path.with_stem("one"), path.with_stem("two")
    _joined(parts, kind, one, "-t", str(SPLICE), sound=f"atrim=end={SPLICE - 0.2}")
    _joined(parts, kind, two, "-output_ts_offset", "3600", begin=SPLICE)
    path.write_bytes(one.read_bytes() + two.read_bytes())
    return Truth(_even(), BURSTS, jumps=True)


def _outlasting(parts: Parts, kind: Kind, path: Path) -> Truth:
    _joined(parts, kind, path, picture=f"select='lt(t,{PICTURE_END})'")
    return Truth(_even(end=round(PICTURE_END * FPS)), BURSTS)


def _variable(parts: Parts, kind: Kind, path: Path) -> Truth:
    _joined(parts, kind, path, "-enc_time_base:v", f"1:{FIELDS}", picture=_UNEVEN)
    return Truth({number: (2 * number + (number % 3 == 1)) / FIELDS for number in range(FRAMES)}, BURSTS)


def _always(kind: Kind) -> bool:
    del kind
    return True


def _timed(kind: Kind) -> bool:
    return kind.timed


def _holds_holes(kind: Kind) -> bool:
    """QuickTime's PCM has no times of its own as ffmpeg writes it."""
    return kind.timed and "PCM" not in kind.name


def _streams(kind: Kind) -> bool:
    return kind.streams


def _outlasts(kind: Kind) -> bool:
    return kind.suffix != ".mxf"


EDITS = (
    Edit("as it is", _as_it_is, _always),
    Edit("begins inside a group of pictures", _inside_a_group, _timed),
    Edit("cut between two frames", _between_frames, _timed),
    Edit("sound delayed by 120 ms", _delayed, _always),
    Edit("3 s without sound", _hole, _holds_holes),
    Edit("splice, clock jumps", _spliced, _streams),
    Edit("sound outlasts the picture", _outlasting, _outlasts),
    Edit("variable rate", _variable, _timed),
)
