"""``liptune api`` and ``liptune migrate``: parts of the service on their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer


def api(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8000,
) -> None:
    """Start the API alone.

    Workers start with `python -m liptune.worker`; tables are made with `liptune migrate`.
    """
    from liptune.cli.service.http import listen, refuse_open, run
    from liptune.core.logs import configure_logs
    from liptune.core.queue.policy import require_noeviction
    from liptune.core.settings import settings

    with _in_words("api"):
        refuse_open(host, settings())
        require_noeviction(settings())
        listener = listen(host, port)
    configure_logs()
    with listener:
        run(listener, settings())


def migrate() -> None:
    """Bring the database's tables up to date, and make the bucket where one is named."""
    from liptune.core.settings import settings
    from liptune.core.store.store import prepare

    with _in_words("migrate"):
        prepare(settings())


@contextmanager
def _in_words(command: str) -> Iterator[None]:
    from kombu.exceptions import OperationalError
    from pydantic import ValidationError
    from sqlalchemy.exc import SQLAlchemyError

    from liptune.cli.service.lock import CannotServe
    from liptune.core.errors import StorageUnavailable

    try:
        yield
    except (CannotServe, OperationalError, SQLAlchemyError, StorageUnavailable, ValidationError) as error:
        typer.echo(f"liptune {command}: {error}", err=True)
        raise typer.Exit(1) from error
