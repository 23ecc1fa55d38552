"""Reads the colour, HDR, field order and profile that an encoder must be told to keep."""

import json
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from liptune.core.media.ffmpeg import QUIET, input_arguments, output_of, source
from liptune.core.media.pixels import is_rgb
from liptune.core.media.probe.probe import PROBE_SECONDS, require_video
from liptune.core.media.read.raw import RGB_MATRIX, RGB_RANGE
from liptune.core.media.remembered import remembered
from liptune.core.media.types import MediaInfo
from liptune.core.media.write.gop import gop_timecode

_TAGS = {
    "color_range": "range",
    "color_primaries": "color_primaries",
    "color_transfer": "color_trc",
    "color_space": "colorspace",
}
_ENTRIES = (
    "stream=profile,time_base,codec_tag_string,chroma_location,"
    + ",".join(_TAGS)
    + ":format_tags=major_brand:frame=interlaced_frame,top_field_first,"
    + ",".join(_TAGS)
    + ":frame_side_data_list"
)
_PRIMARIES = (("G", "green"), ("B", "blue"), ("R", "red"), ("WP", "white_point"))


@dataclass(frozen=True)
class Picture:
    """``fields``: ``tff`` or ``bff``, which is shown first; None where frames are whole. ``colour``: ffmpeg's
    names of range, primaries, transfer and matrix, only those that are known; of RGB, range and matrix are
    those of the frames as they travel (`liptune.core.media.read.raw`).

    ``time_base``: seconds of a tick. ``x265_hdr``: mastering display and light levels as x265 wants them.
    ``gop_timecode``: see `liptune.core.media.write.gop`.
    """

    profile: str
    fields: str | None
    time_base: Fraction
    codec_tag: str
    chroma_location: str | None
    colour: dict[str, str]
    x265_hdr: tuple[str, ...]
    gop_timecode: str | None = None


def describe_picture(info: MediaInfo) -> Picture:
    """What the stream's header and first frame say."""
    return remembered(info.path, ("picture", require_video(info).index), lambda: _described(info))


def _described(info: MediaInfo) -> Picture:
    video = require_video(info)
    arguments = [
        "ffprobe", *QUIET, *input_arguments(), "-select_streams", str(video.index),
        "-read_intervals", "%+#1", "-show_frames", "-show_entries", _ENTRIES, "-of", "json",
        "-i", source(info.path),
    ]  # fmt: skip
    facts = json.loads(output_of(arguments, info.path, PROBE_SECONDS))
    stream, frame = facts["streams"][0], (facts.get("frames") or [{}])[0]
    known = {name: frame.get(key) or stream.get(key) for key, name in _TAGS.items()}
    if is_rgb(video.pixel_format):
        known |= {"range": RGB_RANGE, "colorspace": RGB_MATRIX}
    return Picture(
        profile=stream.get("profile", ""),
        fields=_fields(frame),
        time_base=Fraction(stream["time_base"]),
        codec_tag=stream.get("codec_tag_string", ""),
        chroma_location=_known(stream.get("chroma_location")),
        colour={name: value for name, value in known.items() if _known(value)},
        x265_hdr=_hdr(frame.get("side_data_list", [])),
        gop_timecode=gop_timecode(info),
    )


def _fields(frame: dict[str, Any]) -> str | None:
    """By the frame: what containers say of the order differs from one writer to the next."""
    if not frame.get("interlaced_frame"):
        return None
    return "tff" if frame.get("top_field_first") else "bff"


def _known(value: str | None) -> str | None:
    return None if value in {None, "unknown", "unspecified", "reserved", "gbr"} else value


def _hdr(side_data: list[dict[str, Any]]) -> tuple[str, ...]:
    """SMPTE ST 2086 colour volume (in 0.00002 and 0.0001 cd/m²) and CTA-861.3 light levels."""
    parts = []
    for side in side_data:
        if "red_x" in side and "max_luminance" in side:
            points = "".join(
                f"{letter}({_scaled(side[f'{name}_x'], 50_000)},{_scaled(side[f'{name}_y'], 50_000)})"
                for letter, name in _PRIMARIES
            )
            light = f"L({_scaled(side['max_luminance'], 10_000)},{_scaled(side['min_luminance'], 10_000)})"
            parts.append(f"master-display={points}{light}")
        if "max_content" in side:
            parts.append(f"max-cll={side['max_content']},{side['max_average']}")
    return tuple(parts)


def _scaled(ratio: str, unit: int) -> int:
    return round(Fraction(ratio) * unit)
