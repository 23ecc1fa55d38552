from pathlib import Path

import pytest
from kombu.connection import Connection
from kombu.exceptions import OperationalError

from liptune.core.queue.messages import broker_settings, visibility_timeout
from liptune.core.queue.policy import BrokerEvicts, require_noeviction
from liptune.core.settings import Settings
from tests.servers import OwnRedis


def test_redis_waits_longer_than_any_job_before_it_delivers_a_message_again(redis_url: str) -> None:
    settings = Settings(broker_url=redis_url)
    conf = broker_settings(settings)
    with Connection(  # type: ignore[no-untyped-call]
        conf["broker_url"], transport_options=conf["broker_transport_options"]
    ) as connection:
        used = connection.channel().visibility_timeout
    assert used == visibility_timeout(settings) > settings.job_time_limit.total_seconds() + 30


def test_a_redis_that_drops_messages_is_refused() -> None:
    server = OwnRedis("--maxmemory", "50mb", "--maxmemory-policy", "allkeys-lru")
    try:
        with pytest.raises(BrokerEvicts, match="noeviction"):
            require_noeviction(Settings(broker_url=server.url))
    finally:
        server.stop()


def test_a_redis_that_keeps_them_passes(redis_url: str) -> None:
    require_noeviction(Settings(broker_url=redis_url))


def test_a_redis_that_is_away_does_not_pass() -> None:
    with pytest.raises(OperationalError, match="answer"):
        require_noeviction(Settings(broker_url="redis://127.0.0.1:9/0"))


def test_files_need_no_policy(tmp_path: Path) -> None:
    require_noeviction(Settings(data=tmp_path))


def test_queues_have_to_be_known() -> None:
    assert Settings(queues="gpu, cpu").queues == ("gpu", "cpu")
    for wrong in ("", "gpu,tpu"):
        with pytest.raises(ValueError, match="queues are some of"):
            Settings(queues=wrong)
