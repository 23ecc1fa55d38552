"""``python -m worker``: consumes jobs until told to stop."""

import os
import socket
import sys
import warnings

from celery.platforms import SecurityWarning

from core.store.ids import new_id
from worker.app import app
from worker.parent import exit_with_parent

NICENESS = 10


def main(arguments: list[str]) -> None:
    """Runs a worker that gives way to the API; ``arguments`` go to Celery's ``worker`` command."""
    os.nice(NICENESS)
    warnings.simplefilter("ignore", SecurityWarning)
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) - 1)))
    exit_with_parent()
    name = f"{new_id()}@{socket.gethostname()}"
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=INFO"]
    app.worker_main(["--quiet", "worker", f"--hostname={name}", *quiet, *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
