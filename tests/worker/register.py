"""Imported by a worker (``--include``), offers `probe` beside its own operations, and dies where it is told.

A worker in whose data folder there is a file `DIE_AT_JOIN` removes it and kills itself as soon as it has
joined the parts of a film, before that is kept.
"""

import os
from typing import Any

from liptune.core.analysis.parts import film
from liptune.core.operations.table import OPERATIONS
from liptune.core.settings import settings
from tests.worker.operations import DIE_AT_JOIN, PROBE

OPERATIONS["probe"] = PROBE

_keep = vars(film)["keep_seen"]


def _die_or_keep(*given: Any) -> None:
    order = settings().data / DIE_AT_JOIN
    if order.exists():
        order.unlink()
        os.kill(os.getpid(), 9)
    _keep(*given)


vars(film)["keep_seen"] = _die_or_keep
