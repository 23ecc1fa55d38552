"""``liptune serve``: the whole system in one command."""

import ipaddress
import shutil
import signal
import socket
from contextlib import closing
from datetime import timedelta
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from core.settings import Settings

BACKLOG = 512


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8000,
) -> None:
    """Start the service: the API, one worker, and everything they need in the data folder (LIPTUNE_DATA)."""
    from pydantic import ValidationError

    from cli.service.lock import CannotServe, exclusive
    from core.settings import settings

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    try:
        _refuse_open(host, settings())
        with exclusive(settings().data), _listen(host, port) as listener:
            _run(listener, settings())
    except (CannotServe, ValidationError) as error:
        typer.echo(f"liptune serve: {error}", err=True)
        raise typer.Exit(1) from error


def _leave(_signal: int, _frame: FrameType | None) -> None:
    """uvicorn raises the signal it stopped for once more; leaving by an exception stops the worker too."""
    raise SystemExit(0)


def _run(listener: socket.socket, settings: "Settings") -> None:
    import uvicorn

    from api.app import create_app
    from cli.service.supervisor import WorkerSupervisor
    from core.logs import configure_logs
    from core.store.database import Database

    configure_logs()
    _prepare(settings)
    address, port = listener.getsockname()[:2]
    shown = f"[{address}]" if ":" in address else address
    typer.echo(f"Liptune listens on http://{shown}:{port} (docs: /docs). Ctrl-C stops it.", err=True)
    config = uvicorn.Config(
        create_app(settings), log_config=None, access_log=False, timeout_graceful_shutdown=5, lifespan="on"
    )
    with closing(Database(settings.sqlalchemy_url)) as database, WorkerSupervisor(database):
        uvicorn.Server(config).run(sockets=[listener])


def _prepare(settings: "Settings") -> None:
    """Migrates, and clears away what a service that was killed left half-written."""
    from core.store.local import LocalBlobs
    from core.store.migrate import upgrade
    from core.store.store import Store

    data = settings.data.resolve()
    LocalBlobs.open(data / "files").sweep(timedelta(0))
    shutil.rmtree(data / "work", ignore_errors=True)
    store = Store.open(settings)
    upgrade(store.database.engine)
    store.close()


def _refuse_open(host: str, settings: "Settings") -> None:
    from cli.service.lock import CannotServe

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


def _listen(host: str, port: int) -> socket.socket:
    from cli.service.lock import CannotServe

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
