from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.split import of_people


@dataclass(frozen=True)
class Clips:
    source: NDArray[np.int64]
    speaker: NDArray[np.int64]


# Eight people with three clips each from one source, two with ten each from another.
CLIPS = Clips(
    np.repeat([0, 1], [24, 20]), np.concatenate([np.repeat(np.arange(8), 3), np.repeat([8, 9], 10)])
)
EVERY = np.arange(44)


def people_of(share: float) -> set[int]:
    return set(CLIPS.speaker[of_people(CLIPS, EVERY, share)].tolist())


def test_a_share_of_each_sources_people_is_taken() -> None:
    assert len(people_of(0.25) & set(range(8))) == 2
    assert len(people_of(0.25) & {8, 9}) == 1
    assert people_of(1.0) == set(range(10))


def test_people_bring_all_their_clips_and_no_others() -> None:
    half = of_people(CLIPS, EVERY, 0.5)
    assert half.tolist() == np.flatnonzero(np.isin(CLIPS.speaker, list(people_of(0.5)))).tolist()
    held_out = np.flatnonzero(CLIPS.speaker != 3)
    assert set(of_people(CLIPS, held_out, 1.0).tolist()) == set(held_out.tolist())


def test_fewer_people_are_among_more() -> None:
    assert people_of(0.25) < people_of(0.5) < people_of(1.0)
