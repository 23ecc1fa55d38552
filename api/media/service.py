"""Accepts, reads and deletes media. Everything here blocks, but `accept`: call it from a thread."""

from sqlalchemy.exc import IntegrityError

from liptune.api.errors import MediaInUse
from liptune.api.media.schemas import MediaFacts
from liptune.api.services import Services, in_thread
from liptune.api.uploads.receive import Upload
from liptune.core.errors import LiptuneError, NotFound
from liptune.core.media.probe.allowed import media_limits
from liptune.core.media.probe.probe import probe
from liptune.core.store.database.models import Media
from liptune.core.store.ids import new_id, now
from liptune.core.store.media import MediaRepository


async def accept(services: Services, owner: str, upload: Upload) -> tuple[Media, bool]:
    """Probes an upload and makes it media; returns it and whether it is new.

    Raises:
        MediaError: It cannot be used.
    """
    known = await in_thread(_refresh, services, owner, upload.writer.sha256())
    if known is not None:
        return known, False
    async with services.probing:
        facts = await in_thread(_probe, services, upload)
    return await in_thread(_keep, services, owner, upload, facts)


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


def _refresh(services: Services, owner: str, sha256: str) -> Media | None:
    with services.store.database.writing() as session:
        media = MediaRepository(session).find(sha256, owner)
        if media is not None:
            media.expires_at = now() + services.settings.retention
        return media


def _probe(services: Services, upload: Upload) -> MediaFacts:
    with upload.writer.path() as path:
        try:
            return MediaFacts.of(probe(path, media_limits(services.settings)))
        except LiptuneError as error:
            error.message = error.message.replace(path.name, upload.filename or "The file")
            raise


def _keep(services: Services, owner: str, upload: Upload, facts: MediaFacts) -> tuple[Media, bool]:
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
        created_at=now(),
        expires_at=now() + services.settings.retention,
    )
    try:
        with services.store.database.writing() as session:
            MediaRepository(session).add(media)
    except IntegrityError:
        services.store.blobs.delete(stored.key)
        twin = _refresh(services, owner, stored.sha256)
        return _found(twin, media_id), False
    return media, True
