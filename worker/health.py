"""``python -m liptune.worker.health``: exits with 0 while this machine's worker receives messages."""

import socket
import sys

from sqlalchemy import select

from liptune.core.settings import settings
from liptune.core.store.database.connection import Database
from liptune.core.store.database.models import Worker
from liptune.core.store.ids import now


def main() -> None:
    """Asks the database whether a worker of this host has been heard of within a lease."""
    database = Database(settings().sqlalchemy_url)
    here = Worker.id.endswith(f"@{socket.gethostname()}", autoescape=True)
    with database.reading() as session:
        heard = session.scalar(select(Worker.id).where(here, Worker.seen_at > now() - settings().lease))
    database.close()
    sys.exit(0 if heard else "no worker of this host has been heard of")


if __name__ == "__main__":
    main()
