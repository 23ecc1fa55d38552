"""What a key stores, and how many of its jobs and batches have not ended."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from liptune.core.store.database.models import UNFINISHED, Batch, Job, JobStatus, Media, ResumableUpload


@dataclass(frozen=True)
class Stored:
    """Bytes of one key: its media, the artifacts of its jobs, and its uploads that are not whole yet, each by
    the length that was announced.
    """

    media: int
    artifacts: int
    uploads: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.media + self.artifacts + self.uploads


class UsageRepository:
    """The SQL of what a key uses."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def lock(self, owner: str) -> None:
        """Makes others that would use more wait until the transaction ends, so that counting is sure."""
        if self.session.get_bind().dialect.name == "postgresql":
            self.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(owner, 0))))

    def stored(self, owner: str) -> Stored:
        """What the owner stores."""
        media = select(func.coalesce(func.sum(Media.bytes), 0)).where(Media.owner == owner)
        made = select(func.coalesce(func.sum(Job.bytes), 0)).where(Job.owner == owner)
        # Not by the media that one has become, which may have been deleted since.
        begun = ResumableUpload.owner == owner, ResumableUpload.offset < ResumableUpload.length
        announced = select(func.coalesce(func.sum(ResumableUpload.length), 0)).where(*begun)
        return Stored(*(int(self.session.scalar(query) or 0) for query in (media, made, announced)))

    def unfinished(self, owner: str, *, in_batches: bool = False) -> dict[str, int]:
        """The owner's jobs that have not ended, those of batches or the others, by status."""
        single = Job.batch_id.is_(None)
        query = select(Job.status, func.count()).where(
            Job.owner == owner, Job.status.in_(UNFINISHED), ~single if in_batches else single
        )
        found: dict[str, int] = dict(self.session.execute(query.group_by(Job.status)).all())
        return {status.value: found.get(status, 0) for status in (JobStatus.QUEUED, JobStatus.RUNNING)}

    def unfinished_batches(self, owner: str) -> int:
        """How many of the owner's batches have not ended."""
        query = select(func.count()).where(Batch.owner == owner, Batch.finished_at.is_(None))
        return self.session.scalar(query) or 0
