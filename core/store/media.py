"""Queries for uploaded media."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from liptune.core.store.database.columns import storable
from liptune.core.store.database.models import UNFINISHED, Job, Media


class MediaRepository:
    """The SQL of media. The caller commits."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def add(self, media: Media) -> None:
        """Inserts a probed file; one per owner and content (else IntegrityError)."""
        self.session.add(media)
        self.session.flush()

    def get(self, media_id: str, owner: str) -> Media | None:
        """Returns the owner's media of this id."""
        return self.session.scalar(self._select(media_id, owner)) if storable(media_id) else None

    def page(
        self, owner: str, labels: Iterable[tuple[str, str]], before: str | None, limit: int
    ) -> Sequence[Media]:
        """Returns up to ``limit`` of the owner's media, newest first, older than the id ``before``, whose
        metadata hold the ``labels``."""
        query = select(Media).where(Media.owner == owner).order_by(Media.id.desc()).limit(limit)
        if before is not None:
            query = query.where(Media.id < before)
        for key, value in labels:
            if not (storable(key) and storable(value)):
                return ()
            query = query.where(Media.labels[key].as_string() == value)
        return self.session.scalars(query).all()

    def lock(self, media_id: str, owner: str) -> Media | None:
        """Like `get`, and keeps it from being deleted until the transaction ends."""
        if not storable(media_id):
            return None
        return self.session.scalar(self._select(media_id, owner).with_for_update())

    def lock_all(self, media_ids: Collection[str], owner: str) -> dict[str, Media]:
        """Like `lock`, of many; those that are there, by their ids."""
        known = select(Media).where(Media.id.in_(filter(storable, media_ids)), Media.owner == owner)
        return {media.id: media for media in self.session.scalars(known.order_by(Media.id).with_for_update())}

    def find(self, sha256: str, owner: str) -> Media | None:
        """Returns the owner's media with this content."""
        return self.session.scalar(select(Media).where(Media.sha256 == sha256, Media.owner == owner))

    def in_use(self, media_id: str) -> bool:
        """Tells whether an unfinished job needs it."""
        uses = or_(Job.video_id == media_id, Job.audio_id == media_id, Job.gallery_id == media_id)
        query = select(Job.id).where(uses, Job.status.in_(UNFINISHED)).limit(1)
        return self.session.scalar(query) is not None

    def delete(self, media: Media) -> None:
        """Removes the row; the file is the caller's."""
        self.session.delete(media)

    def _select(self, media_id: str, owner: str) -> Select[Media]:
        return select(Media).where(Media.id == media_id, Media.owner == owner)
