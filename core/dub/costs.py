"""What it costs to give a frame the mouth of another, and which few mouths are worth a closer look."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liptune.core.articulation.mouth import JAW, LIPS, opening
from liptune.core.dub.mouths import FROM_GALLERY, Mouths
from liptune.core.dub.shapes import Shapes
from liptune.core.dub.wanted import Wanted

Floats = NDArray[np.float32]

SHAPE_UNIT = 0.02
"""Distance of points, in distances between the eyes, that costs 1: below it bending is not seen."""

CHIN_WEIGHT = 0.3
OPENING_WEIGHT = 1.5
POSE_UNIT_DEGREES = 4.0
POSE_LIMIT_DEGREES = 8.0
LIGHT_UNIT = 0.3
"""Likewise of pose and, in binary logarithms, of light."""

BLUR_COST = 1.0
"""Of a mouth half as sharp as the video's are."""

NEVER = 1e4
"""Of what would not look like a mouth: it is never chosen, and a frame that finds nothing else is left."""

CLOSED = 0.02
"""Lips this little further apart than the face's closed ones are closed."""

WIDENED = 2.5
"""How far an open mouth may be opened further: what is inside has so many pixels only."""

NEAR_SECONDS = 60.0
"""How far away in time a mouth may be: light, hair and beards change, and crops wait on disk meanwhile."""

JUMP_FRAMES = 10
"""The skin changes hardly in so many frames."""

NEAREST, IN_RUNS = 28, 12
"""Mouths of each frame that the search looks at: the cheapest, and the cheapest middles of seven frames."""

RUN_REACH = 3
CHUNK_FRAMES = 128


@dataclass(frozen=True)
class Candidates:
    """For each of M frames that are dubbed, K mouths. ``frames``: (M,) their numbers in the copy, ascending.

    ``donors``: (M, K) mouths: frames of the source, or of the gallery after them. ``costs``: (M, K).
    """

    frames: NDArray[np.int64]
    donors: NDArray[np.int64]
    costs: Floats


def candidates(mouths: Mouths, wanted: Wanted, seconds: NDArray[np.float64], closed: float) -> Candidates:
    """The mouths that are near enough to each frame's wanted shape, of its own shot.

    ``seconds``: (N,) when each frame was taken. ``closed``: the opening of the face's closed lips.

    Memory: a chunk of frames against the mouths of two minutes.
    """
    frames = np.flatnonzero(wanted.worked & (mouths.track[wanted.shown] >= 0))
    found = [
        _of_track(mouths, wanted, seconds, closed, rows) for rows in _shots(mouths, wanted.shown, frames)
    ]
    empty = np.empty((0, NEAREST + IN_RUNS))
    donors = np.concatenate([empty.astype(np.int64), *[each for each, _ in found]])
    costs = np.concatenate([empty.astype(np.float32), *[each for _, each in found]])
    return Candidates(frames, donors, costs)


def goes_on(sources: NDArray[np.int64], mouths: Mouths) -> NDArray[np.bool_]:
    """(M - 1,) whether the next of M source frames shows the same face, and hardly later or earlier."""
    same = np.diff(mouths.track[sources]) == 0
    return np.asarray(same & (np.abs(np.diff(sources)) <= JUMP_FRAMES), np.bool_)


def _shots(mouths: Mouths, shown: NDArray[np.int64], frames: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Frames of one track each, in chunks."""
    sources = shown[frames]
    edges = np.flatnonzero(~goes_on(sources, mouths)) + 1
    return [
        rows[at : at + CHUNK_FRAMES]
        for rows in np.split(frames, edges)
        for at in range(0, len(rows), CHUNK_FRAMES)
    ]


def _of_track(
    mouths: Mouths,
    wanted: Wanted,
    seconds: NDArray[np.float64],
    closed: float,
    rows: NDArray[np.int64],
) -> tuple[NDArray[np.int64], Floats]:
    sources = wanted.shown[rows]
    taken = seconds[sources]
    low, high = np.searchsorted(seconds, [taken.min() - NEAR_SECONDS, taken.max() + NEAR_SECONDS])
    near = np.concatenate([np.arange(low, high), np.flatnonzero(mouths.track == FROM_GALLERY)])
    costs = pairwise(mouths, wanted.shapes[rows], sources, near, closed)
    return near_ones(costs, near)


def near_ones(costs: Floats, near: NDArray[np.int64]) -> tuple[NDArray[np.int64], Floats]:
    """(M, K) the cheapest of (M, n) ``costs`` of the mouths ``near``, alone and amid a run, and their costs.

    Where there are fewer than K, some come twice.
    """
    picks = np.concatenate([_least(costs, NEAREST), _least(_runs(costs), IN_RUNS)], axis=1)
    return near[picks], np.take_along_axis(costs, picks, axis=1)


def _least(costs: Floats, count: int) -> NDArray[np.int64]:
    few = min(count, costs.shape[1])
    found = np.argpartition(costs, few - 1, axis=1)[:, :few]
    return np.asarray(np.take(found, np.arange(count) % few, axis=1), np.int64)


def _runs(costs: Floats) -> Floats:
    """The mean along the diagonal: what seven frames cost that are shown in the order they were taken."""
    padded = np.pad(costs, RUN_REACH, mode="edge")
    height, width = costs.shape
    shifted = [padded[at : at + height, at : at + width] for at in range(2 * RUN_REACH + 1)]
    return np.asarray(sum(shifted[1:], shifted[0].copy()), np.float32)


def pairwise(
    mouths: Mouths, shapes: Shapes, rows: NDArray[np.int64], donors: NDArray[np.int64], closed: float
) -> Floats:
    """(m, n) costs of giving each of the source's frames ``rows``, which shall have ``shapes``, each of
    ``donors``."""
    targets = _features(shapes, mouths.pose[rows], mouths.light[rows])
    known, pose = np.nan_to_num(mouths.shapes[donors]), np.nan_to_num(mouths.pose[donors])
    sources = _features(known, pose, mouths.light[donors])
    costs = _squared(targets, sources) + _blur(mouths, donors)
    never = (mouths.track[donors] != mouths.track[rows][:, None]) & (mouths.track[donors] != FROM_GALLERY)
    never |= _turned(mouths.pose[rows], mouths.pose[donors]) > POSE_LIMIT_DEGREES
    never |= ~_reaches(opening(shapes)[:, None] - closed, (mouths.openings[donors] - closed)[None])
    costs[never] += NEVER
    return costs


def _reaches(wanted: Floats, donor: Floats) -> NDArray[np.bool_]:
    """Whether a mouth open by ``donor`` can be bent to ``wanted``, both beyond the closed mouth's."""
    open_enough = wanted <= np.maximum(CLOSED, WIDENED * donor)
    return np.asarray(open_enough & ((wanted > CLOSED) | (donor <= CLOSED)))


def _features(shapes: Shapes, pose: NDArray[np.float64], light: Floats) -> Floats:
    """(n, D), between which the squared distance is the cost."""
    lips, chin = shapes[:, LIPS].reshape(len(shapes), -1), shapes[:, JAW].reshape(len(shapes), -1)
    columns = [
        lips / np.sqrt(lips.shape[1] / 2),
        CHIN_WEIGHT * chin / np.sqrt(chin.shape[1] / 2),
        OPENING_WEIGHT * opening(shapes)[:, None],
        SHAPE_UNIT / POSE_UNIT_DEGREES * pose,
        SHAPE_UNIT / LIGHT_UNIT * np.log2(light)[:, None],
    ]
    return np.concatenate(columns, axis=1).astype(np.float32) / np.float32(SHAPE_UNIT)


def _squared(one: Floats, other: Floats) -> Floats:
    middle = other.mean(axis=0)
    one, other = one - middle, other - middle
    both = np.square(one).sum(axis=1)[:, None] + np.square(other).sum(axis=1)
    return np.asarray(np.maximum(both - 2 * one @ other.T, 0), np.float32)


def _blur(mouths: Mouths, donors: NDArray[np.int64]) -> Floats:
    usual = np.median(mouths.sharpness[mouths.track >= 0])
    return np.asarray(BLUR_COST * np.maximum(0, np.log2(usual / mouths.sharpness[donors])), np.float32)


def _turned(one: NDArray[np.float64], other: NDArray[np.float64]) -> Floats:
    """(m, n) the largest difference of an angle."""
    apart = np.zeros((len(one), len(other)), np.float32)
    for angle in range(3):
        np.maximum(apart, np.abs(one[:, angle, None] - np.nan_to_num(other[:, angle])), out=apart)
    return apart
