"""How a picture's own packets want it turned and mirrored before it is shown."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from liptune.core.media.display import Matrix, parse_matrix
from liptune.core.media.ffmpeg import QUIET, input_arguments, output_of, source

_SECONDS = 60.0
_CODECS = frozenset({"h264", "hevc"})
"""Whose packets can say it: the display orientation SEI message of ITU-T H.264 and H.265."""
_PACKETS = (1, 48)
"""Of the picture, until a frame is among them: a stream cut out of another begins without a key frame."""


def matrix_in_packets(
    path: Path, stream: Mapping[str, Any], outer: Matrix | None, *, side: int
) -> Matrix | None:
    """The display matrix that the first packets of the stream bring; None where they bring none but
    ``outer``, its container's, which some releases of ffmpeg hand to the frames.

    It is taken to last for the whole picture, as the standards have it of one that is repeated at each key
    frame; ffmpeg turns only the frames that bring it.

    ``stream``: as ffprobe prints it. No other stream's packets are decoded: of captions in a track of their
    own (CEA-608) ffprobe 5.1 prints the last one for ever. ``side``: no picture that is wider and higher is
    decoded. Raises `MediaUnreadable`, `TimedOut`.
    """
    if stream["codec_name"] not in _CODECS:
        return None
    index = int(stream["index"])
    tried = (_frames(path, index, side, count) for count in _PACKETS)
    return own_matrix(next(filter(None, tried), []), outer)


def own_matrix(frames: Iterable[Mapping[str, Any]], outer: tuple[int, ...] | None) -> Matrix | None:
    """The first display matrix other than ``outer`` in what ffprobe prints of frames."""
    sides = (side for frame in frames for side in frame.get("side_data_list", []))
    matrices = (parse_matrix(side["displaymatrix"]) for side in sides if "displaymatrix" in side)
    return next((matrix for matrix in matrices if matrix not in {None, outer}), None)


def _frames(path: Path, index: int, side: int, packets: int) -> list[dict[str, Any]]:
    arguments = [
        "ffprobe", *QUIET, *input_arguments(), "-max_pixels", str(side**2), "-select_streams", str(index),
        "-read_intervals", f"%+#{packets}", "-show_entries", "frame=pts:frame_side_data=displaymatrix",
        "-of", "json", "-i", source(path),
    ]  # fmt: skip
    found: list[dict[str, Any]] = json.loads(output_of(arguments, path, _SECONDS)).get("frames", [])
    return found
