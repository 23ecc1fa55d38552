"""docs/benchmarks.md with its tables as benchmarks/results has them.

A table stands between ``<!-- table: NAME -->`` and ``<!-- end -->``; what is outside stays as it is.
"""

import re
from collections.abc import Callable
from pathlib import Path

from benchmarks.tables import articulating, costs, files, retiming, scores, warping

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
MARKED = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)

TABLES: dict[str, Callable[[], str]] = {
    "offset": scores.offset,
    "containers": files.containers,
    "containers_full": files.containers_full,
    "null": scores.null,
    "timeline": scores.timeline,
    "faces": scores.faces,
    "detectors": scores.detectors,
    "speed": costs.speed,
    "stages": costs.stages,
    "memory": costs.memory,
    "service": costs.service,
    "studio": costs.studio,
    "retime": retiming.retime,
    "retime_draw": retiming.retime_draw,
    "offsets": retiming.offsets,
    "files": retiming.files,
    "move": retiming.move,
    "render": costs.render,
    "warp": warping.warp,
    "warp_truth": warping.warp_truth,
    "warp_picture": warping.warp_picture,
    "composite": costs.composite,
    "articulation": articulating.articulation,
    "prosody": articulating.prosody,
    "closures": articulating.closures,
}


def filled(page: str) -> str:
    """The page with the content of every marked table made anew."""
    return MARKED.sub(lambda found: f"{found[1]}\n{TABLES[found[2]]()}\n{found[3]}", page)


def names(page: str) -> list[str]:
    """The names of the page's tables, in order."""
    return [name for _, name, _ in MARKED.findall(page)]
