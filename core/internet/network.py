"""An HTTP network backend that connects to public addresses only; raises Forbidden."""

import socket
import ssl
from collections.abc import Callable, Iterable
from typing import Any

import httpcore

from liptune.core.internet.addresses import is_public


class Forbidden(Exception):
    """The host's name leads to an internal address."""


def _unwatched() -> None:
    """For transfers whose length in time nobody minds."""


class PublicNetwork(httpcore.NetworkBackend):
    """Looks a name up once, refuses internal addresses, and connects to the very address it has looked at.

    A name that is looked up again for the connection may lead elsewhere by then (DNS rebinding). ``watch`` is
    called before each reading, also of the head of an answer, which may come byte by byte; what it raises
    ends the transfer.
    """

    def __init__(self, *, allow_internal: bool, watch: Callable[[], None] = _unwatched) -> None:
        self._network = httpcore.SyncBackend()
        self._allow_internal = allow_internal
        self._watch = watch

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Raises Forbidden for a name that leads to an internal address, whatever else it leads to."""
        addresses = _look_up(host, port)
        if not self._allow_internal and not all(is_public(address) for address in addresses):
            raise Forbidden(f"{host} leads to an internal address")
        stream = self._network.connect_tcp(addresses[0], port, timeout, local_address, socket_options)
        return _Watched(stream, self._watch)


class _Watched(httpcore.NetworkStream):
    """A connection each of whose readings is told."""

    def __init__(self, stream: httpcore.NetworkStream, watch: Callable[[], None]) -> None:
        self._stream = stream
        self._watch = watch

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._watch()
        return self._stream.read(max_bytes, timeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return _Watched(self._stream.start_tls(ssl_context, server_hostname, timeout), self._watch)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _look_up(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise httpcore.ConnectError(f"{host} cannot be looked up") from error
    return [str(address[0]) for *_, address in found]
