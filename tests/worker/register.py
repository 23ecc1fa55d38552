"""Imported by a worker (``--include``), offers `probe` beside its own operations."""

from core.options import OPTIONS
from tests.worker.operations import ProbeOptions
from worker.operations import OPERATIONS

OPTIONS["probe"] = ProbeOptions
OPERATIONS["probe"] = "tests.worker.operations:probe"
