import numpy as np
import pytest

from benchmarks.timing.tampering import STRETCH_SECONDS, Tampering, tamperings

CUTS = np.array([1.0, 5.0, 6.5, 10.6, 12.0, 15.5])


@pytest.fixture(params=range(5))
def done(request: pytest.FixtureRequest) -> list[Tampering]:
    return [*tamperings(20.0, CUTS, np.random.default_rng(request.param))]


def test_pieces_follow_each_other_and_none_is_short(done: list[Tampering]) -> None:
    for each in done:
        edges = [each.pieces[0].start, *(piece.end for piece in each.pieces)]
        assert edges[0] == 0
        assert edges[-1] == 20
        assert [piece.start for piece in each.pieces] == edges[:-1]
        assert np.diff(edges).min() >= STRETCH_SECONDS


def test_steps_at_cuts_are_at_cuts(done: list[Tampering]) -> None:
    found = [each for each in done if each.kind == "cuts"]
    assert [len(each.pieces) for each in found] == [2, 3, 4]
    assert {piece.start for each in found for piece in each.pieces[1:]} <= set(CUTS)


def test_what_has_no_cuts_has_no_steps_at_them() -> None:
    done = tamperings(20.0, np.zeros(0), np.random.default_rng(0))
    assert all(each.kind != "cuts" for each in done)
