"""Checks that a Redis broker never drops messages (``noeviction``); raises BrokerEvicts."""

from urllib.parse import urlsplit

import redis
from kombu.exceptions import OperationalError
from redis.backoff import NoBackoff
from redis.retry import Retry

from liptune.core.settings import Settings

SAFE = "noeviction"
TIMEOUT_SECONDS = 2


class BrokerEvicts(OperationalError):
    """A Redis that is full throws messages away rather than refusing new ones."""


def require_noeviction(settings: Settings) -> None:
    """Checks the memory policy of a Redis broker; other brokers have none.

    Raises:
        BrokerEvicts: It may drop messages; the message says what to set.
        OperationalError: It does not answer.
    """
    if urlsplit(settings.broker_url or "").scheme not in {"redis", "rediss"}:
        return
    url = str(settings.broker_url)
    try:
        with redis.Redis.from_url(
            url,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
        ) as client:
            policy = client.info("memory").get("maxmemory_policy")
    except redis.RedisError as error:
        raise OperationalError("The broker does not answer.") from error
    if policy != SAFE:
        raise BrokerEvicts(f"Redis may drop messages: set maxmemory-policy {SAFE}; it is {policy}.")
