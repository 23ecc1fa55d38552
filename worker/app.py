"""The Celery application and its tasks. Celery's results and retries are not used: see `worker.attempt`."""

import threading
from functools import partial
from typing import Any

import structlog
from billiard.exceptions import WorkerLostError
from celery import Celery, shared_task, signals
from kombu.exceptions import OperationalError
from sqlalchemy.exc import SQLAlchemyError

from liptune.core.logs import configure_logs
from liptune.core.queue.messages import DELIVER_TASK, RUN_TASK, TIME_LIMIT_GRACE_SECONDS, broker_settings
from liptune.core.settings import settings
from liptune.core.store.jobs.claims import AttemptRepository
from liptune.core.store.jobs.reaping import ReapingRepository
from liptune.core.store.webhooks import Due
from liptune.core.store.workers import WorkerRepository
from liptune.core.tracing import configure_tracing, flush_traces
from liptune.worker.attempt import run_next
from liptune.worker.die_with_parent import exit_with_parent
from liptune.worker.ping import Ping
from liptune.worker.resources import store
from liptune.worker.webhooks.deliver import LIMIT_SECONDS, deliver

TASKS_PER_CHILD = 50
START_SECONDS = 120.0
"""How long a pool process may take to start: it imports everything anew, perhaps on a busy machine."""

log = structlog.get_logger(__name__)

app = Celery("liptune")
app.conf.update(
    **broker_settings(settings()),
    include=["liptune.worker.app"],
    worker_pool="prefork",
    worker_pool_start_method="spawn",
    worker_concurrency=settings().worker_processes,
    worker_proc_alive_timeout=START_SECONDS,
    worker_prefetch_multiplier=1,
    worker_max_tasks_per_child=TASKS_PER_CHILD,
    worker_enable_remote_control=False,
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
    task_acks_late=True,
    task_ignore_result=True,
    task_soft_time_limit=settings().job_time_limit.total_seconds(),
    task_time_limit=settings().job_time_limit.total_seconds() + TIME_LIMIT_GRACE_SECONDS,
)
app.steps["consumer"].add(Ping)


@shared_task(name=RUN_TASK, bind=True)  # type: ignore[untyped-decorator]
def run(task: Any, _job_id: str) -> None:
    """Runs a step of the job whose turn it is, which need not be the one that the message is about, or looks
    at a part of one that runs.

    There is a message for each that waits; a message too many finds nothing to claim.
    """
    request = task.request
    queue = request.delivery_info["routing_key"]

    def send(job_id: str, to: str) -> None:
        try:
            task.app.send_task(RUN_TASK, args=[job_id], queue=to, retry=False)
        except OperationalError:
            log.warning("message_not_sent", job_id=job_id, exc_info=True)

    call = partial(send, to=queue)
    further = run_next(queue, request.hostname, request.id, store(), settings(), call=call)
    if further is not None:
        send(further.job_id, further.queue)


@shared_task(name=DELIVER_TASK, soft_time_limit=LIMIT_SECONDS)  # type: ignore[untyped-decorator]
def deliver_webhook(webhook_id: str, number: int) -> None:
    """Makes one attempt to deliver a webhook. A duplicate message finds nothing to claim."""
    deliver(Due(webhook_id, number), store(), settings())


@signals.setup_logging.connect  # type: ignore[untyped-decorator]
def configure(**_: Any) -> None:
    """Replaces Celery's own logging."""
    configure_logs()


@signals.worker_process_init.connect  # type: ignore[untyped-decorator]
def begin(**_: Any) -> None:
    """Prepares a pool process; opening the store removes what the one before it may have left."""
    configure_logs()
    store()
    configure_tracing("liptune-worker")
    exit_with_parent()


@signals.worker_process_shutdown.connect  # type: ignore[untyped-decorator]
def depart(**_: Any) -> None:
    """Sends what is left of the traces: a pool process ends without its exit handlers."""
    flush_traces()


@signals.task_failure.connect  # type: ignore[untyped-decorator]
def bury(sender: Any, exception: BaseException, task_id: str, **_: Any) -> None:
    """Called in the main process when a pool process was killed: its job need not wait for its lease."""
    if sender.name != RUN_TASK or not isinstance(exception, WorkerLostError):
        return
    try:
        with store().database.writing() as session:
            ReapingRepository(session).bury_attempt(sender.request.hostname, task_id)
    except SQLAlchemyError:
        log.warning("attempt_not_buried", exc_info=True)


@signals.worker_shutting_down.connect  # type: ignore[untyped-decorator]
def leave(sender: str, **_: Any) -> None:
    """Gives the running job back. A thread, since this is called from within a signal handler."""
    threading.Thread(target=_give_back, args=(sender,), name="leave").start()


def _give_back(worker: str) -> None:
    with store().database.writing() as session:
        AttemptRepository(session).release(worker)
        WorkerRepository(session).leave(worker)
