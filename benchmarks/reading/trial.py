"""One edit of one kind of file, read and copied in every way, against what its construction says."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.reading import independent
from benchmarks.reading.edits import FPS, Edit, Parts, Truth
from benchmarks.reading.independent import Contents, Frames, Unread
from benchmarks.reading.kinds import Kind
from benchmarks.reading.modes import Mode
from liptune.core.errors import LiptuneError
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.read.audio import decode_audio
from liptune.core.media.read.decode import decode_frames
from liptune.core.media.types import SAMPLE_RATE
from liptune.core.media.write.containers import output_suffix
from tests.core.media.truth import shown
from tests.media_factory import find_bursts, read_number

TARGET_MS = 8.0
MEASURE = "measure"
SHORTER_SECONDS = 0.06
WRITTEN_SECONDS = 0.025


@dataclass(frozen=True)
class Trial:
    """``error_ms``: the largest, of sound against picture; None where nothing can be compared.

    ``missing``: bursts that are not heard. ``told``: codes of the losses that were told. ``untold``: what the
    copy lacks besides, found without the engine. ``refused``: the code of the error instead of a result.
    ``unread``: what ffprobe and ffmpeg alone do not read, ``source`` or ``copy``, so that nothing is known.
    """

    kind: str
    edit: str
    mode: str
    error_ms: float | None = None
    missing: int = 0
    told: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()
    refused: str | None = None
    unread: str | None = None

    @property
    def good(self) -> bool:
        """Within the target, nothing missing, nothing untold."""
        exact = self.error_ms is not None and self.error_ms <= TARGET_MS
        return exact and not self.missing and not self.untold


def trials(parts: Parts, kind: Kind, edit: Edit, modes: Sequence[Mode]) -> Iterator[Trial]:
    """Makes the file; reads it; copies it in each mode."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"source{kind.suffix}"
        made = edit.make(parts, kind, path)
        try:
            truth, before = as_written(path, made), independent.contents(path)
        except Unread:
            yield Trial(kind.label, edit.name, MEASURE, unread="source")
            return
        yield _measured(path, truth, kind, edit)
        for mode in modes:
            yield _copied(path, before, truth, kind, edit, mode)


def _measured(path: Path, truth: Truth, kind: Kind, edit: Edit) -> Trial:
    """The frame times and sample positions that analysis gets."""
    try:
        info = probe(path)
        origin = require_video(info).start_seconds
        sound = np.concatenate(list(decode_audio(info, origin_seconds=origin)))
        found = find_bursts(sound, SAMPLE_RATE)
        frames = shown(path)
        truth = from_the_picture_on(frames, truth)
        error, missing = compared(frames, found, truth)
        analysed, _ = compared(_analysed(path), found, truth)
    except LiptuneError as refusal:
        return Trial(kind.label, edit.name, MEASURE, refused=refusal.code)
    # The timeline's frames are 40 ms apart, and the nearest of the source's is shown.
    rough = analysed is not None and analysed > 1000 / FPS + TARGET_MS
    return Trial(kind.label, edit.name, MEASURE, analysed if rough else error, missing)


def _analysed(path: Path) -> Frames:
    with closing(decode_frames(probe(path), side=128, colour="gray")) as batches:
        numbers = [read_number(frame) for batch in batches for frame in batch.frames]
    return [(at / FPS, number) for at, number in enumerate(numbers)]


def _copied(path: Path, before: Contents, truth: Truth, kind: Kind, edit: Edit, mode: Mode) -> Trial:  # noqa: PLR0917
    info = probe(path)
    output = path.with_name(f"copy{output_suffix(info)}")
    output.unlink(missing_ok=True)
    try:
        losses = mode.write(info, output)
    except LiptuneError as refusal:
        return Trial(kind.label, edit.name, mode.name, refused=refusal.code)
    told = tuple(sorted({loss.code for loss in losses}))
    try:
        error, missing = compared(independent.seen(output), independent.heard(output), mode.expect(truth))
        found = lacking(before, independent.contents(output), mode)
    except Unread:
        return Trial(kind.label, edit.name, mode.name, told=told, unread="copy")
    untold = tuple(sorted(set(found) - set(told)))
    return Trial(kind.label, edit.name, mode.name, error, missing, told, untold)


def compared(frames: Frames, heard: Sequence[float], truth: Truth) -> tuple[float | None, int]:
    """The largest error in ms of a burst against the frame that is shown nearest to it, and how many lack."""
    errors, missing = errors_of(frames, heard, truth)
    return (round(1000 * max(map(abs, errors)), 2) if errors else None), missing


def errors_of(frames: Frames, heard: Sequence[float], truth: Truth) -> tuple[list[float], int]:
    """Seconds that each burst is late against the frame that is shown nearest to it, and how many lack."""
    first: dict[int, float] = {}
    for time, number in frames[1:]:
        first.setdefault(number, time)
    # What is shown first may stand in the place of frames that do not decode.
    known = [number for number in first if number in truth.shown and number != frames[0][1]]
    missing = len(truth.heard) - len(heard)
    if not known or not heard or missing:
        return [], missing
    errors = []
    for found, true in zip(heard, truth.heard, strict=True):
        number = min(known, key=lambda each: abs(truth.shown[each] - true))
        errors.append((found - first[number]) - (true - truth.shown[number]))
    return errors, 0


def as_written(path: Path, truth: Truth) -> Truth:
    """What encoders and ffmpeg's own copying add, of a few milliseconds, is in the file."""
    if truth.jumps:
        return truth
    errors, _ = errors_of(independent.seen(path), independent.heard(path), truth)
    if not errors or max(map(abs, errors)) > WRITTEN_SECONDS:
        return truth
    return replace(truth, heard=tuple(time + late for time, late in zip(truth.heard, errors, strict=True)))


def from_the_picture_on(frames: Frames, truth: Truth) -> Truth:
    """Without what is heard before the picture begins."""
    _, number = frames[-1]
    time = next(time for time, each in frames if each == number)
    begin = truth.shown[number] - (time - frames[0][0])
    return replace(truth, heard=tuple(time for time in truth.heard if time >= begin))


def lacking(before: Contents, after: Contents, mode: Mode) -> Iterator[str]:
    """What the copy lacks, in the codes that losses are told in."""
    pairs = [(_of(before, kind), _of(after, kind)) for kind in ("video", "audio")]
    if any(len(sources) != len(copies) for sources, copies in pairs):
        yield "stream"
        return
    for source, copy in ((sources[0], copies[0]) for sources, copies in pairs):
        yield from _of_stream(source, copy, mode)
    if before.title and after.title != before.title:
        yield "tag"
    if not mode.redraws and before.picture != after.picture:
        yield "packets"
    moved = 0.0 if mode.resounds else {"offset, earlier": -0.12, "offset, later": 0.12}.get(mode.name, 0.0)
    if not mode.resounds and after.sound_end < before.sound_end + moved - SHORTER_SECONDS:
        yield "end"


def _of(contents: Contents, kind: str) -> list[dict[str, object]]:
    return [stream for stream in contents.streams if stream["codec_type"] == kind]


def _of_stream(source: dict[str, object], copy: dict[str, object], mode: Mode) -> Iterator[str]:
    picture = source["codec_type"] == "video"
    names = [str(each["codec_name"]) for each in (source, copy)]
    free = mode.redraws if picture else all(name.startswith("pcm_") for name in names)
    if names[0] != names[1] and not free:
        yield "codec"
    if source["language"] not in {"und", copy["language"]}:
        yield "language"
    shape = ("width", "height", "sample_aspect_ratio") if picture else ("channels", "sample_rate")
    if any(source.get(name) != copy.get(name) for name in shape):
        yield "size"
    if picture and source.get("pix_fmt") != copy.get("pix_fmt"):
        yield "depth"
