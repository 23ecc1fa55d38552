"""Runs one attempt at the job whose turn it is: its operation, its files kept, how it ended recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import structlog

from liptune.core.errors import Canceled
from liptune.core.media.probe.allowed import media_limits
from liptune.core.operations.table import (
    OPERATIONS,
    OperationResult,
    load_analysis,
    load_forewarning,
    parse_options,
)
from liptune.core.options import MeasureOptions
from liptune.core.progress import Beyond, Progress
from liptune.core.report.rows import worst_ms
from liptune.core.settings import CPU, GPU, Settings
from liptune.core.store.database.models import JobStatus
from liptune.core.store.jobs.claims import AttemptRepository, Claim, Judgement, Outcome
from liptune.core.store.jobs.lease import AttemptLost, Lease
from liptune.core.store.store import Store
from liptune.worker.artifacts import keep
from liptune.worker.cache import open_cache
from liptune.worker.given import given, lent
from liptune.worker.observation import Observation, observed
from liptune.worker.outcome import Ending, HandOver, PutOff, end, ending_of
from liptune.worker.parts.divide import Call, OthersWait, divided, nobody
from liptune.worker.parts.help import help_out
from liptune.worker.progress_and_cancel import Reporter

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Step:
    """What is to be done next of a job, and the queue that it waits in."""

    job_id: str
    queue: str


def run_next(
    queue: str, worker: str, message: str, store: Store, settings: Settings, *, call: Call = nobody
) -> Step | None:
    """Claims the job of the queue whose turn it is and runs it; returns its next step, where that is not this
    worker's. Where no job waits, it helps with a part of one that runs.

    ``message``: the id of the message that said that a job waits. ``call``: sends such messages for the parts
    of the job. Returns at once when nothing waits.
    """
    with store.database.writing() as session:
        claim = AttemptRepository(session).claim_next(queue, worker, message, settings.lease)
    if claim is None:
        if not help_out(queue, worker, store, settings):
            log.info("nothing_to_claim", queue=queue)
        return None
    fields = {"job_id": claim.job_id, "request_id": claim.request_id, "attempt": claim.attempt}
    with structlog.contextvars.bound_contextvars(**fields):
        log.info("job_started", operation=claim.operation, queue=claim.queue)
        further = _run(claim, store, settings, call)
    return Step(claim.job_id, further) if further is not None else None


def _run(claim: Claim, store: Store, settings: Settings, call: Call) -> str | None:
    try:
        with Lease(store.database, claim, settings) as lease:
            with observed(store.database, claim) as observation:
                reporter = Reporter(store.database, claim, lease, observation)
                ending = _attempt(claim, store, settings, reporter, call)
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


def _attempt(claim: Claim, store: Store, settings: Settings, reporter: Reporter, call: Call) -> Ending:
    try:
        return _step(claim, store, settings, reporter, call)
    except AttemptLost:
        raise
    except OthersWait:
        return HandOver(claim.queue)
    except Canceled:
        return Outcome(JobStatus.CANCELED)
    except Exception as error:  # noqa: BLE001 - every error becomes the job's
        return ending_of(error, claim, settings)


def _step(claim: Claim, store: Store, settings: Settings, reporter: Reporter, call: Call) -> Ending:
    with TemporaryDirectory(prefix=f"{claim.job_id}-", dir=store.scratch.path) as folder:
        if OPERATIONS[claim.operation].repairs and not claim.foreseen:
            _foresee(claim, store, settings, reporter, Path(folder))
        progress: Progress = reporter
        if claim.queue == GPU and divided(claim, store, settings, reporter, call):
            progress = Beyond(reporter, ("probe", "analyse"), ("analyse", 0.99))
        if claim.queue == GPU and CPU not in settings.queues:
            _analyse(claim, store, settings, reporter.observation, progress)
            return HandOver(CPU)
        finished = _operate(claim, store, settings, reporter.observation, progress, Path(folder))
        artifacts = keep(store.blobs, claim, finished.artifacts)
        judgement = _judgement(finished.result)
        return Outcome(JobStatus.SUCCEEDED, result=finished.result, artifacts=artifacts, judgement=judgement)


def _judgement(result: Mapping[str, Any]) -> Judgement | None:
    """What the job is sorted by among others of a batch; None where nothing is scored."""
    score = result.get("score")
    return Judgement(score["verdict"], score["offset_ms"], worst_ms(result)) if score else None


def _foresee(claim: Claim, store: Store, settings: Settings, reporter: Reporter, folder: Path) -> None:
    """Puts on the job what the copy will lack, before anything is measured."""
    options = parse_options(claim.operation, claim.options)
    with given(claim, store) as (video, audio):
        losses = load_forewarning()(
            video, audio, options, folder=folder, progress=reporter, limits=media_limits(settings)
        )
    reporter.foresee([loss.shown() for loss in losses])


def _analyse(
    claim: Claim, store: Store, settings: Settings, observation: Observation, progress: Progress
) -> None:
    """Leaves the analysis in storage, where the worker that goes on finds it."""
    options = parse_options(claim.operation, claim.options)
    if not isinstance(options, MeasureOptions):
        return
    with given(claim, store) as (video, audio):
        load_analysis()(
            video,
            audio,
            options,
            cache=open_cache(store, observation),
            progress=progress,
            limits=media_limits(settings),
        )


def _operate(  # noqa: PLR0917
    claim: Claim,
    store: Store,
    settings: Settings,
    observation: Observation,
    progress: Progress,
    folder: Path,
) -> OperationResult:
    operation = OPERATIONS[claim.operation].load()
    with given(claim, store) as (video, audio), lent(claim, store) as gallery:
        return operation(
            video,
            audio,
            parse_options(claim.operation, claim.options),
            output=folder,
            cache=open_cache(store, observation),
            progress=progress,
            limits=media_limits(settings),
            **gallery,
        )
