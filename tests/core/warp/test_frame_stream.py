from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from liptune.core.media.read.raw import RawFormat, RawFrame
from liptune.core.warp.donors import Wish
from liptune.core.warp.faces import FrameFaces
from liptune.core.warp.frame_stream import Pairing, Step
from liptune.core.warp.looks import Seen, unlike
from liptune.core.warp.types import Left, Pair
from tests.core.warp.scenes import SIDE, landmarks, portrait, view

LAYOUT = RawFormat("yuv444p", SIDE, SIDE)
STILL = Wish(left=Left.IN_TIME)


def wish(*candidates: int) -> Wish:
    return Wish(candidates, tuple(float(rank) for rank in range(len(candidates))))


class Source:
    """Frames told apart by their first sample; counts those that are still held."""

    def __init__(self, pixels: Sequence[np.ndarray]) -> None:
        self._pixels = pixels
        self.read = 0

    def __iter__(self) -> Iterator[RawFrame]:
        for number, pixels in enumerate(self._pixels):
            self.read += 1
            frame = np.rint(np.moveaxis(pixels, 2, 0)).astype(np.uint8).ravel()
            frame[0] = number
            yield frame


def pairing(wishes: list[Wish]) -> Pairing:
    count = len(wishes)
    points = np.repeat(landmarks()[None], count, axis=0)
    found = FrameFaces(points, np.zeros(count, np.int64), np.zeros((count, 3)))
    return Pairing(LAYOUT, found, wishes, 1.0)


def steps(wishes: list[Wish], pictures: Sequence[np.ndarray] | None = None) -> list[Step]:
    picture = portrait(landmarks())
    return list(pairing(wishes).steps(iter(Source(pictures or [picture] * len(wishes)))))


def test_every_frame_comes_out_once_and_in_order_with_its_donor() -> None:
    found = steps([wish(2), STILL, wish(0), wish(4, 3), wish(1)])
    assert [step.index for step in found] == list(range(5))
    assert [int(step.frame[0]) for step in found] == list(range(5))
    assert [step.donor for step in found] == [2, 1, 0, 4, 1]
    assert found[1].pair is Left.IN_TIME
    assert isinstance(found[0].pair, Pair)


def test_a_frame_is_held_only_until_its_donor_has_come() -> None:
    source = Source([portrait(landmarks())] * 8)
    stream = pairing([STILL, wish(4), *[STILL] * 6]).steps(iter(source))
    next(stream)
    assert source.read == 1
    next(stream)
    assert source.read == 5


def test_a_blurred_donor_gives_way_to_its_neighbour() -> None:
    sharp = portrait(landmarks())
    soft = np.full_like(sharp, 120)
    found = steps([Wish((2, 3), (0.0, 0.5)), STILL, STILL, STILL], [sharp, sharp, soft, sharp])
    assert found[0].donor == 3


def test_time_does_not_run_backwards() -> None:
    found = steps([wish(3), Wish((2, 3, 4), (0.0, 0.5, 1.0)), STILL, STILL, STILL])
    assert [step.donor for step in found[:2]] == [3, 3]


def test_blur_and_light_count_against_a_donor() -> None:
    face = view(landmarks())
    here = Seen(face, 8.0, 100.0)
    assert unlike(here, here) == 0
    assert unlike(Seen(face, 16.0, 100.0), here) == 0
    assert unlike(Seen(face, 4.0, 100.0), here) == pytest.approx(unlike(Seen(face, 2.0, 100.0), here) / 2)
    assert unlike(Seen(face, 8.0, 50.0), here) == unlike(Seen(face, 8.0, 200.0), here) > 0


def test_a_source_that_ends_early_still_gives_up_its_frames() -> None:
    found = list(pairing([STILL, wish(4), *[STILL] * 4]).steps(iter(Source([portrait(landmarks())] * 3))))
    assert [step.index for step in found] == [0, 1, 2]
    assert found[1].pair is Left.NO_FACE
