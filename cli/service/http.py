"""Opens the socket, refuses open addresses without keys, and runs the API on it."""

import ipaddress
import socket
from typing import TYPE_CHECKING

from liptune.cli.service.lock import CannotServe

if TYPE_CHECKING:
    from liptune.core.settings import Settings

BACKLOG = 512


def run(listener: socket.socket, settings: "Settings") -> None:
    """Answers until told to stop."""
    import typer
    import uvicorn

    from liptune.api.app import create_app

    address, port = listener.getsockname()[:2]
    shown = f"[{address}]" if ":" in address else address
    typer.echo(f"Liptune listens on http://{shown}:{port} (docs: /docs). Ctrl-C stops it.", err=True)
    config = uvicorn.Config(
        create_app(settings), log_config=None, access_log=False, timeout_graceful_shutdown=5, lifespan="on"
    )
    uvicorn.Server(config).run(sockets=[listener])


def refuse_open(host: str, settings: "Settings") -> None:
    """Raises CannotServe for an address that others may reach, unless keys or the user say otherwise."""
    if settings.api_keys or settings.allow_open or _is_loopback(host):
        return
    raise CannotServe(
        f"{host} may be reached from other machines. "
        "Set LIPTUNE_API_KEYS, or LIPTUNE_ALLOW_OPEN=1 to let anybody in."
    )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def listen(host: str, port: int) -> socket.socket:
    """A socket that accepts connections; raises CannotServe where the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns off Nagle's delay (40 ms an answer) only where the socket names its protocol.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise CannotServe(f"Cannot listen on {host}:{port}: {error.strerror}.") from error
    return listener
