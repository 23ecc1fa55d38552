"""Reads a file's facts with ffprobe and refuses what cannot or may not be worked on."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

from liptune.core.errors import (
    MediaJoined,
    MediaTooLarge,
    MediaTooLong,
    MediaUnreadable,
    NoAudioStream,
    NoVideoStream,
)
from liptune.core.media.clock.streams import Timing, ratio
from liptune.core.media.display import Matrix, orientation, parse_matrix
from liptune.core.media.ffmpeg import QUIET, Child, input_arguments, source
from liptune.core.media.pixels import has_alpha
from liptune.core.media.probe.allowed import WITH_EXACT_DURATION
from liptune.core.media.probe.segments import has_more_segments
from liptune.core.media.probe.turned import matrix_in_packets
from liptune.core.media.probe.variant import variant_of
from liptune.core.media.remembered import remembered
from liptune.core.media.types import DEFAULT_LIMITS, AudioStream, MediaInfo, MediaLimits, VideoStream

PROBE_SECONDS = 60.0
TAG_LENGTH = 100
_STREAM = (
    "index,id,codec_type,codec_name,width,height,pix_fmt,r_frame_rate,avg_frame_rate,sample_aspect_ratio,has_b_frames,"
    "start_time,duration,nb_frames,sample_rate,channels,channel_layout"
)
_ENTRIES = (
    f"stream={_STREAM}:stream_disposition=default,attached_pic,still_image:"
    "stream_side_data=displaymatrix:"
    "stream_tags=rotate,DURATION,alpha_mode,language,title,timecode:format=format_name,start_time,duration:"
    "format_tags=timecode,major_brand"
)


def probe(path: Path, limits: MediaLimits = DEFAULT_LIMITS) -> MediaInfo:
    """Reads the facts of a media file and refuses what is over the limits.

    The headers are trusted here; decoding holds them to it.

    Raises:
        MediaUnreadable: no file, not media, a container that may not be opened, or no stream of use.
        MediaJoined: several Matroska files in one.
        MediaTooLarge: too many bytes, pixels a side, or frames a second.
        MediaTooLong: longer than the limit.
        TimedOut: ffprobe took too long.
    """
    size = _size(path)
    if size > limits.bytes:
        raise MediaTooLarge(
            f"The file has {size} bytes; the limit is {limits.bytes}", details={"limit": limits.bytes}
        )
    return remembered(path, ("probe", path, limits), lambda: _read(path, size, limits))


def require_video(info: MediaInfo) -> VideoStream:
    """Returns the video stream, or raises `NoVideoStream`."""
    if info.video is None:
        raise NoVideoStream(
            f"{info.path.name} has no moving picture", remedy="Give a file with a video stream."
        )
    return info.video


def require_audio(info: MediaInfo, stream: int | None = None) -> AudioStream:
    """Returns the audio stream with index ``stream``, else the default one, else the first.

    Raises `NoAudioStream` where there is none.
    """
    if stream is not None:
        chosen = [audio for audio in info.audio if audio.index == stream]
    else:
        chosen = sorted(info.audio, key=lambda audio: not audio.default)
    if not chosen:
        which = "" if stream is None else f" with index {stream}"
        raise NoAudioStream(
            f"{info.path.name} has no audio stream{which}", remedy="Give the sound as a separate file."
        )
    return chosen[0]


def _read(path: Path, size: int, limits: MediaLimits) -> MediaInfo:
    info = _describe(path, size, _ffprobe(path, limits), limits)
    _check(info, limits)
    return info


def _size(path: Path) -> int:
    if not path.is_file():
        raise MediaUnreadable(f"{path.name} is not a file")
    size = path.stat().st_size
    if size == 0:
        raise MediaUnreadable(f"{path.name} is empty")
    return size


def _ffprobe(path: Path, limits: MediaLimits) -> dict[str, Any]:
    arguments = [
        "ffprobe", *QUIET, *input_arguments(), "-max_pixels", str(limits.side**2),
        "-show_entries", _ENTRIES, "-of", "json", "-i", source(path),
    ]  # fmt: skip
    with Child(arguments, path, limit_seconds=PROBE_SECONDS) as child:
        output = b"".join(child.chunks())
        status = child.finish()
        if "exceeds specified max pixel count" in child.stderr:
            raise MediaTooLarge(f"The picture is larger than the limit of {limits.side} pixels a side")
        if "Format not on whitelist" in child.stderr:
            raise MediaUnreadable(
                f"{path.name} is not a media file but a list or a script, which may not be opened",
                remedy="Give the media file itself.",
            )
        if status:
            raise child.failure(
                f"{path.name} cannot be read as media", remedy="Give a file that a video player plays."
            )
    described: dict[str, Any] = json.loads(output)
    return described


def _describe(path: Path, size: int, facts: dict[str, Any], limits: MediaLimits) -> MediaInfo:
    container = facts["format"]["format_name"]
    if "matroska" in container and has_more_segments(path):
        raise MediaJoined(
            f"{path.name} is several Matroska or WebM files in one, of which players show the first alone",
            remedy="Give the files one by one, or join them with ffmpeg's concat demuxer or mkvmerge.",
        )
    exact = bool(WITH_EXACT_DURATION & set(container.split(",")))
    timing = Timing(path, facts, limits, exact=exact)
    streams = facts.get("streams", [])
    pictures = [s for s in streams if _is_picture(s)]
    sounds = [s for s in streams if s.get("codec_type") == "audio" and int(s.get("sample_rate", 0)) > 0]
    video = _video(path, pictures[0], timing, limits, facts) if pictures else None
    audio = tuple(heard for heard in (_audio(s, timing) for s in sounds) if heard.duration_seconds > 0)
    if not video and not audio:
        raise MediaUnreadable(f"{path.name} has neither picture nor sound that can be decoded")
    used: tuple[VideoStream | AudioStream, ...] = (video, *audio) if video else audio
    end = max(s.start_seconds + s.duration_seconds for s in used)
    first = min(s.start_seconds for s in used)
    variant = variant_of(path, container, _tag(facts["format"], "major_brand"))
    clock, duration = timing.clock, end - first
    return MediaInfo(path, container, size, duration, video, audio, timing.start, clock, variant=variant)


def _is_picture(stream: dict[str, Any]) -> bool:
    disposition = stream.get("disposition", {})
    still = disposition.get("attached_pic") or disposition.get("still_image")
    return stream.get("codec_type") == "video" and "codec_name" in stream and not still


def _video(
    path: Path, stream: dict[str, Any], timing: Timing, limits: MediaLimits, facts: dict[str, Any]
) -> VideoStream:
    width, height = int(stream.get("width", 0)), int(stream.get("height", 0))
    if width <= 0 or height <= 0:
        raise MediaUnreadable("The picture has no size")
    if max(width, height) > limits.side:
        raise MediaTooLarge(
            f"The picture is {width}x{height}; the limit is {limits.side} pixels a side",
            details={"width": width, "height": height, "limit": limits.side},
        )
    aspect, outer = _aspect(stream), _matrix(stream)
    own = matrix_in_packets(path, stream, outer, side=limits.side)
    matrix = own or outer
    turned = orientation(matrix)
    shown_width, shown_height = turned.shown_size(max(1, round(width * aspect)), height)
    start, duration = timing.span(stream)
    return VideoStream(
        index=int(stream["index"]),
        codec=stream["codec_name"],
        width=shown_width,
        height=shown_height,
        coded_width=width,
        coded_height=height,
        pixel_format=stream.get("pix_fmt", "unknown"),
        fps=timing.rate(stream),
        rotation=round(turned.degrees / 90) * 90 % 360,
        sample_aspect=aspect,
        frames=int(stream["nb_frames"]) if "nb_frames" in stream else None,
        start_seconds=start,
        duration_seconds=duration,
        display_matrix=matrix,
        turned_in_packets=own is not None,
        alpha=has_alpha(stream.get("pix_fmt", "")) or _tags_alpha(stream),
        timecode=_timecode(facts),
        reordered=int(stream.get("has_b_frames", 0)) > 0,
    )


def _timecode(facts: dict[str, Any]) -> str | None:
    """The first timecode that the picture, the file, or a timecode track tells, in this order."""
    streams = sorted(facts.get("streams", []), key=lambda stream: not _is_picture(stream))
    told = (_tag(part, "timecode") for part in [*streams[:1], facts["format"], *streams[1:]])
    return next(filter(None, told), None)


def _tags_alpha(stream: dict[str, Any]) -> bool:
    """Whether the container says so: in WebM the alpha plane travels beside the picture."""
    return stream.get("codec_name") in {"vp8", "vp9"} and _tag(stream, "alpha_mode") == "1"


def _audio(stream: dict[str, Any], timing: Timing) -> AudioStream:
    start, duration = timing.span(stream)
    return AudioStream(
        index=int(stream["index"]),
        codec=stream.get("codec_name", "unknown"),
        sample_rate=int(stream["sample_rate"]),
        channels=int(stream["channels"]),
        start_seconds=start,
        duration_seconds=duration,
        default=bool(stream.get("disposition", {}).get("default")),
        layout=stream.get("channel_layout"),
        language=_tag(stream, "language"),
        title=_tag(stream, "title"),
    )


def _matrix(stream: dict[str, Any]) -> Matrix | None:
    """The container's display matrix, where it changes anything."""
    printed = [side["displaymatrix"] for side in stream.get("side_data_list", []) if "displaymatrix" in side]
    return parse_matrix(printed[0]) if printed else None


def _tag(stream: dict[str, Any], name: str) -> str | None:
    """What the file says, in a length that can be shown; None where it says nothing."""
    tags = {key.lower(): value for key, value in stream.get("tags", {}).items()}
    text = "".join(filter(str.isprintable, tags.get(name, ""))).strip()
    return text[:TAG_LENGTH] if text not in {"", "und"} else None


def _aspect(stream: dict[str, Any]) -> Fraction:
    """The sample aspect ratio; 1 where it is unknown or absurd."""
    aspect = ratio(stream.get("sample_aspect_ratio", "1:1").replace(":", "/"))
    return aspect if Fraction(1, 10) <= aspect <= 10 else Fraction(1)


def _check(info: MediaInfo, limits: MediaLimits) -> None:
    if info.duration_seconds > limits.seconds:
        raise MediaTooLong(
            f"The media lasts {info.duration_seconds:.0f} s; the limit is {limits.seconds:.0f} s",
            details={"seconds": info.duration_seconds, "limit": limits.seconds},
        )
    if info.duration_seconds <= 0 or (info.video and info.video.duration_seconds <= 0):
        raise MediaUnreadable(f"{info.path.name} lasts no time at all")
    if info.video and max(info.video.width, info.video.height) > limits.side:
        raise MediaTooLarge(
            f"The picture is shown at {info.video.width}x{info.video.height}; the limit is {limits.side}",
            details={"limit": limits.side},
        )
    if info.video and info.video.fps > limits.fps:
        raise MediaTooLarge(
            f"The video has {float(info.video.fps):.0f} frames a second; the limit is {limits.fps:.0f}",
            details={"limit": limits.fps},
        )
