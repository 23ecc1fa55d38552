"""Queries by which workers claim, renew and end jobs; each changes a row only while the attempt holds it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Update, and_, case, delete, func, select, update
from sqlalchemy.orm import Session

from liptune.core.settings import GPU
from liptune.core.store.batches.ends import lock_batches
from liptune.core.store.database.models import Artifact, Job, JobPart, JobStatus, Media
from liptune.core.store.ids import new_id, now
from liptune.core.store.jobs.repository import DONE, PROGRESS, JobRepository
from liptune.core.store.jobs.turns import LONGEST_PUT_OFF, next_job

PUT_OFF = timedelta(seconds=10)
ANALYSE = "analyse"
"""The stage in which a picture is looked at, in parts where it is long."""


@dataclass(frozen=True)
class Claim:
    """The right to run a job, until another attempt takes it over.

    ``foreseen``: whether an earlier step has said what the copy will lack. ``analysed``: how far an earlier
    step has come with the parts of the picture, 0 to 1; None where it has not begun with them.
    """

    job_id: str
    token: str
    attempt: int
    queue: str
    operation: str
    options: dict[str, Any]
    video: Media | None
    audio: Media | None
    request_id: str | None
    traceparent: str | None
    owner: str = ""
    to_fetch: Mapping[str, str] = field(default_factory=dict)
    foreseen: bool = False
    gallery: Media | None = None
    analysed: float | None = None

    @property
    def pause(self) -> timedelta:
        """Before the next attempt, where what this one needs is away: longer each time."""
        return min(PUT_OFF * (1 << (self.attempt - 1)), LONGEST_PUT_OFF)


def kept_of_parts() -> dict[str, Any]:
    """What to write of the stage of a job that is given back: how far the parts of its picture are, if it is
    looked at in parts, since what is done of them stays. Everything else begins anew.
    """
    parts = select(JobPart.job_id).where(JobPart.job_id == Job.id).exists()
    stays = and_(Job.stage == ANALYSE, parts)
    return {"stage": case((stays, Job.stage)), "progress": case((stays, Job.progress), else_=0.0)}


@dataclass(frozen=True)
class Judgement:
    """What a score comes to: its verdict, its offset and the largest one of a stretch, either way, in ms."""

    verdict: str
    offset_ms: float | None
    worst_ms: float


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended. ``error``: ``code``, ``detail``, ``remedy`` and ``details``."""

    status: JobStatus
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
    artifacts: Sequence[Artifact] = ()
    judgement: Judgement | None = None


class AttemptRepository:
    """The SQL of claiming, renewing and ending attempts. The caller commits."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.jobs = JobRepository(session)

    def claim_next(self, queue: str, worker: str, message: str | None, lease: timedelta) -> Claim | None:
        """Takes the job of the queue whose turn it is, for the message of this id; None when none waits."""
        job_id = next_job(self.session, queue)
        return self.claim(job_id, worker, [queue], lease, message) if job_id is not None else None

    def claim(
        self, job_id: str, worker: str, queues: Sequence[str], lease: timedelta, message: str | None = None
    ) -> Claim | None:
        """Takes a job that waits in one of the queues; None when somebody else has, or it has ended."""
        token = new_id()
        statement = (
            update(Job)
            .where(Job.id == job_id, Job.status == JobStatus.QUEUED, Job.queue.in_(queues))
            .values(
                status=JobStatus.RUNNING,
                token=token,
                worker=worker,
                message=message,
                attempt=Job.attempt + 1,
                started_at=func.coalesce(Job.started_at, now()),
                claimed_at=now(),
                lease_expires_at=now() + lease,
            )
        )
        if not self._changes(statement):
            return None
        self.jobs.record(job_id, "status", {"status": JobStatus.RUNNING})
        return self.describe(self.session.get_one(Job, job_id), token)

    def renew(self, claim: Claim, lease: timedelta) -> bool:
        """Extends the lease; False if the attempt has been taken over."""
        return self._changes(self._mine(claim).values(lease_expires_at=now() + lease))

    def report(self, claim: Claim, stage: str, fraction: float) -> bool:
        """Writes the progress; False if the attempt has been taken over."""
        written = self._changes(self._mine(claim).values(stage=stage, progress=fraction))
        if written:
            self.jobs.record(claim.job_id, PROGRESS, {"stage": stage, "progress": fraction})
        return written

    def foresee(self, claim: Claim, losses: list[dict[str, Any]]) -> bool:
        """Writes what the copy will lack; False if the attempt has been taken over."""
        written = self._changes(self._mine(claim).values(foreseen_losses=losses))
        if written:
            self.jobs.record(claim.job_id, "losses", {"foreseen_losses": losses})
        return written

    def cancel_requested(self, claim: Claim) -> bool:
        """Tells whether the owner wants the attempt to stop."""
        return bool(self.session.scalar(select(Job.cancel_requested).where(Job.id == claim.job_id)))

    def finish(self, claim: Claim, outcome: Outcome) -> bool:
        """Ends the job; False, with nothing changed, if the attempt has been taken over."""
        values: dict[str, Any] = {
            "status": outcome.status,
            "result": outcome.result,
            "error": outcome.error,
            "bytes": sum(artifact.bytes for artifact in outcome.artifacts),
            "finished_at": now(),
            "to_fetch": None,
            "token": None,
            "lease_expires_at": None,
        }
        if outcome.status == JobStatus.SUCCEEDED:
            values["progress"] = 1.0
        if outcome.judgement is not None:
            values |= asdict(outcome.judgement)
        if not self._changes(self._mine(claim).values(**values)):
            return False
        self.session.execute(delete(JobPart).where(JobPart.job_id == claim.job_id))
        self.session.add_all(outcome.artifacts)
        self.jobs.record(claim.job_id, DONE, {"status": outcome.status})
        return True

    def bring(self, claim: Claim, media: Mapping[str, str]) -> bool:
        """Ends the fetching attempt: the job has its media, by ``video``, ``audio`` and ``gallery``.

        It then waits to be run. False as of `hand_over`.
        """
        brought = {f"{name}_id": media_id for name, media_id in media.items()}
        waits = {"queue": GPU, "attempt": Job.attempt - 1, "to_fetch": None}
        return self._give_back(claim, enqueued_at=now(), **waits, **brought)

    def hand_over(self, claim: Claim, queue: str) -> bool:
        """Ends the attempt's step: the job waits in ``queue`` for the next, which is not counted again.

        False if the attempt has been taken over, or the job was to be canceled: then it is.
        """
        waits = {"queue": queue, "attempt": Job.attempt - 1}
        return self._give_back(claim, enqueued_at=now(), **waits)

    def put_off(self, claim: Claim, delay: timedelta) -> bool:
        """Ends an attempt that may succeed later: the job is enqueued again after ``delay``.

        False as of `hand_over`.
        """
        return self._give_back(claim, enqueued_at=now() + delay, started_at=None)

    def release(self, worker: str) -> int:
        """Gives back, uncounted, whatever a worker that shuts down was running. Returns how many jobs."""
        running = update(Job).where(
            Job.worker == worker, Job.stands(JobStatus.RUNNING), Job.cancel_requested.is_(False)
        )
        back = running.values(
            status=JobStatus.QUEUED,
            token=None,
            lease_expires_at=None,
            attempt=Job.attempt - 1,
            started_at=None,
            **kept_of_parts(),
        )
        released = self.session.execute(back.returning(Job.id, Job.batch_id)).all()
        lock_batches(self.session, [batch_id for _, batch_id in released])
        helped = update(JobPart).where(~JobPart.done, JobPart.worker == worker)
        self.session.execute(helped.values(token=None, worker=None, lease_expires_at=None))
        for job_id, _ in released:
            self.jobs.record(job_id, "status", {"status": JobStatus.QUEUED})
        return len(released)

    def _give_back(self, claim: Claim, **values: Any) -> bool:
        queued = {"status": JobStatus.QUEUED, "token": None, "lease_expires_at": None}
        wanted = self._mine(claim).where(Job.cancel_requested.is_(False))
        if not self._changes(wanted.values(**queued, **kept_of_parts(), **values)):
            self.finish(claim, Outcome(JobStatus.CANCELED))
            return False
        self.jobs.record(claim.job_id, "status", {"status": JobStatus.QUEUED})
        return True

    def describe(self, job: Job, token: str) -> Claim:
        """The job, as it is told to whoever works at it under this token."""
        return Claim(
            job_id=job.id,
            token=token,
            attempt=job.attempt,
            queue=job.queue,
            operation=job.operation,
            options=job.options,
            video=self.session.get(Media, job.video_id) if job.video_id else None,
            audio=self.session.get(Media, job.audio_id) if job.audio_id else None,
            gallery=self.session.get(Media, job.gallery_id) if job.gallery_id else None,
            request_id=job.request_id,
            traceparent=job.traceparent,
            owner=job.owner,
            to_fetch=job.to_fetch or {},
            foreseen=job.foreseen_losses is not None,
            analysed=job.progress if job.stage == ANALYSE else None,
        )

    def _mine(self, claim: Claim) -> Update:
        return update(Job).where(
            Job.id == claim.job_id, Job.token == claim.token, Job.status == JobStatus.RUNNING
        )

    def _changes(self, statement: Update) -> bool:
        return self.session.execute(statement).rowcount == 1  # type: ignore[attr-defined, no-any-return]
