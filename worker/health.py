"""``python -m worker.health``: exits with 0 while this machine's worker receives messages."""

import socket
import sys

from sqlalchemy import select

from core.settings import settings
from core.store.database import Database
from core.store.ids import now
from core.store.models import Worker


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
