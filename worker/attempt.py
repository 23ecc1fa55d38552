"""Runs one attempt at the job whose turn it is: its operation, its files kept, how it ended recorded."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from liptune.core.errors import Canceled, MediaUnreadable
from liptune.core.media.probe.allowed import media_limits
from liptune.core.operations.table import (
    OPERATIONS,
    OperationResult,
    load_analysis,
    load_forewarning,
    parse_options,
)
from liptune.core.options import MeasureOptions
from liptune.core.settings import CPU, GPU, Settings
from liptune.core.store.database.models import JobStatus, Media
from liptune.core.store.jobs.claims import AttemptRepository, Claim, Outcome
from liptune.core.store.jobs.lease import AttemptLost, Lease
from liptune.core.store.store import Store
from liptune.worker.artifacts import keep
from liptune.worker.cache import open_cache
from liptune.worker.observation import Observation, observed
from liptune.worker.outcome import Ending, HandOver, PutOff, end, ending_of
from liptune.worker.progress_and_cancel import Reporter

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Step:
    """What is to be done next of a job, and the queue that it waits in."""

    job_id: str
    queue: str


def run_next(queue: str, worker: str, message: str, store: Store, settings: Settings) -> Step | None:
    """Claims the job of the queue whose turn it is and runs it; returns its next step, where that is not this
    worker's.

    ``message``: the id of the message that said that a job waits. Returns at once when none does.
    """
    with store.database.writing() as session:
        claim = AttemptRepository(session).claim_next(queue, worker, message, settings.lease)
    if claim is None:
        log.info("nothing_to_claim", queue=queue)
        return None
    fields = {"job_id": claim.job_id, "request_id": claim.request_id, "attempt": claim.attempt}
    with structlog.contextvars.bound_contextvars(**fields):
        log.info("job_started", operation=claim.operation, queue=claim.queue)
        further = _run(claim, store, settings)
    return Step(claim.job_id, further) if further is not None else None


def _run(claim: Claim, store: Store, settings: Settings) -> str | None:
    try:
        with Lease(store.database, claim, settings) as lease:
            with observed(store.database, claim) as observation:
                reporter = Reporter(store.database, claim, lease, observation)
                ending = _attempt(claim, store, settings, reporter)
                _count(observation, claim, ending)
            return end(claim, ending, store, lease)
    except AttemptLost:
        log.warning("attempt_lost")
        return None


def _count(observation: Observation, claim: Claim, ending: Ending) -> None:
    match ending:
        case Outcome():
            observation.count("attempts", claim.operation, ending.status)
            stored = sum(artifact.bytes for artifact in ending.artifacts)
            observation.count("artifact_bytes", claim.operation, amount=stored)
        case HandOver():
            observation.count("attempts", claim.operation, "handed_over")
        case PutOff():
            observation.count("attempts", claim.operation, "put_off")


def _attempt(claim: Claim, store: Store, settings: Settings, reporter: Reporter) -> Ending:
    try:
        return _step(claim, store, settings, reporter)
    except AttemptLost:
        raise
    except Canceled:
        return Outcome(JobStatus.CANCELED)
    except Exception as error:  # noqa: BLE001 - every error becomes the job's
        return ending_of(error, claim, settings)


def _step(claim: Claim, store: Store, settings: Settings, reporter: Reporter) -> Ending:
    with TemporaryDirectory(prefix=f"{claim.job_id}-", dir=store.scratch.path) as folder:
        if OPERATIONS[claim.operation].repairs and not claim.foreseen:
            _foresee(claim, store, settings, reporter, Path(folder))
        if claim.queue == GPU and CPU not in settings.queues:
            _analyse(claim, store, settings, reporter)
            return HandOver(CPU)
        finished = _operate(claim, store, settings, reporter, Path(folder))
        artifacts = keep(store.blobs, claim, finished.artifacts)
        return Outcome(JobStatus.SUCCEEDED, result=finished.result, artifacts=artifacts)


def _foresee(claim: Claim, store: Store, settings: Settings, reporter: Reporter, folder: Path) -> None:
    """Puts on the job what the copy will lack, before anything is measured."""
    options = parse_options(claim.operation, claim.options)
    with _given(claim, store) as (video, audio):
        losses = load_forewarning()(
            video, audio, options, folder=folder, progress=reporter, limits=media_limits(settings)
        )
    reporter.foresee([loss.shown() for loss in losses])


def _analyse(claim: Claim, store: Store, settings: Settings, reporter: Reporter) -> None:
    """Leaves the analysis in storage, where the worker that goes on finds it."""
    options = parse_options(claim.operation, claim.options)
    if not isinstance(options, MeasureOptions):
        return
    with _given(claim, store) as (video, audio):
        load_analysis()(
            video,
            audio,
            options,
            cache=open_cache(store, reporter.observation),
            progress=reporter,
            limits=media_limits(settings),
        )


def _operate(
    claim: Claim, store: Store, settings: Settings, reporter: Reporter, folder: Path
) -> OperationResult:
    operation = OPERATIONS[claim.operation].load()
    with _given(claim, store) as (video, audio), _lent(claim, store) as lent:
        return operation(
            video,
            audio,
            parse_options(claim.operation, claim.options),
            output=folder,
            cache=open_cache(store, reporter.observation),
            progress=reporter,
            limits=media_limits(settings),
            **lent,
        )


@contextmanager
def _lent(claim: Claim, store: Store) -> Iterator[dict[str, Path]]:
    """The gallery of an operation that was given one."""
    if claim.gallery is None:
        yield {}
        return
    with store.blobs.local(claim.gallery.blob) as path:
        yield {"gallery": path}


@contextmanager
def _given(claim: Claim, store: Store) -> Iterator[tuple[Path, Path | None]]:
    with ExitStack() as files:
        video = files.enter_context(store.blobs.local(_present(claim.video).blob))
        yield video, files.enter_context(store.blobs.local(claim.audio.blob)) if claim.audio else None


def _present(video: Media | None) -> Media:
    if video is None:
        raise MediaUnreadable("The video was deleted before the job could run.")
    return video
