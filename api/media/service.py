"""Accepts, reads and deletes media. Everything here blocks, but `accept`: call it from a thread."""

from collections.abc import Iterable

from sqlalchemy.exc import IntegrityError

from liptune.api import cursor
from liptune.api.errors import MediaInUse, QuotaExceeded
from liptune.api.media.schemas import MediaFacts, MediaPage, MediaResource
from liptune.api.services import Services, in_thread
from liptune.api.uploads.receive import Upload
from liptune.api.usage.quota import require_bytes, reserve_bytes
from liptune.core.errors import LiptuneError, NotFound
from liptune.core.media.probe.allowed import media_limits
from liptune.core.media.probe.probe import probe
from liptune.core.media.read.levels import MOST_STREAMS, Levels, measure_levels
from liptune.core.media.types import MediaInfo
from liptune.core.store.database.models import Media
from liptune.core.store.ids import new_id, now
from liptune.core.store.media import MediaRepository


async def accept(
    services: Services,
    owner: str,
    upload: Upload,
    metadata: dict[str, str] | None = None,
    *,
    announced: int = 0,
) -> tuple[Media, bool]:
    """Probes an upload and makes it media; returns it and whether it is new.

    ``metadata`` replaces what the same bytes had before. ``announced``: bytes of it that count as the
    owner's already.

    Raises:
        MediaError: It cannot be used.
        QuotaExceeded: The owner would store too much.
    """
    known = await in_thread(_refresh, services, owner, upload.writer.sha256(), metadata)
    if known is not None:
        return known, False
    await in_thread(_require_room, services, owner, upload, announced)
    async with services.probing:
        facts = await in_thread(_probe, services, upload)
    return await in_thread(_keep, services, owner, upload, facts, metadata, announced=announced)


def accept_fetched(services: Services, owner: str, upload: Upload) -> Media:
    """As `accept`, of a file that the service has fetched by itself."""
    known = _refresh(services, owner, upload.writer.sha256())
    if known is None:
        _require_room(services, owner, upload, 0)
    return known or _keep(services, owner, upload, _probe(services, upload))[0]


def page(
    services: Services, owner: str, labels: Iterable[tuple[str, str]], after: str | None, limit: int
) -> MediaPage:
    """Returns one page behind the cursor ``after``, and the cursor of the next."""
    before = cursor.decode(after) if after is not None else None
    with services.store.database.reading() as session:
        found = MediaRepository(session).page(owner, labels, before, limit + 1)
    shown = [MediaResource.show(media) for media in found[:limit]]
    return MediaPage(items=shown, next_cursor=cursor.following([media.id for media in found], limit))


def find(services: Services, owner: str, media_id: str) -> Media:
    """Returns the owner's media, or raises NotFound."""
    with services.store.database.reading() as session:
        return _found(MediaRepository(session).get(media_id, owner), media_id)


def delete(services: Services, owner: str, media_id: str) -> None:
    """Removes media that no unfinished job uses."""
    with services.store.database.writing() as session:
        repository = MediaRepository(session)
        media = _found(repository.lock(media_id, owner), media_id)
        if repository.in_use(media_id):
            raise MediaInUse(
                f"An unfinished job uses the media {media_id}.", remedy="Cancel the job, or wait."
            )
        repository.delete(media)
    services.store.blobs.delete(media.blob)


def _found(media: Media | None, media_id: str) -> Media:
    if media is None:
        raise NotFound(f"There is no media {media_id[:64]!r}.")
    return media


def _refresh(
    services: Services, owner: str, sha256: str, metadata: dict[str, str] | None = None
) -> Media | None:
    with services.store.database.writing() as session:
        media = MediaRepository(session).find(sha256, owner)
        if media is not None:
            media.expires_at = now() + services.settings.retention
            if metadata is not None:
                media.labels = metadata
        return media


def _probe(services: Services, upload: Upload) -> MediaFacts:
    with upload.writer.path() as path:
        try:
            found = probe(path, media_limits(services.settings))
            return MediaFacts.of(found, _levels(found))
        except LiptuneError as error:
            error.message = error.message.replace(path.name, upload.filename or "The file")
            raise


def _levels(found: MediaInfo) -> dict[int, Levels | None]:
    """Where there is something to choose: by the streams' indices."""
    if len(found.audio) < 2 and sum(stream.channels for stream in found.audio) <= 2:
        return {}
    return {stream.index: measure_levels(found, stream) for stream in found.audio[:MOST_STREAMS]}


def _require_room(services: Services, owner: str, upload: Upload, announced: int) -> None:
    """Refuses early what `_keep` would refuse: probing takes time."""
    with services.store.database.reading() as session:
        require_bytes(session, services, owner, upload.writer.size - announced)


def _keep(
    services: Services,
    owner: str,
    upload: Upload,
    facts: MediaFacts,
    metadata: dict[str, str] | None = None,
    *,
    announced: int = 0,
) -> tuple[Media, bool]:
    media_id = new_id()
    stored = upload.writer.commit(f"media/{media_id}")
    media = Media(
        id=media_id,
        owner=owner,
        sha256=stored.sha256,
        bytes=stored.bytes,
        filename=upload.filename,
        media_type=upload.media_type,
        blob=stored.key,
        facts=facts.model_dump(mode="json"),
        labels=metadata or {},
        created_at=now(),
        expires_at=now() + services.settings.retention,
    )
    try:
        with services.store.database.writing() as session:
            reserve_bytes(session, services, owner, stored.bytes - announced)
            MediaRepository(session).add(media)
    except QuotaExceeded:
        services.store.blobs.delete(stored.key)
        raise
    except IntegrityError:
        services.store.blobs.delete(stored.key)
        twin = _refresh(services, owner, stored.sha256, metadata)
        return _found(twin, media_id), False
    return media, True
