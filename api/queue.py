"""Sends messages to the workers through Celery; one that cannot be sent is left to the reaper."""

from collections.abc import Sequence

import structlog
from celery import Celery
from kombu.exceptions import OperationalError

from liptune.core.queue.messages import DELIVER_TASK, RUN_TASK, broker_settings
from liptune.core.queue.policy import require_noeviction
from liptune.core.settings import GPU, WEBHOOKS, Settings
from liptune.core.store.webhooks import Due

log = structlog.get_logger(__name__)


class JobQueue:
    """Tells workers that a job waits. Messages are hints: a lost one is sent again by the reaper."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._celery = Celery("liptune", set_as_current=False)
        self._celery.conf.update(**broker_settings(settings), task_ignore_result=True)

    def send(self, job_id: str, queue: str = GPU) -> None:
        """Enqueues the job's next step; failing to is logged and left to the reaper."""
        try:
            self._celery.send_task(RUN_TASK, args=[job_id], queue=queue, retry=False)
        except OperationalError:
            log.warning("message_not_sent", job_id=job_id, exc_info=True)

    def send_many(self, job_ids: Sequence[str], queue: str = GPU) -> None:
        """Enqueues the next step of each; from one that cannot be sent on, they are left to the reaper."""
        try:
            with self._celery.producer_or_acquire() as producer:
                for job_id in job_ids:
                    self._celery.send_task(
                        RUN_TASK, args=[job_id], queue=queue, retry=False, producer=producer
                    )
        except OperationalError:
            log.warning("messages_not_sent", jobs=len(job_ids), exc_info=True)

    def send_webhook(self, due: Due) -> None:
        """Enqueues an attempt to deliver a webhook; failing to is logged and left to the next round."""
        try:
            arguments = [due.webhook_id, due.number]
            self._celery.send_task(DELIVER_TASK, args=arguments, queue=WEBHOOKS, retry=False)
        except OperationalError:
            log.warning("message_not_sent", webhook_id=due.webhook_id, exc_info=True)

    def check(self) -> None:
        """Raises OperationalError when the broker cannot be reached, or does not keep what it is given."""
        require_noeviction(self._settings)
        with self._celery.connection_for_write(connect_timeout=1) as connection:
            connection.ensure_connection(max_retries=1, timeout=1)

    def close(self) -> None:
        """Closes the connections."""
        self._celery.close()
