"""What a request means, so that the same one is known again."""

import hashlib
import json
from typing import Any

from liptune.api.jobs.schemas import JobRequest, UrlSource
from liptune.core.store.database.models import Media


def fingerprint(
    wanted: JobRequest, video: Media | None, audio: Media | None, gallery: Media | None = None
) -> str:
    """SHA-256 of operation, options, media, webhook URL and metadata: the same for JSON and form."""
    told = wanted.webhook.url if wanted.webhook else None
    given = [content_of(wanted.video, video), content_of(wanted.audio, audio)]
    given += [content_of(wanted.gallery, gallery)] if wanted.gallery else []
    return digest_of([wanted.operation, wanted.options, *given, told, wanted.metadata])


def content_of(wanted: str | UrlSource | None, media: Media | None) -> str | None:
    """What stands for the bytes: their digest, or where they are to be had."""
    if isinstance(wanted, UrlSource):
        return wanted.url
    return media.sha256 if media else None


def digest_of(meaning: Any) -> str:
    """SHA-256 of what can be written as JSON."""
    return hashlib.sha256(json.dumps(meaning, sort_keys=True).encode()).hexdigest()
