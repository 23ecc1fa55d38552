"""Finds what a stretch of its own must pay for: ``python -m training.calibrate_timeline [--cache FOLDER]``.

Held-out training clips of a speaker, laid end to end, are in sync all along: whatever changes are found there
are false. A cost is what such changes gain where they are free, in all but one sequence of two hundred; and
sequences with another speaker's sound tell how the relief of a lag spreads by chance. In these clips
everybody speaks all the time, so that nothing is learnt of pauses: an end of one costs as much as a step.
Writes ``timeline.json`` beside the weights.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from liptune.core.engines.lite.weights_file import weights_sha256
from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.sync.band import distance_band
from liptune.core.sync.evidence import usual_distance
from liptune.core.sync.timeline.costs import Costs
from liptune.core.sync.timeline.courses import BASE_SLOPES, noise_of, spread_of
from liptune.core.sync.timeline.lags import Lags, Pair, lags_of
from liptune.core.sync.timeline.segments import LEAST_PAIRS, segmented
from training.command import given
from training.corpus import Corpus
from training.network.ensemble import LiteEnsemble
from training.network.weights import load_ensemble
from training.sequences import Speaker, heard_by, seen_by, speakers
from training.split import split

SEQUENCES = 300
CLIPS_A_SEQUENCE = (2, 16)
REACH = 5 * ANALYSIS_FPS
KEPT_WHOLE = 0.995
NEVER = 1e6
SEED = 11


@dataclass(frozen=True)
class Laid:
    """Embeddings of clips of one ``speaker`` laid end to end, (T, D) each, their own offset taken out."""

    speaker: int
    video: NDArray[np.float32]
    audio: NDArray[np.float32]


def sequences(network: LiteEnsemble, corpus: Corpus, people: Sequence[Speaker], count: int) -> Iterator[Laid]:
    """In sync all along, no clip twice in one."""
    rng = np.random.default_rng(SEED)
    chances = np.array([len(each.clips) for each in people], np.float64)
    for _ in range(count):
        number = int(rng.choice(len(people), p=chances / chances.sum()))
        speaker = people[number]
        most = min(len(speaker.clips), int(rng.integers(*CLIPS_A_SEQUENCE, endpoint=True)))
        clips = rng.choice(speaker.clips, most, replace=False)
        frames = np.concatenate([corpus.first[c] + np.arange(corpus.length[c]) for c in clips])
        at = np.clip(np.arange(len(frames)) + round(speaker.offset), 0, len(frames) - 1)
        audio = heard_by(network, np.concatenate([corpus.columns(int(clip)) for clip in clips]))
        yield Laid(number, seen_by(network, corpus, frames[at]), audio)


def lags_between(video: NDArray[np.float32], audio: NDArray[np.float32]) -> Lags:
    """As the score compares them."""
    usual = usual_distance(distance_band(video, audio).values)
    reach = max(min(REACH, max(len(video), len(audio)) - LEAST_PAIRS), 15)
    return lags_of(Pair(lambda begin, end: video[begin:end], 0, len(video), audio, usual), reach)


def gained(lags: Lags, costs: Costs, free: Literal["step", "rate"]) -> float:
    """What steps, or another speed, would gain over a clip of one stretch if they were free."""
    noise = noise_of(lags, costs.noise)
    dear = replace(costs, step=NEVER, silence=NEVER, rate=NEVER)
    whole = segmented(lags, np.zeros(1), dear, noise).nats
    if free == "rate":
        return segmented(lags, BASE_SLOPES, replace(dear, rate=0.0), noise).nats - whole
    return segmented(lags, np.zeros(1), replace(dear, step=0.0), noise).nats - whole


def share_whole(found: Sequence[Lags], costs: Costs) -> float:
    """Share of the sequences that are left one stretch of one offset."""
    kept = 0
    for lags in found:
        grown = costs.grown(lags.blocks * lags.block_frames)
        best = segmented(lags, BASE_SLOPES, grown, noise_of(lags, costs.noise))
        kept += len(best.segments) == 1 and best.segments[0].slope == 0
    return kept / len(found)


def fitted(found: Sequence[Lags], unrelated: Sequence[Lags]) -> Costs:
    """The costs that these sequences bear out."""
    noise = float(np.mean([spread_of(each) for each in unrelated]))
    costs = Costs(noise=round(noise, 4))
    step = _cost([gained(lags, costs, "step") for lags in found])
    rate = _cost([gained(lags, costs, "rate") for lags in found])
    return replace(costs, step=step, silence=step, rate=rate)


def _cost(gains: Sequence[float]) -> float:
    print("free changes gain", np.round(np.quantile(gains, [0.5, 0.9, 0.95, 0.98, 0.99, 1.0]), 1), "nats")
    return round(float(np.quantile(gains, KEPT_WHOLE)), 1)


def run(weights: Path, corpus: Corpus) -> None:
    """Writes ``timeline.json`` beside the weights."""
    torch.set_num_threads(1)
    network = load_ensemble(weights)
    people = speakers(network, corpus, split(corpus)[1])
    print(f"{len(people)} speakers whose clips agree, {sum(len(each.clips) for each in people)} clips")
    made = list(sequences(network, corpus, people, SEQUENCES))
    found = [lags_between(each.video, each.audio) for each in made]
    others = [
        lags_between(one.video, other.audio) for one, other in pairwise(made) if one.speaker != other.speaker
    ]
    costs = fitted(found, others)
    print(f"{share_whole(found, costs):.3f} of {len(found)} sequences are left whole")
    costs = replace(costs, weights_sha256=weights_sha256(weights))
    path = weights.with_name("timeline.json")
    path.write_text(json.dumps(asdict(costs), indent=2) + "\n", "utf-8")
    print(path, costs)


def main() -> None:
    """Command line."""
    run(*given(__doc__))


if __name__ == "__main__":
    main()
