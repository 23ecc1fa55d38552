"""``liptune serve``: starts the API and a worker, with all that they need, in one command."""

import signal
import socket
from contextlib import closing
from datetime import timedelta
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from liptune.core.settings import Settings


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8000,
) -> None:
    """Start the service: the API, one worker, and everything they need in the data folder (LIPTUNE_DATA)."""
    from pydantic import ValidationError

    from liptune.cli.service.http import listen, refuse_open
    from liptune.cli.service.lock import CannotServe, exclusive
    from liptune.core.settings import settings

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
    from liptune.cli.service.http import run
    from liptune.cli.service.supervisor import WorkerSupervisor
    from liptune.core.logs import configure_logs
    from liptune.core.store.database.connection import Database

    configure_logs()
    _prepare(settings)
    with closing(Database(settings.sqlalchemy_url)) as database, WorkerSupervisor(database):
        run(listener, settings)


def _prepare(settings: "Settings") -> None:
    """Migrates, and clears away what a service that was killed left half-written."""
    from liptune.core.store.blobs.local import LocalBlobs
    from liptune.core.store.store import prepare

    data = settings.data.resolve()
    LocalBlobs.open(data / "files").sweep(timedelta(0))
    prepare(settings)
