from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.connection import Connection

from liptune.core.queue.messages import broker_settings
from liptune.core.settings import Settings


def connect(data: Path) -> Any:
    conf = broker_settings(Settings(data=data))
    return Connection(  # type: ignore[no-untyped-call]
        transport=conf["broker_transport"], transport_options=conf["broker_transport_options"]
    )


def take_all(connection: Any, queue: str) -> list[Any]:
    taken = []
    with connection.channel() as channel:
        while True:
            try:
                taken.append(channel._get(queue))
            except Empty:
                return taken


def test_every_message_is_taken_once_and_whole(tmp_path: Path) -> None:
    connection = connect(tmp_path)
    bodies = [{"n": n, "padding": "x" * 10_000} for n in range(200)]

    def put(body: dict[str, Any]) -> None:
        with connection.channel() as channel:
            channel._put("jobs", body)

    with ThreadPoolExecutor(8) as pool:
        written = [pool.submit(put, body) for body in bodies]
        readers = [pool.submit(take_all, connection, "jobs") for _ in range(4)]
        for future in written:
            future.result()
        taken = [body for reader in readers for body in reader.result()]
    taken += take_all(connection, "jobs")
    assert sorted(taken, key=lambda body: body["n"]) == bodies
    connection.release()


def test_messages_come_in_the_order_they_were_sent(tmp_path: Path) -> None:
    connection = connect(tmp_path)
    with connection.channel() as channel:
        for n in range(20):
            channel._put("jobs", n)
        channel._put("pings", "ping")
    assert take_all(connection, "jobs") == list(range(20))
    assert take_all(connection, "pings") == ["ping"]
    connection.release()


def test_nothing_is_left_in_the_folders(tmp_path: Path) -> None:
    connection = connect(tmp_path)
    with connection.channel() as channel:
        channel._put("jobs", {})
    take_all(connection, "jobs")
    assert list((tmp_path / "queue").rglob("*.msg")) == []
    connection.release()


def test_a_broker_of_ones_own_replaces_the_folder(tmp_path: Path) -> None:
    conf = broker_settings(Settings(data=tmp_path, broker_url="redis://somewhere/0"))
    assert conf["broker_url"] == "redis://somewhere/0"
    assert "broker_transport" not in conf
    assert list(tmp_path.iterdir()) == []
