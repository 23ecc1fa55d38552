"""One clip bent, planned and repaired, and all of it again where lips and sound do not belong together."""

import resource
from pathlib import Path
from typing import Any

from benchmarks.warping.cases import PLANNERS, Bent, Case, bend, case_of
from benchmarks.warping.opinions import BUNDLED, Bench, Engine, bench
from benchmarks.warping.repairs import REPAIRS, fall, pictured, untouched
from liptune.core.analysis import AnalysisCache
from liptune.core.warp.blends import BLENDS

Row = dict[str, Any]


def trial(
    video: Path, folder: Path, cache: AnalysisCache, *, planned_by: str, judge: str | None, seed: int
) -> Row:
    """What is told of a clip, JSON-ready. ``left_alone``: why nothing was done, else None.

    Raises:
        UnusableClip: As `bend`.
        LiptuneError: The clip cannot be measured or written.
    """
    began = _cpu_seconds()
    bent = bend(video, folder, Engine(BUNDLED, cache), seed)
    row = repaired(bent, bench(judge, cache), folder, planned_by)
    return {"clip": video.name, "seed": seed, **row, "cpu_seconds": round(_cpu_seconds() - began, 1)}


def repaired(bent: Bent, people: Bench, folder: Path, planned_by: str) -> Row:
    """Every competitor's figures. A null is taken only where there is something to compare it with."""
    search, search_by_chance = PLANNERS[planned_by]
    case = case_of(bent, people, search)
    row: Row = {
        "mode": case.plan.mode.value,
        "left_alone": None if case.plan.warp else case.plan.reason,
        "residual_before_ms": untouched(case).residual_ms(bent),
        "distance_before": case.before.clip.speaker.score.distance_at_zero,
        "repairs": {},
    }
    if case.plan.warp:
        null = case_of(bent, people.unrelated(), search_by_chance(case.plan.mode))
        row["null_distance_before"] = null.before.clip.speaker.score.distance_at_zero
        row["repairs"] = {name: _figures(name, case, null, folder) for name in REPAIRS}
    return row


def _figures(name: str, case: Case, null: Case, folder: Path) -> dict[str, float]:
    done = REPAIRS[name](case, folder)
    by_chance = REPAIRS[name](null, _made(folder / "null"))
    told = {"residual_ms": done.residual_ms(case.bent)}
    told |= _gains(_falls(case, done.path), _falls(null, by_chance.path))
    return told | (pictured(case, name, done.seconds).summary() if name in BLENDS else {})


def _falls(case: Case, path: Path) -> dict[str, float]:
    """By who measures."""
    falls = {"": fall(case.before, case.bench.planner, path)}
    if case.judged and case.bench.judge:
        falls["judge_"] = fall(case.judged, case.bench.judge, path)
    return falls


def _gains(real: dict[str, float], null: dict[str, float]) -> dict[str, float]:
    told: dict[str, float] = {}
    for who, gain in real.items():
        by_chance = null[who]
        told |= {f"{who}gain": gain, f"{who}null_gain": by_chance, f"{who}real_gain": gain - by_chance}
    return told


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
