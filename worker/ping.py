"""A Celery step that sends the worker messages through its own queue, to prove that it receives.

A worker whose connection has silently stalled still runs, but it stops receiving these.
"""

from typing import Any

import structlog
from celery import bootsteps
from kombu.entity import Queue
from kombu.exceptions import OperationalError
from kombu.messaging import Consumer
from sqlalchemy.exc import SQLAlchemyError

from liptune.core.queue.messages import PING_QUEUE
from liptune.core.settings import settings
from liptune.core.store.workers import WorkerRepository
from liptune.worker.resources import store

log = structlog.get_logger(__name__)


class Ping(bootsteps.ConsumerStep):  # type: ignore[misc]
    """Runs in the worker's main process, beside the pool, so a busy pool does not silence it."""

    def get_consumers(self, channel: Any) -> list[Consumer]:
        queue = Queue(PING_QUEUE, routing_key=PING_QUEUE)  # type: ignore[no-untyped-call]
        consumer = Consumer(channel, [queue], callbacks=[self.receive])  # type: ignore[no-untyped-call]
        return [consumer]

    def start(self, c: Any) -> None:
        super().start(c)
        self.worker = c.hostname
        self.app = c.app
        self.timer = c.timer.call_repeatedly(settings().heartbeat.total_seconds(), self.send)
        self.send()

    def stop(self, c: Any) -> None:
        self.timer.cancel()
        super().stop(c)

    def send(self) -> None:
        """Sends this worker, or any that shares its queue, a ping."""
        try:
            with self.app.producer_or_acquire() as producer:
                producer.publish({}, exchange="", routing_key=PING_QUEUE, retry=False, delivery_mode=1)
        except OperationalError:
            log.warning("ping_not_sent", exc_info=True)

    def receive(self, _body: Any, message: Any) -> None:
        """Notes that a ping has come through."""
        message.ack()
        try:
            with store().database.writing() as session:
                WorkerRepository(session).beat(self.worker, settings().queues, settings().worker_processes)
        except SQLAlchemyError:
            log.warning("heartbeat_not_written", exc_info=True)
