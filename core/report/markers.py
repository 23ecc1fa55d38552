"""Writes a clip's stretches as markers for editors: ``markers.csv``, ``markers.otio`` and ``markers.edl``."""

import csv
import io
from pathlib import Path

import numpy as np
import opentimelineio as otio
from numpy.typing import NDArray

from liptune.core.media.types import VideoStream
from liptune.core.report.headline import said_of
from liptune.core.report.marking import Mark, Ruler
from liptune.core.report.result import known, stretch_of
from liptune.core.report.spreadsheet import one_line, plain
from liptune.core.report.words import LABELS
from liptune.core.report.write import place
from liptune.core.sync.timeline.types import Timeline
from liptune.core.sync.types import Verdict

CSV = "markers.csv"
OTIO = "markers.otio"
EDL = "markers.edl"
COLUMNS = (
    "file", "start_seconds", "end_seconds", "start_timecode", "end_timecode", "name", "comment", "offset_ms",
    "verdict",
)  # fmt: skip
COLOURS = {Verdict.IN_SYNC: "Green", Verdict.OUT_OF_SYNC: "Red", Verdict.NO_EVIDENCE: "Yellow"}
"""Of those that Avid, DaVinci Resolve and OpenTimelineIO all have."""
TITLE_LENGTH = 70


def write_markers(
    timeline: Timeline, video: VideoStream, seconds: NDArray[np.float64], name: str, folder: Path
) -> tuple[Path, ...]:
    """Writes the files into ``folder``; returns their paths. No EDL where the frames have no timecode.

    ``video``: its ``timecode`` is that of the first frame, 00:00:00:00 where it has none. ``seconds``: (N,)
    when each frame is shown, from 0. ``name``: of the file that the stretches are of.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ruler = Ruler.of(seconds, video.timecode)
    name = name.encode("utf-8", "replace").decode()  # of a file name that is no UTF-8, what can be written
    marks = tuple(ruler.mark(stretch) for stretch in timeline.stretches)
    texts = {CSV: csv_of(marks, ruler, name), OTIO: otio_of(marks, ruler, name)}
    if ruler.has_timecode:
        texts[EDL] = edl_of(marks, ruler, name)
    return tuple(_write(folder / file, text) for file, text in texts.items())


def _write(path: Path, text: str) -> Path:
    return place(path, lambda partial: partial.write_text(text, "utf-8", errors="replace", newline=""))


def csv_of(marks: tuple[Mark, ...], ruler: Ruler, name: str) -> str:
    """A row a stretch, as RFC 4180 has it; timecodes are empty where the frames have none."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    for mark in marks:
        stretch = mark.stretch
        rows.writerow([
            plain(name), round(stretch.start_seconds, 2), round(stretch.end_seconds, 2),
            ruler.timecode(mark.first), ruler.timecode(mark.end), LABELS[stretch.verdict], said_of(stretch),
            known(stretch.offset_ms, 1), stretch.verdict.value,
        ])  # fmt: skip
    return text.getvalue()


def otio_of(marks: tuple[Mark, ...], ruler: Ruler, name: str) -> str:
    """A timeline of one clip, the whole file, with a marker a stretch on it."""
    whole = ruler.range(0, ruler.frames)
    source = otio.schema.ExternalReference(target_url=name, available_range=whole)
    clip = otio.schema.Clip(name=name, media_reference=source, source_range=whole)
    for mark in marks:
        verdict = mark.stretch.verdict
        clip.markers.append(
            otio.schema.Marker(
                name=LABELS[verdict],
                comment=said_of(mark.stretch),
                color=COLOURS[verdict].upper(),
                marked_range=ruler.range(mark.first, mark.frames),
                metadata={"liptune": stretch_of(mark.stretch)},
            )
        )
    timeline = otio.schema.Timeline(name=f"{name}, lip-sync", global_start_time=whole.start_time)
    timeline.tracks.append(otio.schema.Track(name="V1", kind=otio.schema.TrackKind.Video, children=[clip]))
    return str(otio.adapters.write_to_string(timeline, "otio_json"))


def edl_of(marks: tuple[Mark, ...], ruler: Ruler, name: str) -> str:
    """An event of one frame for each stretch, as DaVinci Resolve exports its markers, and Avid's locator.

    Resolve takes what is before the first ``|`` for the marker's note, and must not find a digit there, for
    so begin events; ``D`` is how many frames the marker lasts.
    """
    count = "DROP FRAME" if ruler.drops_frames else "NON-DROP FRAME"
    lines = [f"TITLE: {one_line(name)[:TITLE_LENGTH]}", f"FCM: {count}", ""]
    for number, mark in enumerate(marks, start=1):
        verdict, said = mark.stretch.verdict, said_of(mark.stretch)
        begin, after = ruler.timecode(mark.first), ruler.timecode(mark.first + 1)
        label, colour = LABELS[verdict], COLOURS[verdict]
        lines += [
            f"{number:03d}  001      V     C        {begin} {after} {begin} {after}",
            f"{said} |C:ResolveColor{colour} |M:{label} |D:{mark.frames}",
            f"* LOC: {begin} {colour.upper():7} {label}: {said}",
            "",
        ]
    return "\n".join(lines)
