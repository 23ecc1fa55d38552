"""Which clips are held out."""

import math
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

HELD_OUT = 0.08
LARGEST_HELD_OUT_SPEAKER = 40
SEED = 5


class People(Protocol):
    """Clips by where they come from and who is in them, (n,) each."""

    @property
    def source(self) -> NDArray[np.int64]:
        """Index of the data set."""
        ...

    @property
    def speaker(self) -> NDArray[np.int64]:
        """Index of the person."""
        ...


def split(corpus: People) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(training, validation) clips; no person of the many-speaker source is in both.

    The single speaker of the other source is only trained on. People with very many clips are, too: holding
    one out would be most of the validation.
    """
    words = corpus.source == 0
    people = np.unique(corpus.speaker[words])
    np.random.default_rng(SEED).shuffle(people)
    held_out: list[int] = []
    clips = 0
    for person in people:
        count = int((words & (corpus.speaker == person)).sum())
        if count <= LARGEST_HELD_OUT_SPEAKER and clips < HELD_OUT * words.sum():
            held_out.append(int(person))
            clips += count
    validation = words & np.isin(corpus.speaker, held_out)
    return np.flatnonzero(~validation), np.flatnonzero(validation)


def of_people(people: People, clips: NDArray[np.int64], share: float) -> NDArray[np.int64]:
    """The clips of a share of each source's people, who are among those of any larger share."""
    return np.sort(
        np.concatenate(
            [
                _drawn(people.speaker, clips[people.source[clips] == source], share)
                for source in np.unique(people.source[clips])
            ]
        )
    )


def _drawn(speaker: NDArray[np.int64], clips: NDArray[np.int64], share: float) -> NDArray[np.int64]:
    there = np.unique(speaker[clips])
    np.random.default_rng(SEED).shuffle(there)
    return clips[np.isin(speaker[clips], there[: math.ceil(share * len(there))])]
