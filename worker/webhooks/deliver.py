"""Makes one attempt to deliver a webhook, and records the answer or the next attempt."""

import random
import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

import httpcore
import httpx
import structlog
from celery.exceptions import SoftTimeLimitExceeded

from liptune.core.internet.network import Forbidden, PublicNetwork
from liptune.core.settings import Settings
from liptune.core.store.counters import CounterRepository
from liptune.core.store.database.models import WebhookAttempt, WebhookStatus
from liptune.core.store.ids import now
from liptune.core.store.store import Store
from liptune.core.store.webhooks import Call, Due, WebhookRepository
from liptune.worker.webhooks.message import body_of, headers_of

TIMEOUT_SECONDS = 15.0
LIMIT_SECONDS = 60
AGAIN_AFTER = timedelta(seconds=2 * LIMIT_SECONDS)
GONE = 410
RETRIES = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
)
"""After each failed attempt; the schedule that Standard Webhooks recommends."""
JITTER = 0.2

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Answer:
    """The status of an answer, or why there is none."""

    status: int | None = None
    error: str | None = None


def deliver(due: Due, store: Store, settings: Settings) -> None:
    """Makes the attempt unless it has been made, and writes down how it went."""
    with store.database.writing() as session:
        call = WebhookRepository(session).claim(due, AGAIN_AFTER)
    if call is None:
        return
    started_at, clock = now(), monotonic()
    answer = _post(call, settings)
    attempt = WebhookAttempt(
        webhook_id=due.webhook_id,
        number=due.number,
        started_at=started_at,
        seconds=monotonic() - clock,
        answer=answer.status,
        error=answer.error,
    )
    status, due_at = decide(answer, due.number)
    with store.database.writing() as session:
        WebhookRepository(session).record(attempt, status, due_at)
        CounterRepository(session).add({("webhook_attempts", (status,)): 1})
    log.info("webhook_attempted", ended=call.ended.id, number=due.number, answer=answer.status, status=status)


def decide(answer: Answer, number: int) -> tuple[WebhookStatus, datetime | None]:
    """What becomes of a webhook after its attempt of this number, and when the next one is due."""
    if answer.status is not None and answer.status // 100 == 2:
        return WebhookStatus.DELIVERED, None
    if answer.status == GONE:
        return WebhookStatus.DISABLED, None
    if number > len(RETRIES):
        return WebhookStatus.FAILED, None
    spread = random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - not a secret
    return WebhookStatus.PENDING, now() + RETRIES[number - 1] * spread


def _post(call: Call, settings: Settings) -> Answer:
    """The body of the answer is not read, and a redirect is an answer like any other."""
    body = body_of(call)
    network = PublicNetwork(allow_internal=settings.webhook_allow_internal)
    timeout = httpx.Timeout(TIMEOUT_SECONDS).as_dict()
    try:
        with (
            httpcore.ConnectionPool(ssl.create_default_context(), network_backend=network) as pool,
            pool.stream(
                "POST",
                call.url,
                headers=list(headers_of(call, body).items()),
                content=body.encode(),
                extensions={"timeout": timeout},
            ) as response,
        ):
            return Answer(status=response.status)
    except Forbidden as error:
        return Answer(error=str(error))
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
        return Answer(error=f"{type(error).__name__}: {error}"[:255])
    except SoftTimeLimitExceeded:
        return Answer(error="The answer took too long")
