"""The JSON of media: what the probe found, and the resource."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from liptune.core.media.read.levels import Levels
from liptune.core.media.types import AudioStream, MediaInfo, VideoStream
from liptune.core.store.database.models import Media


class VideoFacts(BaseModel):
    """The picture, as displayed."""

    codec: str
    width: int
    height: int
    fps: str = Field(description="Frames a second, as a rational number", examples=["30000/1001"])
    rotation: int
    frames: int | None

    @classmethod
    def of(cls, stream: VideoStream) -> Self:
        return cls(
            codec=stream.codec,
            width=stream.width,
            height=stream.height,
            fps=f"{stream.fps.numerator}/{stream.fps.denominator}",
            rotation=stream.rotation,
            frames=stream.frames,
        )


class AudioFacts(BaseModel):
    """The sound."""

    codec: str
    sample_rate: int
    channels: int

    @classmethod
    def of(cls, stream: AudioStream) -> Self:
        return cls(codec=stream.codec, sample_rate=stream.sample_rate, channels=stream.channels)


class AudioStreamFacts(AudioFacts):
    """One of the audio streams, and how loud it is where there is something to choose."""

    stream: int = Field(description="Its index in the file: what the option audio_stream takes")
    language: str | None
    title: str | None
    layout: str | None = Field(description="ffmpeg's name of its channels", examples=["5.1"])
    default: bool = Field(description="The file marks it as the one to play")
    levels_dbfs: list[float] | None = Field(
        None, description="Level of the loudest channel in excerpts spread evenly over the file"
    )
    channel_levels_dbfs: list[float] | None = Field(None, description="Level of each channel over them")

    @classmethod
    def of_stream(cls, stream: AudioStream, levels: Levels | None) -> Self:
        return cls(
            codec=stream.codec,
            sample_rate=stream.sample_rate,
            channels=stream.channels,
            stream=stream.index,
            language=stream.language,
            title=stream.title,
            layout=stream.layout,
            default=stream.default,
            levels_dbfs=list(levels.moments) if levels else None,
            channel_levels_dbfs=list(levels.channels) if levels else None,
        )


class MediaFacts(BaseModel):
    """What the probe found."""

    container: str
    duration_seconds: float
    video: VideoFacts | None
    audio: AudioFacts | None = Field(description="The audio stream that is listened to by default")
    audio_streams: list[AudioStreamFacts] = []

    @classmethod
    def of(cls, found: MediaInfo, levels: Mapping[int, Levels | None]) -> Self:
        """``levels``: of the streams, by index."""
        sounds = sorted(found.audio, key=lambda stream: not stream.default)
        return cls(
            container=found.container,
            duration_seconds=found.duration_seconds,
            video=VideoFacts.of(found.video) if found.video else None,
            audio=AudioFacts.of(sounds[0]) if sounds else None,
            audio_streams=[AudioStreamFacts.of_stream(each, levels.get(each.index)) for each in found.audio],
        )


EXAMPLE: dict[str, Any] = {
    "id": "01939d8c-7f41-7b52-9c0e-2a4f6e8d1c3b",
    "filename": "interview.mp4",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "bytes": 18874368,
    "container": "mov,mp4,m4a,3gp,3g2,mj2",
    "duration_seconds": 24.024,
    "video": {
        "codec": "h264",
        "width": 1920,
        "height": 1080,
        "fps": "30000/1001",
        "rotation": 0,
        "frames": 720,
    },
    "audio": {"codec": "aac", "sample_rate": 48000, "channels": 2},
    "audio_streams": [
        {
            "codec": "aac",
            "sample_rate": 48000,
            "channels": 2,
            "stream": 1,
            "language": "eng",
            "title": None,
            "layout": "stereo",
            "default": True,
            "levels_dbfs": None,
            "channel_levels_dbfs": None,
        }
    ],
    "metadata": {"project": "Nordwind"},
    "created_at": "2026-11-22T18:00:00Z",
    "expires_at": "2026-11-29T18:00:00Z",
}


class MediaResource(MediaFacts):
    """A media file that jobs may use."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    id: str
    filename: str | None
    sha256: str
    bytes: int
    metadata: dict[str, str]
    created_at: datetime
    expires_at: datetime

    @classmethod
    def show(cls, media: Media) -> Self:
        return cls(
            id=media.id,
            filename=media.filename,
            sha256=media.sha256,
            bytes=media.bytes,
            metadata=media.labels,
            created_at=media.created_at,
            expires_at=media.expires_at,
            **media.facts,
        )


class MediaPage(BaseModel):
    """Newest first; ``next_cursor`` is null on the last page."""

    items: list[MediaResource]
    next_cursor: str | None
