"""How much would more people bring, and what does another seed: ``python -m training.people``.

Trains single networks of ``lite`` from nothing, each on a share of the training people, for the same number
of steps, in the cache folder of ``training.lite``. Judges them, and the members of the bundled engine one by
one, on held-out speakers, and on evaluation clips against the own offsets that the bundled engine finds in
them. Writes ``benchmarks/results/people.json``.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.record import provenance, write_result
from benchmarks.retiming.clips import CutClip, cut_clips
from benchmarks.retiming.trials import embed, reference
from benchmarks.windows import judge, summary
from liptune.core.engines.lite.engine import load_from
from liptune.core.engines.lite.weights_file import WEIGHTS
from liptune.core.engines.protocol import SyncEngine
from liptune.core.engines.registry import load_engine
from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.sync.band import distance_band
from liptune.core.sync.evidence import evidence
from liptune.core.sync.profile import profile
from training.command import CACHE
from training.corpus import Corpus
from training.lite import CLIPS, load_corpus, train_members
from training.member import Member
from training.network.ensemble import LiteEnsemble
from training.network.network import Widths
from training.network.weights import load_ensemble, save_weights
from training.split import of_people, split
from training.validation import bands, window_accuracy

STEPS = 1000
SHARES = (0.25, 0.5, 1.0)
WINDOWS = (5, 15, 25, 50)
HELD_OUT_WINDOWS = (1, 5, 15)

Rows = NDArray[np.float32]


def rows_of(clip: CutClip, engine: SyncEngine) -> Rows:
    """The clip's band of ±15 frames as scores read it, (frames, 31)."""
    video, audio = embed(engine, clip.inputs), engine.embed_audio([clip.samples])
    return evidence(distance_band(video, audio).values)


def own_offsets(clips: Sequence[CutClip], engine: SyncEngine) -> dict[str, int]:
    """The column of each clip's own offset, of those that have one."""
    sure = {clip.name for clip in clips if reference(clip, engine).offset is not None}
    return {clip.name: profile(rows_of(clip, engine)).best for clip in clips if clip.name in sure}


def judged(
    weights: Path, corpus: Corpus, clips: Sequence[CutClip], offsets: Mapping[str, int]
) -> dict[str, dict[str, float]]:
    """Shares of windows within one frame, on held-out speakers and on evaluation clips."""
    held_out = bands(load_ensemble(weights), corpus, split(corpus)[1])
    engine = load_from("lite", weights)
    rows = [(rows_of(clip, engine), offsets[clip.name]) for clip in clips if clip.name in offsets]
    seen = {frames: summary([judge(*row, frames) for row in rows])["within_one"] for frames in WINDOWS}
    return {
        "held_out": {str(n): round(window_accuracy(held_out, n), 4) for n in HELD_OUT_WINDOWS},
        "evaluation": {str(n): round(share, 4) for n, share in seen.items()},
    }


def trained_on(corpus: Corpus, share: float) -> dict[str, int]:
    """How many people, clips and seconds that is."""
    clips = of_people(corpus, split(corpus)[0], share)
    people = set(zip(corpus.source[clips].tolist(), corpus.speaker[clips].tolist(), strict=True))
    seconds = round(int(corpus.length[clips].sum()) / ANALYSIS_FPS)
    return {"people": len(people), "clips": len(clips), "seconds": seconds}


def members_of_bundled(folder: Path) -> dict[str, Path]:
    """The networks of the bundled weights, a file each."""
    found = {}
    for index, network in enumerate(load_ensemble()):
        path = folder / f"bundled-{index}.safetensors"
        save_weights(LiteEnsemble([network]), path)
        found[f"bundled, member {index}"] = path
    return found


def main() -> None:
    """Command line."""
    given = _options()
    corpus = load_corpus(given.clips, given.cache, given.processes)
    trained = f"{given.seed}-{given.steps}"
    members = {
        share: Member(given.cache, f"people-{share:g}-{trained}", given.seed, given.steps, Widths(), share)
        for share in given.shares
    }
    train_members(list(members.values()), given.processes)
    networks = {f"{share:g} of the people": member.weights for share, member in members.items()}
    networks |= members_of_bundled(given.cache) | {"bundled": WEIGHTS}
    bundled = load_engine("lite")
    clips = cut_clips(given.eval, bundled, given.kept)
    offsets = own_offsets(clips, bundled)
    told = {
        **provenance(bundled),
        "steps": given.steps,
        "seed": given.seed,
        "trained_on": {f"{share:g}": trained_on(corpus, share) for share in given.shares},
        "evaluation_clips": len(offsets),
        "within_one_of_31": {
            name: judged(weights, corpus, clips, offsets) for name, weights in networks.items()
        },
    }
    write_result("people", told)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clips", type=Path, nargs="+", default=CLIPS)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--eval", type=Path, default=Path("../shared/clips/eval"))
    parser.add_argument("--kept", type=Path, default=Path("out/benchmarks/cut"), help="folder of cut clips")
    parser.add_argument("--shares", type=float, nargs="+", default=list(SHARES))
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--processes", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    main()
