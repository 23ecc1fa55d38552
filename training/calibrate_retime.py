"""Finds what the lite engine's evidence is worth to retiming: ``python -m training.calibrate_retime``.

Held-out training clips of a speaker, laid end to end, are shown as they are and in the order of known smooth
warps, and embedded again. The costs are what is reached in sync, by all but a few: an offset's by sequences,
a path's by single clips, for where one clip follows another lips and sound may really jump. The trust is the
one that leaves the least residual, of those that leave hardly a warped sequence worse; the scale is the
smallest that leaves nearly the least.
Writes ``retiming.json`` beside the weights.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from liptune.core.engines.lite.weights_file import weights_sha256
from liptune.core.plan.calibration import Gates, RetimeCalibration, grown
from liptune.core.plan.evidence import evidence
from liptune.core.plan.lattice import PathPrior
from liptune.core.plan.lines import OFFSET_RADIUS, fit_offset
from liptune.core.plan.local import likelihood, straight
from liptune.core.plan.path import best_path, log_evidence
from liptune.core.plan.steady import LEAST_OFFSET_FRAMES
from training.command import given
from training.corpus import Corpus
from training.network.weights import load_ensemble
from training.sequences import Tampered, recordings, sequences, speakers
from training.split import split

SEQUENCES = 400
SCALES = (0.25, 0.4, 0.6)
TRUSTS = (1.0, 0.9, 0.8, 0.7, 0.6)
LEFT_UNTOUCHED = 0.97
NOT_WORSE = 0.97
NEARLY = 1.03
PRIOR = PathPrior()
NO_CUTS = np.empty(0, np.int64)


@dataclass(frozen=True)
class Searched:
    """What a search finds in a sequence.

    ``offset_ahead``: nats by which an offset is ahead of none. ``path_ahead``: by which a path is ahead of
    both, in a hundred frames.
    """

    tampered: Tampered
    offset_ahead: float
    path_ahead: float
    displacements: NDArray[np.float64]

    def residual_ms(self, trust: float) -> float:
        """What is left when the path is followed as far as that."""
        return self.tampered.residual_ms(trust * self.displacements)


def searched(each: Tampered, scale: float, prior: PathPrior) -> Searched:
    """Searches one sequence."""
    wide = scale * evidence(each.video, each.audio, OFFSET_RADIUS)
    offset, none = fit_offset(wide), float(wide[:, OFFSET_RADIUS].sum())
    rows = likelihood(each.video, each.audio, prior, scale)
    moves = abs(offset.line.offset_frames) >= LEAST_OFFSET_FRAMES
    ahead = float(log_evidence(rows[None], prior)[0]) - straight(rows, prior)
    return Searched(
        each,
        offset.best - none if moves else 0.0,
        ahead / grown(len(rows)),
        best_path(rows, prior, NO_CUTS).displacements,
    )


def fitted(found: Sequence[Tampered], single: Sequence[Tampered]) -> RetimeCalibration:
    """The calibration that these sequences and single clips bear out."""
    left = dict(tried(found, single, scale, PRIOR) for scale in SCALES)
    # The surer of itself, the more it finds where nothing is in clips that are like none of these.
    good = [known for known, residual in left.items() if residual <= NEARLY * min(left.values())]
    return min(good, key=lambda known: known.scale)


def tried(
    found: Sequence[Tampered], single: Sequence[Tampered], scale: float, prior: PathPrior
) -> tuple[RetimeCalibration, float]:
    """The best calibration with that scale and prior, and what it leaves of the warped, ms."""
    results = [searched(each, scale, prior) for each in found]
    local = _cost([searched(each, scale, prior).path_ahead for each in single])
    known = RetimeCalibration(scale, gates_of(results, local))
    residual = _left(results, known.gates)
    print(f"{residual:.1f} ms of the warped are left by {known} and {prior}", flush=True)
    return known, residual


def gates_of(results: Sequence[Searched], local: float) -> Gates:
    """What leaves sequences in sync alone, and makes warped ones no worse; ``local``: the cost of a path."""
    offset = _cost([each.offset_ahead for each in results if not each.tampered.warped])
    hits = [each for each in results if each.tampered.warped and each.path_ahead > local]
    harmless = [each for each in TRUSTS if _not_worse(hits, each) >= NOT_WORSE] or [min(TRUSTS)]
    # A rate, like an offset, is the best of many.
    gates = Gates(offset_cost=offset, drift_cost=offset, local_cost=local)
    return min((replace(gates, trust=each) for each in harmless), key=lambda each: _left(results, each))


def _left(results: Sequence[Searched], gates: Gates) -> float:
    """The mean residual of what was warped, where only what passes is touched."""
    warped = [each for each in results if each.tampered.warped]
    trusts = [gates.trust * (each.path_ahead > gates.local_cost) for each in warped]
    return float(np.mean([each.residual_ms(trust) for each, trust in zip(warped, trusts, strict=True)]))


def _cost(ahead: Sequence[float]) -> float:
    return round(float(np.quantile(ahead, LEFT_UNTOUCHED)), 1)


def _not_worse(results: Sequence[Searched], trust: float) -> float:
    before = (each.tampered.residual_ms(np.zeros(1)) for each in results)
    return float(np.mean([each.residual_ms(trust) <= b for each, b in zip(results, before, strict=True)]))


def run(weights: Path, corpus: Corpus) -> None:
    """Writes ``retiming.json`` beside the weights."""
    torch.set_num_threads(1)
    network = load_ensemble(weights)
    people = speakers(network, corpus, split(corpus)[1])
    print(f"{len(people)} speakers whose clips agree, {sum(len(each.clips) for each in people)} clips")
    found = list(sequences(network, corpus, people, SEQUENCES))
    untouched = np.mean([each.residual_ms(np.zeros(1)) for each in found if each.warped])
    print(f"{len(found)} sequences, the warped {untouched:.1f} ms off")
    single = list(recordings(network, corpus, people))
    calibration = replace(fitted(found, single), weights_sha256=weights_sha256(weights))
    path = weights.with_name("retiming.json")
    path.write_text(json.dumps(asdict(calibration), indent=2) + "\n", "utf-8")
    print(path, calibration)


def main() -> None:
    """Command line."""
    run(*given(__doc__))


if __name__ == "__main__":
    main()
