"""Recordings spliced from parts whose clocks are known."""

from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liptune.core.errors import MediaUnreadable
from liptune.core.media.clock.jumps import MOST_PIECES, OVERLAP_SECONDS, JumpFinder

PICTURE, SOUND = 0, 1
FRAME, PACKET = 0.04, 0.024
NEAR = 0.1
"""So near to the limit, sound may count as outlasting the picture or not: ends are known to a packet."""
PERIOD = 2**33 / 90_000


@dataclass(frozen=True)
class Part:
    """A recording: when its clock begins, how long picture and sound last, where the sound pauses."""

    begin: float
    picture: float
    sound: float
    pause: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Packet:
    stream: int
    decoded: float
    shown: float
    part: int


def packets_of(part: Part, number: int) -> list[Packet]:
    """In the order of the file, with B-frames: every second frame is decoded after the one it precedes."""
    frames = round(part.picture / FRAME)
    orders = [frame + (1, -1)[frame % 2] if frame + frame % 2 < frames else frame for frame in range(frames)]
    found = [
        Packet(PICTURE, part.begin + (slot - 1) * FRAME, part.begin + frame * FRAME, number)
        for slot, frame in enumerate(orders)
    ]
    for packet in range(round(part.sound / PACKET)):
        moment = packet * PACKET
        if not part.pause[0] <= moment < part.pause[1]:
            found.append(Packet(SOUND, part.begin + moment, part.begin + moment, number))
    return sorted(found, key=lambda packet: packet.decoded)


def read(packets: list[Packet], *, broken: bool = True) -> JumpFinder:
    finder = JumpFinder(wraps=True, broken=lambda _: broken, picture=PICTURE)
    for position, packet in enumerate(packets):
        length = FRAME if packet.stream == PICTURE else PACKET
        finder.add(packet.stream, packet.decoded % PERIOD, packet.shown % PERIOD, length, position)
    finder.finish()
    return finder


def told(finder: JumpFinder, packets: list[Packet], stream: int) -> dict[int, set[float]]:
    """By part, what the clock adds to the times of its packets of a stream, to the millisecond."""
    shown = finder.clock().of(stream).follow()
    found: dict[int, set[float]] = {}
    for packet in packets:
        if packet.stream == stream:
            moment = shown(packet.decoded % PERIOD, packet.shown % PERIOD)
            assert moment is not None
            found.setdefault(packet.part, set()).add(round(moment - packet.shown, 3))
    return found


lengths = st.floats(1.0, 20.0)
parts = st.builds(
    Part,
    begin=st.floats(1.0, 80_000.0),
    picture=lengths,
    sound=lengths,
    pause=st.tuples(st.floats(0.5, 5.0), st.floats(0.0, 40.0)).map(lambda pair: (pair[0], sum(pair))),
)


def goes_on(part: Part) -> bool:
    """Whether some stream always does: where all pause at a place that is broken, nothing tells a splice."""
    return all(after.decoded - before.decoded < 8 for before, after in pairwise(packets_of(part, 0)))


@settings(max_examples=40)
@given(st.lists(parts.filter(goes_on), min_size=1, max_size=5))
def test_every_splice_is_closed_for_all_streams_together(recordings: list[Part]) -> None:
    if any(-1.5 < after.begin - before.begin < 45 for before, after in pairwise(recordings)):
        return  # not told from a pause
    packets = [p for number, part in enumerate(recordings) for p in packets_of(part, number)]
    finder = read(packets)
    picture, sound = told(finder, packets, PICTURE), told(finder, packets, SOUND)
    end = {PICTURE: 0.0, SOUND: 0.0}
    for number in range(len(recordings)):
        (shift,) = picture[number]
        assert sound.get(number, {shift}) == {shift}
        if number:
            beyond = end[SOUND] - end[PICTURE] - OVERLAP_SECONDS if number in sound else -1.0
            first = {p.stream: p.shown for p in reversed(packets) if p.part == number}
            first[PICTURE] = min(p.shown for p in packets if p.part == number and p.stream == PICTURE)
            closed = {leads for leads, at in first.items() if abs(shift + at - end[leads]) <= 0.06}
            assert SOUND in closed or beyond < NEAR
            assert PICTURE in closed or beyond > -NEAR
        for packet in packets:
            if packet.part == number:
                end[packet.stream] = max(end[packet.stream], packet.shown + shift + PACKET)
    assert finder.clock().jumps == len(recordings) - 1


def test_a_pause_of_one_stream_is_none_of_the_clock() -> None:
    packets = packets_of(Part(5.0, 400.0, 400.0, (20.0, 380.0)), 0)
    finder = read(packets)
    assert finder.clock().jumps == 0
    assert finder.span(SOUND).duration_seconds == pytest.approx(400, abs=0.1)


@pytest.mark.parametrize(("broken", "jumps", "seconds"), [(False, 0, 40.0), (True, 1, 10.0)])
def test_a_pause_of_all_is_a_splice_where_the_container_is_broken(
    broken: bool, jumps: int, seconds: float
) -> None:
    packets = packets_of(Part(0.0, 5.0, 5.0), 0) + packets_of(Part(35.0, 5.0, 5.0), 1)
    finder = read(packets, broken=broken)
    assert finder.clock().jumps == jumps
    assert finder.span(PICTURE).duration_seconds == pytest.approx(seconds, abs=0.1)


def test_the_clock_wraps_without_a_jump() -> None:
    packets = packets_of(Part(PERIOD - 5.0, 10.0, 10.0), 0)
    finder = read(packets)
    assert finder.clock().jumps == 0
    assert told(finder, packets, PICTURE) == {0: {0.0}}
    assert finder.span(SOUND).duration_seconds == pytest.approx(10, abs=0.1)


@pytest.mark.parametrize("wrong", [4000.0, 3.0, -3.0, -4000.0])
def test_a_damaged_time_is_left_out(wrong: float) -> None:
    packets = packets_of(Part(6000.0, 10.0, 10.0), 0)
    at = next(i for i, packet in enumerate(packets) if packet.stream == PICTURE and packet.decoded > 6004)
    packets[at] = Packet(PICTURE, packets[at].decoded + wrong, packets[at].shown + wrong, 1)
    finder = read(packets)
    assert finder.clock().jumps == 0
    assert finder.span(PICTURE).duration_seconds == pytest.approx(10, abs=0.1)


def test_packets_without_times_count_by_their_length() -> None:
    finder = JumpFinder(wraps=False, broken=lambda _: False, picture=PICTURE)
    for _ in range(50):
        finder.add(PICTURE, None, None, FRAME, None)
    finder.finish()
    assert finder.span(PICTURE).duration_seconds == pytest.approx(2.0)
    assert finder.span(PICTURE).rate == 25


def test_a_clock_that_jumps_all_the_time_is_refused() -> None:
    with pytest.raises(MediaUnreadable, match="jumps too often"):
        read([p for n in range(MOST_PIECES) for p in packets_of(Part(9000.0 - 30 * n, 1.0, 1.0), n)])
