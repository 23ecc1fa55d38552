"""Whether media have what a job needs, by what was found in them when they came."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from liptune.core.errors import NoAudioStream, NoVideoStream
from liptune.core.media.region import region_of
from liptune.core.media.sounds import candidates
from liptune.core.media.types import AudioStream, MediaInfo
from liptune.core.store.database.models import Media


def require_streams(
    video: Media | None,
    audio: Media | None,
    options: Mapping[str, Any],
    to_come: Collection[str] = (),
) -> None:
    """Refuses media without picture or sound, and options that name what the media do not have.

    ``to_come``: which of ``video`` and ``audio`` is yet to be fetched, and to be looked at then.

    Raises:
        NoVideoStream, NoAudioStream: Something is missing.
        InvalidOption: There is no such audio stream, channel or region.
    """
    if video is not None:
        picture = video.facts["video"]
        if picture is None:
            raise NoVideoStream("The video has no picture.", remedy="Give a file with a video stream.")
        region_of(options.get("region"), picture["width"], picture["height"])
    sounding = audio or video
    if sounding is not None and "audio" not in to_come:
        _require_sound(sounding, "video" if audio is None else "audio file", options)


def require_picture(gallery: Media | None) -> None:
    """Raises `NoVideoStream` where there are no mouths to be taken from."""
    if gallery is not None and gallery.facts["video"] is None:
        raise NoVideoStream("The gallery has no picture.", remedy="Give a file with a video stream.")


def _require_sound(media: Media, which: str, options: Mapping[str, Any]) -> None:
    if media.facts["audio"] is None:
        raise NoAudioStream(
            f"The {which} has no sound.", remedy="Give the sound as a separate file in 'audio'."
        )
    streams = tuple(map(_stream, media.facts.get("audio_streams", ())))
    if streams and "channel" in options:
        known = MediaInfo(Path(media.id), media.facts["container"], media.bytes, 0.0, None, streams)
        candidates(known, options.get("audio_stream"), options["channel"])


def _stream(facts: Mapping[str, Any]) -> AudioStream:
    return AudioStream(
        index=facts["stream"],
        codec=facts["codec"],
        sample_rate=facts["sample_rate"],
        channels=facts["channels"],
        start_seconds=0.0,
        duration_seconds=0.0,
        default=facts["default"],
        layout=facts["layout"],
        language=facts["language"],
        title=facts["title"],
    )
