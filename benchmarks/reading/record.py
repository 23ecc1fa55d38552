"""What is kept of trials: a part that is tried again takes the place of what was kept of it."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from benchmarks.reading.edits import EDITS
from benchmarks.reading.kinds import KINDS
from benchmarks.reading.modes import MODES
from benchmarks.reading.trial import MEASURE, TARGET_MS, Trial
from benchmarks.record import RESULTS, write_result
from liptune.core.errors import TimedOut

_ORDER = {
    (kind.label, edit.name): number
    for number, (kind, edit) in enumerate((kind, edit) for kind in KINDS for edit in EDITS)
}


def kept(name: str, again: Iterable[tuple[str, str]]) -> list[Trial]:
    """The trials in ``results/NAME.json``, but for those of files that are tried ``again``, by kind and edit.

    Where something took too long, as on a busy machine, nothing is known of the file.
    """
    path, left_out = RESULTS / f"{name}.json", set(again)
    if not path.exists():
        return []
    trials = [_trial(each) for each in json.loads(path.read_text("utf-8"))["trials"]]
    left_out |= {(trial.kind, trial.edit) for trial in trials if trial.refused == TimedOut.code}
    return [trial for trial in trials if (trial.kind, trial.edit) not in left_out]


def _trial(facts: dict[str, Any]) -> Trial:
    fields: dict[str, Any] = {
        name: tuple(each) if isinstance(each, list) else each for name, each in facts.items()
    }
    return Trial(**fields)


def keep(name: str, found: Sequence[Trial], facts: Mapping[str, Any]) -> None:
    """Writes ``results/NAME.json``. ``facts``: the provenance of the latest."""
    trials = sorted(found, key=lambda trial: _ORDER[trial.kind, trial.edit])
    result = {"target_ms": TARGET_MS, "rows": rows(trials), "trials": [asdict(each) for each in trials]}
    write_result(name, {**facts, **result})


def rows(found: Sequence[Trial]) -> list[dict[str, Any]]:
    """A line for each edit and mode."""
    return [
        _row(edit.name, mode, chosen)
        for edit in EDITS
        for mode in (MEASURE, *(each.name for each in MODES))
        if (chosen := [trial for trial in found if (trial.edit, trial.mode) == (edit.name, mode)])
    ]


def _row(edit: str, mode: str, chosen: Sequence[Trial]) -> dict[str, Any]:
    errors = [trial.error_ms for trial in chosen if trial.error_ms is not None]
    return {
        "edit": edit,
        "mode": mode,
        "files": len(chosen),
        "good": sum(trial.good for trial in chosen),
        "worst_ms": max(errors, default=None),
        "refused": sum(trial.refused is not None for trial in chosen),
        "unread": sum(trial.unread is not None for trial in chosen),
        "told": dict(Counter(code for trial in chosen for code in trial.told)),
        "untold": dict(Counter(code for trial in chosen for code in trial.untold)),
    }
