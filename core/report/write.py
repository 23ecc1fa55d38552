"""Writes the files of a measurement into a folder, each whole or not at all."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from liptune.core.analysis import Analysis
from liptune.core.report.chart import draw
from liptune.core.report.page import page
from liptune.core.sync.clip import ClipScore

CHART = "distance.png"
REPORT = "report.json"
PAGE = "report.html"
NO_PICTURES: Mapping[str, Path] = MappingProxyType({})


def write_report(
    clip: ClipScore,
    analysis: Analysis,
    report: dict[str, Any],
    folder: Path,
    *,
    pictures: Mapping[str, Path] = NO_PICTURES,
) -> tuple[Path, ...]:
    """Writes ``report.json``, ``report.html`` and ``distance.png`` into ``folder``; returns their paths.

    ``pictures``: more of them for the page, by the names that its template knows: ``warp_chart`` of a time
    warp, ``speech`` of a dub, ``preview`` of changed moments.
    """
    folder.mkdir(parents=True, exist_ok=True)
    chart = place(folder / CHART, lambda path: draw(clip, analysis.cuts, path))
    text = json.dumps(report, indent=2, allow_nan=False)
    shown = {name: path.read_bytes() for name, path in ({"chart": chart} | dict(pictures)).items()}
    document = page(clip, report, shown)
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
