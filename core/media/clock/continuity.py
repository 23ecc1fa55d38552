"""The packets of an MPEG transport stream: how long they are, and whether some are missing at a place."""

from collections.abc import Iterator
from pathlib import Path

PACKET = 188
WITH_ARRIVAL = 192
"""Bytes of a packet behind the time at which it arrives, as in the files of Blu-ray and AVCHD."""
SIZES = (PACKET, WITH_ARRIVAL, 204)
AROUND_BYTES = 64 * PACKET
_SYNC = 0x47


def packet_bytes(path: Path) -> int:
    """How far a packet of the file is from the next; 0 where its beginning is none of a transport stream."""
    with path.open("rb") as file:
        return _laid(file.read(AROUND_BYTES))[0]


def is_broken(path: Path, position: int) -> bool:
    """Whether a packet's continuity counter does not follow the one before, or it says that it need not.

    ISO/IEC 13818-1, 2.4.3.3. Looks at some 100 packets around a byte of the file.
    """
    with path.open("rb") as file:
        file.seek(max(0, position - AROUND_BYTES))
        content = file.read(2 * AROUND_BYTES)
    counters: dict[int, int] = {}
    for packet in _packets(content):
        pid = (packet[1] & 0x1F) << 8 | packet[2]
        has_field, has_payload, counter = packet[3] & 0x20, packet[3] & 0x10, packet[3] & 0x0F
        if has_field and packet[4] and packet[5] & 0x80:
            return True
        if has_payload and pid != 0x1FFF:
            if pid in counters and counter not in {counters[pid], (counters[pid] + 1) & 0x0F}:
                return True
            counters[pid] = counter
    return False


def _packets(content: bytes) -> Iterator[bytes]:
    size, begin = _laid(content)
    if size:
        yield from (content[at : at + PACKET] for at in range(begin, len(content) - PACKET, size))


def _laid(content: bytes) -> tuple[int, int]:
    """How far packets are from each other, and where the first begins; (0, 0) where there are none."""
    for size in SIZES:
        for begin in range(size):
            starts = range(begin, len(content) - PACKET, size)
            if len(starts) > 2 and all(content[at] == _SYNC for at in starts):
                return size, begin
    return 0, 0
