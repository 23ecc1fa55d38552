"""Exports a retiming as a cut list for editors: OpenTimelineIO, and CMX 3600 EDL."""

from pathlib import Path

import numpy as np
import opentimelineio as otio
from numpy.typing import NDArray

MOST_JITTER = 0.5
"""Of a frame: more, and the number of a frame no longer follows from its time."""


def cut_list(name: str, shown: NDArray[np.int64], fps: float) -> otio.schema.Timeline:
    """A timeline of one video track, a clip for each run of consecutive source frames.

    ``name``: of the source file. ``shown``: (N,) the source frame of each output frame.
    """
    source = otio.schema.ExternalReference(target_url=name, available_range=_range(0, len(shown), fps))
    begins = np.flatnonzero(np.concatenate([[True], np.diff(shown) != 1]))
    ends = np.append(begins[1:], len(shown))
    track = otio.schema.Track(name="V1", kind=otio.schema.TrackKind.Video)
    for begin, end in zip(begins, ends, strict=True):
        track.append(
            otio.schema.Clip(
                name=name,
                media_reference=source.deepcopy(),
                source_range=_range(int(shown[begin]), int(end - begin), fps),
            )
        )
    timeline = otio.schema.Timeline(name=f"{name}, retimed")
    timeline.tracks.append(track)
    return timeline


def write_cut_list(name: str, shown: NDArray[np.int64], fps: float, path: Path) -> None:
    """Writes the cut list as OpenTimelineIO's own JSON."""
    text = otio.adapters.write_to_string(cut_list(name, shown, fps), "otio_json")
    path.write_text(text, "utf-8")


def write_edl(name: str, shown: NDArray[np.int64], fps: float, path: Path) -> None:
    """Writes the cut list as a CMX 3600 EDL; ``fps`` is one of SMPTE's timecode rates."""
    text = otio.adapters.write_to_string(cut_list(name, shown, fps), "cmx_3600", rate=fps)
    path.write_text(text, "utf-8")


def timecode_rate(seconds: NDArray[np.float64]) -> float | None:
    """The SMPTE timecode rate of frames shown at ``seconds``, (N,); None where they have none.

    An EDL counts in timecode, and so cannot tell of frames at another or a variable rate.
    """
    if len(seconds) < 2:
        return None
    rate = float(otio.opentime.RationalTime.nearest_smpte_timecode_rate((len(seconds) - 1) / seconds[-1]))
    steady = np.arange(len(seconds)) / rate
    return rate if float(np.abs(seconds - steady).max()) < MOST_JITTER / rate else None


def average_rate(seconds: NDArray[np.float64]) -> float:
    """Frames a second of frames shown at ``seconds``, (N,), whatever their gaps."""
    return max(len(seconds) - 1, 1) / max(float(seconds[-1]), 1e-3)


def _range(first: int, frames: int, fps: float) -> otio.opentime.TimeRange:
    return otio.opentime.TimeRange(
        otio.opentime.RationalTime(first, fps), otio.opentime.RationalTime(frames, fps)
    )
