"""What a file holds by ffprobe and ffmpeg alone, with nothing of the engine between."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.media_factory import HEIGHT, WIDTH, find_bursts, read_number

NUMBERED = {".avi", ".mxf"}
"""Containers in which a frame's time is its number."""

Frames = list[tuple[float, int]]
"""Seconds and number of each frame that decodes."""


class Unread(Exception):
    """ffprobe or ffmpeg does not read a file."""


@dataclass(frozen=True)
class Contents:
    """``streams``: kind, codec, language, shape and packets of each. ``title``: of the file.

    ``picture``: hashes of the picture's packets. ``sound_end``: seconds from the picture's last packet to the
    sound's end.
    """

    streams: tuple[dict[str, Any], ...]
    title: str | None
    picture: tuple[str, ...]
    sound_end: float


def seen(path: Path) -> Frames:
    """The frames in order."""
    rows = _rows(path, "v:0", "frame=best_effort_timestamp_time")
    size = ("-s", f"{WIDTH}x{HEIGHT}", "-sws_flags", "area")
    raw = _decoded(path, "v:0", "-vsync", "passthrough", *size, "-pix_fmt", "gray", "-f", "rawvideo")
    pictures = np.frombuffer(raw, np.uint8).reshape(-1, HEIGHT, WIDTH)
    times = [float(row[0]) for row in rows if row[0] not in {"", "N/A"}]
    if path.suffix in NUMBERED:
        times = [number / 25 for number in range(len(pictures))]
    return [(time, read_number(picture)) for time, picture in zip(times, pictures, strict=False)]


def heard(path: Path) -> list[float]:
    """When bursts are heard, on the same clock."""
    rate = int(_rows(path, "a:0", "stream=sample_rate")[0][0])
    rows = _rows(path, "a:0", "frame=best_effort_timestamp_time,nb_samples")
    samples = np.frombuffer(_decoded(path, "a:0", "-ac", "1", "-f", "f32le"), np.float32)
    placed, begin = _placed(samples, [row for row in rows if len(row) >= 2], rate)
    return [begin + time for time in find_bursts(placed, rate)]


def _placed(
    samples: NDArray[np.float32], rows: Sequence[Sequence[str]], rate: int
) -> tuple[NDArray[np.float32], float]:
    """Each frame's samples where its time says, and when the first begins."""
    begin = float(rows[0][0])
    end = max(float(row[0]) for row in rows) - begin + 1.0
    placed = np.zeros(round(end * rate), np.float32)
    taken = 0
    for time, count, *_ in rows:
        at, piece = round((float(time) - begin) * rate), samples[taken : taken + int(count)]
        taken += int(count)
        if at >= 0:
            placed[at : at + len(piece)] = piece[: len(placed) - at]
    return placed, begin


def contents(path: Path) -> Contents:
    """What the copy is compared by."""
    asked = (
        "stream=index,codec_type,codec_name,width,height,pix_fmt,sample_aspect_ratio,field_order,color_space,"
        "sample_rate,channels:stream_tags=language:stream_disposition=default:format_tags=title"
    )
    facts = json.loads(_run("ffprobe", "-v", "error", "-show_entries", asked, "-of", "json", path))
    streams = [_stream(each) for each in facts["streams"]]
    ends = _rows(path, "a:0", "packet=pts_time,duration_time")
    pictures = _rows(path, "v:0", "packet=pts_time,dts_time")
    last = max(float(next(time for time in row if time not in {"", "N/A"})) for row in pictures)
    end = max(float(row[0]) + (float(row[1]) if row[1:2] not in ([], [""], ["N/A"]) else 0.0) for row in ends)
    tags = {name.lower(): value for name, value in facts["format"].get("tags", {}).items()}
    return Contents(tuple(streams), tags.get("title"), _hashes(path), end - last)


def _stream(facts: dict[str, Any]) -> dict[str, Any]:
    tags = {name.lower(): value for name, value in facts.pop("tags", {}).items()}
    if facts.get("sample_aspect_ratio") == "1:1":
        del facts["sample_aspect_ratio"]
    return {**facts, "language": tags.get("language", "und")}


def _hashes(path: Path) -> tuple[str, ...]:
    """Of the picture's packets, in order."""
    listed = _run("ffmpeg", "-v", "error", "-i", path, "-map", "0:v:0", "-c", "copy", "-f", "framehash", "-")
    rows = (row for row in listed.decode().splitlines() if row and not row.startswith("#"))
    return tuple(row.rpartition(",")[2].strip() for row in rows)


def _clock(path: Path, stream: str) -> tuple[str, ...]:
    """ffmpeg's own edit lists are exact for sound. They begin with a whole frame of the picture; without them
    its times are the track's."""
    return ("-advanced_editlist", "0") if path.suffix in {".mp4", ".mov"} and "v" in stream else ()


def _rows(path: Path, stream: str, entries: str) -> list[list[str]]:
    arguments = ("-select_streams", stream, "-show_entries", entries, "-of", "csv=p=0")
    listed = _run("ffprobe", "-v", "error", *_clock(path, stream), *arguments, path).decode()
    return [row.strip().split(",") for row in listed.splitlines() if row.strip()]


def _decoded(path: Path, stream: str, *output: str) -> bytes:
    opened = ("-noautorotate", *_clock(path, stream), *_decoder(path, stream), "-i")
    return _run("ffmpeg", "-v", "quiet", *opened, path, "-map", f"0:{stream}", *output, "-")


def _decoder(path: Path, stream: str) -> tuple[str, ...]:
    """ffmpeg's own gives nothing of VP9 whose first frame does not decode, where ffprobe decodes the rest."""
    vp9 = _rows(path, stream, "stream=codec_name") == [["vp9"]]
    return ("-c:v", "libvpx-vp9") if vp9 else ()


def _run(*command: str | Path) -> bytes:
    try:
        return subprocess.run([str(part) for part in command], check=True, capture_output=True).stdout
    except subprocess.CalledProcessError as failure:
        raise Unread(f"{command[0]} ended with {failure.returncode}") from failure
