"""Imported by a worker (``--include``), offers `probe` beside its own operations."""

from liptune.core.operations.table import OPERATIONS
from tests.worker.operations import PROBE

OPERATIONS["probe"] = PROBE
