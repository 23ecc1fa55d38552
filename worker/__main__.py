"""``python -m liptune.worker``: consumes jobs until told to stop."""

import os
import socket
import sys
import warnings

import structlog
from celery.platforms import SecurityWarning
from kombu.exceptions import OperationalError

from liptune.core.queue.policy import BrokerEvicts, require_noeviction
from liptune.core.settings import settings
from liptune.core.store.ids import new_id
from liptune.worker.app import app
from liptune.worker.die_with_parent import exit_with_parent

NICENESS = 10

log = structlog.get_logger(__name__)


def main(arguments: list[str]) -> None:
    """Runs a worker that gives way to the API; ``arguments`` go to Celery's ``worker`` command."""
    os.nice(NICENESS)
    warnings.simplefilter("ignore", SecurityWarning)
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) - 1)))
    exit_with_parent()
    name = f"{new_id()}@{socket.gethostname()}"
    queues = f"--queues={','.join(settings().queues)}"
    _require_safe_broker()
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=INFO"]
    app.worker_main(["--quiet", "worker", f"--hostname={name}", queues, *quiet, *arguments])


def _require_safe_broker() -> None:
    """Refuses a broker that drops messages; waits, later, for one that does not answer yet."""
    try:
        require_noeviction(settings())
    except BrokerEvicts as error:
        raise SystemExit(f"worker: {error}") from error
    except OperationalError:
        log.warning("broker_does_not_answer")


if __name__ == "__main__":
    main(sys.argv[1:])
