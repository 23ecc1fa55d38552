"""``liptune serve``: the whole system in one command."""

import signal
import socket
from contextlib import closing
from datetime import timedelta
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from core.settings import Settings


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8000,
) -> None:
    """Start the service: the API, one worker, and everything they need in the data folder (LIPTUNE_DATA)."""
    from pydantic import ValidationError

    from cli.service.http import listen, refuse_open
    from cli.service.lock import CannotServe, exclusive
    from core.settings import settings

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    try:
        refuse_open(host, settings())
        with exclusive(settings().data), listen(host, port) as listener:
            _run(listener, settings())
    except (CannotServe, ValidationError) as error:
        typer.echo(f"liptune serve: {error}", err=True)
        raise typer.Exit(1) from error


def _leave(_signal: int, _frame: FrameType | None) -> None:
    """uvicorn raises the signal it stopped for once more; leaving by an exception stops the worker too."""
    raise SystemExit(0)


def _run(listener: socket.socket, settings: "Settings") -> None:
    from cli.service.http import run
    from cli.service.supervisor import WorkerSupervisor
    from core.logs import configure_logs
    from core.store.database import Database

    configure_logs()
    _prepare(settings)
    with closing(Database(settings.sqlalchemy_url)) as database, WorkerSupervisor(database):
        run(listener, settings)


def _prepare(settings: "Settings") -> None:
    """Migrates, and clears away what a service that was killed left half-written."""
    from core.store.local import LocalBlobs
    from core.store.prepare import prepare

    data = settings.data.resolve()
    LocalBlobs.open(data / "files").sweep(timedelta(0))
    prepare(settings)
