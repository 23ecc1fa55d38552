"""Every error a user can be shown, each with a stable ``code``.

LiptuneError
├── MediaError
│   ├── MediaUnreadable       media_unreadable
│   ├── MediaJoined           media_joined
│   ├── NoVideoStream         no_video_stream
│   ├── NoAudioStream         no_audio_stream
│   ├── MediaTooLarge         media_too_large
│   ├── MediaTooLong          media_too_long
│   ├── RenderFailed          render_failed
│   │   └── DiskFull          render_failed
│   ├── RepairRefused         repair_refused
│   └── UnsupportedMediaType  unsupported_media_type
├── NoFace                    no_face
├── TooLittleMaterial         too_little_material
├── AudioRequired             audio_required
├── NoSpeech                  no_speech
├── EngineUnavailable         engine_unavailable
├── LandmarksUnavailable      landmarks_unavailable
├── UnknownOption             unknown_option
├── InvalidOption             invalid_option
├── NotFound                  not_found
├── WebhookRefused            webhook_refused
├── UrlRefused                url_refused
├── UrlUnreachable            url_unreachable
├── StorageUnavailable        storage_unavailable
├── Canceled                  canceled
├── TimedOut                  timed_out
└── WorkerLost                worker_lost
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class LiptuneError(Exception):
    """Base of all errors meant for users.

    ``remedy`` tells the user what to do next. ``details`` is JSON-serialisable and never holds secrets or
    paths of the server.
    """

    code: ClassVar[str] = "internal"

    def __init__(
        self, message: str, *, remedy: str | None = None, details: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.details = dict(details or {})


class MediaError(LiptuneError):
    """The media cannot be used."""

    code = "media_unreadable"


class MediaUnreadable(MediaError):
    """Not media, damaged beyond reading, or a container that may not be opened."""

    code = "media_unreadable"


class MediaJoined(MediaError):
    """Several files in one, of which players show the first alone."""

    code = "media_joined"


class NoVideoStream(MediaError):
    """There is no moving picture in the file."""

    code = "no_video_stream"


class NoAudioStream(MediaError):
    """There is no sound in the file, and none was given beside it."""

    code = "no_audio_stream"


class MediaTooLarge(MediaError):
    """Too many bytes, pixels or frames a second."""

    code = "media_too_large"


class MediaTooLong(MediaError):
    """Longer than the duration limit."""

    code = "media_too_long"


class RenderFailed(MediaError):
    """The repaired video could not be written: a full disk, a missing encoder, an ffmpeg that died."""

    code = "render_failed"


class DiskFull(RenderFailed):
    """There was no room for the repaired video; a worker tries again later."""


class RepairRefused(MediaError):
    """The finished copy is worse than its source, or lacks what nobody said it would; it is not given out."""

    code = "repair_refused"


class UnsupportedMediaType(MediaError):
    """The declared type is neither video nor audio."""

    code = "unsupported_media_type"


class NoFace(LiptuneError):
    """No moment of the clip has a face that can be scored; ``details`` says what was seen."""

    code = "no_face"


class TooLittleMaterial(LiptuneError):
    """The video shows too little of a face for other words to be put together; the message says what of."""

    code = "too_little_material"


class AudioRequired(LiptuneError):
    """The operation needs a sound beside the video, and none was given."""

    code = "audio_required"


class NoSpeech(LiptuneError):
    """In the sound that a face is to speak nobody speaks, or not for long enough."""

    code = "no_speech"


class SoundTooLong(LiptuneError):
    """A sound lasts so much longer than its picture that there is not enough of that to go on with."""

    code = "sound_too_long"


class EngineUnavailable(LiptuneError):
    """The engine's weights are not installed; ``remedy`` is the command that installs them."""

    code = "engine_unavailable"


class LandmarksUnavailable(LiptuneError):
    """The landmark model that the settings name is not installed; ``remedy`` is the command that does."""

    code = "landmarks_unavailable"


class UnknownOption(LiptuneError):
    """An option that the operation does not take; the message names it."""

    code = "unknown_option"


class InvalidOption(LiptuneError):
    """A known option with a value out of its range; the message names it."""

    code = "invalid_option"


class NotFound(LiptuneError):
    """No such resource."""

    code = "not_found"


class WebhookRefused(LiptuneError):
    """A webhook that may not be sent there, or not with that secret."""

    code = "webhook_refused"


class UrlRefused(LiptuneError):
    """A URL that nothing is fetched from, or that leads to one."""

    code = "url_refused"


class UrlUnreachable(LiptuneError):
    """What stands at a URL cannot be had: no answer, an answer that says no, a transfer that breaks off."""

    code = "url_unreachable"


class StorageUnavailable(LiptuneError):
    """Files cannot be written or read just now: a full disk, a storage server that is away."""

    code = "storage_unavailable"


class Canceled(LiptuneError):
    """The user canceled the job. Raised from a progress callback to stop the work."""

    code = "canceled"


class TimedOut(LiptuneError):
    """The job, or a child process of it, ran past its time limit."""

    code = "timed_out"


class WorkerLost(LiptuneError):
    """The worker died more often than the job may be retried."""

    code = "worker_lost"
