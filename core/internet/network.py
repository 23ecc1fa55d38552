"""An HTTP network backend that connects to public addresses only; raises Forbidden."""

import socket
from collections.abc import Iterable

import httpcore

from liptune.core.internet.addresses import is_public


class Forbidden(Exception):
    """The host's name leads to an internal address."""


class PublicNetwork(httpcore.NetworkBackend):
    """Looks a name up once, refuses internal addresses, and connects to the very address it has looked at.

    A name that is looked up again for the connection may lead elsewhere by then (DNS rebinding).
    """

    def __init__(self, *, allow_internal: bool) -> None:
        self._network = httpcore.SyncBackend()
        self._allow_internal = allow_internal

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
        return self._network.connect_tcp(addresses[0], port, timeout, local_address, socket_options)


def _look_up(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise httpcore.ConnectError(f"{host} cannot be looked up") from error
    return [str(address[0]) for *_, address in found]
