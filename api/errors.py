"""The errors that only HTTP has, and the table of every code's status and title (RFC 9457)."""

from typing import Any, ClassVar

from liptune.core.errors import LiptuneError

PROBLEM_TYPE = "urn:liptune:problem:"

PROBLEMS: dict[str, tuple[int, str]] = {
    "media_unreadable": (422, "The media cannot be read"),
    "media_joined": (422, "The media is several files in one"),
    "no_video_stream": (422, "There is no video stream"),
    "no_audio_stream": (422, "There is no audio stream"),
    "media_too_large": (413, "The media is too large"),
    "media_too_long": (422, "The media is too long"),
    "unsupported_media_type": (415, "The media type is not supported"),
    "no_face": (422, "No face can be scored"),
    "too_little_material": (422, "The video shows too little of a face"),
    "audio_required": (422, "A sound is needed beside the video"),
    "no_speech": (422, "Nobody speaks in the new sound"),
    "sound_too_long": (422, "The new sound outlasts what the picture can go on for"),
    "engine_unavailable": (409, "The engine is not installed"),
    "landmarks_unavailable": (409, "The landmark model is not installed"),
    "unknown_option": (422, "The option is unknown"),
    "invalid_option": (422, "The option is invalid"),
    "invalid_request": (422, "The request is invalid"),
    "invalid_cursor": (422, "The cursor is invalid"),
    "upload_incomplete": (400, "The upload was cut off"),
    "unsupported_tus_version": (412, "The version of tus is not spoken here"),
    "unsupported_checksum": (400, "The checksum cannot be checked"),
    "checksum_mismatch": (460, "The checksum does not match"),
    "offset_conflict": (409, "The upload stands elsewhere"),
    "not_found": (404, "Not found"),
    "method_not_allowed": (405, "The method is not allowed"),
    "range_not_satisfiable": (416, "The range cannot be satisfied"),
    "idempotency_conflict": (422, "The idempotency key belongs to another request"),
    "idempotency_in_flight": (409, "The first request with this key is still in flight"),
    "media_in_use": (409, "An unfinished job uses the media"),
    "job_finished": (409, "The job has ended"),
    "job_unfinished": (409, "The job has not ended"),
    "batch_finished": (409, "The batch has ended"),
    "too_many_items": (422, "The batch has too many items"),
    "items_refused": (422, "Items of the batch are refused"),
    "duplicate_item": (422, "The batch has the same item twice"),
    "webhook_refused": (422, "The webhook is refused"),
    "url_refused": (422, "The URL is refused"),
    "url_unreachable": (422, "The URL cannot be fetched"),
    "too_many_jobs": (429, "Too many unfinished jobs"),
    "too_many_batches": (429, "Too many unfinished batches"),
    "quota_exceeded": (507, "The key stores as much as it may"),
    "foreign_site": (403, "The request comes from another site"),
    "rate_limited": (429, "Too many requests"),
    "unauthorized": (401, "A valid API key is needed"),
    "storage_unavailable": (503, "The storage is not available"),
    "not_ready": (503, "The service is not ready"),
    "render_failed": (500, "The repaired video could not be written"),
    "repair_refused": (422, "The repaired video is not given out"),
    "canceled": (409, "The job was canceled"),
    "timed_out": (504, "The time limit was reached"),
    "worker_lost": (500, "The worker was lost"),
    "internal": (500, "Internal error"),
}


class HttpError(LiptuneError):
    """An error with headers of its own."""

    headers: ClassVar[dict[str, str]] = {}


class InvalidRequest(HttpError):
    """The request's syntax, fields or parameters are wrong."""

    code = "invalid_request"


class InvalidCursor(HttpError):
    """A cursor that this service did not hand out."""

    code = "invalid_cursor"


class UploadIncomplete(HttpError):
    """The body ended before it was whole."""

    code = "upload_incomplete"
    headers: ClassVar[dict[str, str]] = {"Connection": "close"}


class UnsupportedTusVersion(HttpError):
    """The client speaks another version of tus, or did not say."""

    code = "unsupported_tus_version"
    headers: ClassVar[dict[str, str]] = {"Tus-Version": "1.0.0"}


class UnsupportedChecksum(HttpError):
    """A checksum that cannot be checked."""

    code = "unsupported_checksum"


class ChecksumMismatch(HttpError):
    """A part that is not what its checksum says."""

    code = "checksum_mismatch"


class OffsetConflict(HttpError):
    """A part that does not begin where the upload has ended so far."""

    code = "offset_conflict"


class RangeNotSatisfiable(HttpError):
    """A range that begins beyond the file's end."""

    code = "range_not_satisfiable"

    def __init__(self, size: int) -> None:
        super().__init__(f"The file has {size} bytes.", details={"bytes": size})


class IdempotencyConflict(HttpError):
    """The same key came with another input."""

    code = "idempotency_conflict"


class IdempotencyInFlight(HttpError):
    """The first request with this key has not been answered yet."""

    code = "idempotency_in_flight"
    headers: ClassVar[dict[str, str]] = {"Retry-After": "1"}


class MediaInUse(HttpError):
    """The media cannot be deleted yet."""

    code = "media_in_use"


class JobFinished(HttpError):
    """Too late to cancel."""

    code = "job_finished"


class JobUnfinished(HttpError):
    """Too early to delete."""

    code = "job_unfinished"


class BatchFinished(HttpError):
    """Too late to cancel."""

    code = "batch_finished"


class TooManyItems(HttpError):
    """A batch that is larger than it may be."""

    code = "too_many_items"


class ItemsRefused(HttpError):
    """Some of a batch's items cannot be done; ``details`` says which, and why."""

    code = "items_refused"


class DuplicateItem(HttpError):
    """Two items of a batch are the same video with the same sound."""

    code = "duplicate_item"


class TooManyBatches(HttpError):
    """The key's unfinished batches are at their limit."""

    code = "too_many_batches"
    headers: ClassVar[dict[str, str]] = {"Retry-After": "30"}


class TooManyJobs(HttpError):
    """The key's unfinished jobs are at their limit."""

    code = "too_many_jobs"
    headers: ClassVar[dict[str, str]] = {"Retry-After": "5"}


class QuotaExceeded(HttpError):
    """The key would store more than it may."""

    code = "quota_exceeded"


class RateLimited(LiptuneError):
    """The key, or the address, has made too many requests."""

    code = "rate_limited"

    def __init__(self, limit: str, seconds: int) -> None:
        super().__init__(f"There may be {limit}.", remedy=f"Come back in {seconds} s.")
        self.seconds = seconds


class Unauthorized(HttpError):
    """No key, or a wrong one."""

    code = "unauthorized"
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": "Bearer"}


class NotReady(HttpError):
    """Something the service needs does not work."""

    code = "not_ready"


def problem(code: str, detail: str, **more: Any) -> dict[str, Any]:
    """The problem object of a code; members that are empty are left out."""
    status, title = PROBLEMS.get(code, PROBLEMS["internal"])
    body = {"type": PROBLEM_TYPE + code, "title": title, "status": status, "detail": detail, "code": code}
    return body | {name: value for name, value in more.items() if value}
