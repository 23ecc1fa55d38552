"""Writes the files of a measurement into a folder, each whole or not at all."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from liptune.core.analysis import Analysis
from liptune.core.report.chart import draw
from liptune.core.report.page import page
from liptune.core.sync.clip import ClipScore

CHART = "distance.png"
REPORT = "report.json"
PAGE = "report.html"


def write_report(
    clip: ClipScore,
    analysis: Analysis,
    report: dict[str, Any],
    folder: Path,
    *,
    warp_chart: Path | None = None,
    preview: Path | None = None,
) -> tuple[Path, ...]:
    """Writes ``report.json``, ``report.html`` and ``distance.png`` into ``folder``; returns their paths.

    ``warp_chart``, ``preview``: pictures of a time warp and of changed moments, for the page.
    """
    folder.mkdir(parents=True, exist_ok=True)
    chart = place(folder / CHART, lambda path: draw(clip, analysis.cuts, path))
    text = json.dumps(report, indent=2, allow_nan=False)
    pictures = {
        name: path.read_bytes()
        for name, path in (("chart", chart), ("warp_chart", warp_chart), ("preview", preview))
        if path
    }
    document = page(clip, report, pictures)
    return (
        place(folder / REPORT, lambda path: path.write_text(text + "\n", "utf-8")),
        place(folder / PAGE, lambda path: path.write_text(document, "utf-8", errors="replace")),
        chart,
    )


def place(path: Path, write: Callable[[Path], object]) -> Path:
    """Writes beside ``path`` and moves the whole file there."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write(partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return path
