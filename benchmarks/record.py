"""What a benchmark found, and what it was found on."""

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from liptune.core.engines.protocol import SyncEngine

RESULTS = Path(__file__).parent / "results"


def provenance(engine: SyncEngine | None = None) -> dict[str, Any]:
    """The machine, the date, the commit and the engine's weights."""
    facts: dict[str, Any] = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {_processor()}",
        "date": datetime.now(UTC).date().isoformat(),
        "commit": _commit(),
    }
    if engine is not None:
        facts["engine"] = {"id": engine.id, "weights_sha256": engine.weights_sha256}
    return facts


def write_result(name: str, result: Mapping[str, Any]) -> Path:
    """Writes ``results/NAME.json`` and returns its path."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    return path


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _commit() -> str:
    asked = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=RESULTS.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.stdout.strip() or "unknown"
