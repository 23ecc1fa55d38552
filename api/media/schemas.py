"""Media as the API shows it."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from core.media.types import AudioStream, MediaInfo, VideoStream
from core.store.models import Media


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


class MediaFacts(BaseModel):
    """What the probe found."""

    container: str
    duration_seconds: float
    video: VideoFacts | None
    audio: AudioFacts | None

    @classmethod
    def of(cls, found: MediaInfo) -> Self:
        """``found.audio`` may list several streams; the first default one, else the first, is shown."""
        sounds = sorted(found.audio, key=lambda stream: not stream.default)
        return cls(
            container=found.container,
            duration_seconds=found.duration_seconds,
            video=VideoFacts.of(found.video) if found.video else None,
            audio=AudioFacts.of(sounds[0]) if sounds else None,
        )


class MediaResource(MediaFacts):
    """A media file that jobs may use."""

    id: str
    filename: str | None
    sha256: str
    bytes: int
    created_at: datetime
    expires_at: datetime

    @classmethod
    def show(cls, media: Media) -> Self:
        return cls(
            id=media.id,
            filename=media.filename,
            sha256=media.sha256,
            bytes=media.bytes,
            created_at=media.created_at,
            expires_at=media.expires_at,
            **media.facts,
        )
