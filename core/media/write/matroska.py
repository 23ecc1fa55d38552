"""Raw frames with exact timestamps on a pipe, as the simplest Matroska stream there is.

A raw video pipe has no timestamps, so it cannot carry variable frame rates; Matroska with ticks of a
nanosecond can. Element ids are those of RFC 9559.
"""

from fractions import Fraction

from liptune.core.media.read.raw import RawFormat

NANOSECOND = 10**9

_EBML, _DOC_TYPE = 0x1A45DFA3, 0x4282
_SEGMENT, _INFO, _TIMESTAMP_SCALE = 0x18538067, 0x1549A966, 0x2AD7B1
_TRACKS, _TRACK, _NUMBER, _UID, _KIND, _CODEC, _DURATION = (
    0x1654AE6B,
    0xAE,
    0xD7,
    0x73C5,
    0x83,
    0x86,
    0x23E383,
)
_VIDEO, _WIDTH, _HEIGHT, _FOURCC = 0xE0, 0xB0, 0xBA, 0x2EB524
_CLUSTER, _TIMESTAMP, _BLOCK = 0x1F43B675, 0xE7, 0xA3
_UNKNOWN_SIZE = b"\x01" + b"\xff" * 7
_BLOCK_HEAD = b"\x81\x00\x00\x80"

_FOURCCS = {
    "gray": b"Y800", "gray10le": b"Y1\x00\x0a", "gray12le": b"Y1\x00\x0c",
    "yuv420p": b"I420", "yuv422p": b"Y42B", "yuv444p": b"444P",
    "yuv420p10le": b"Y3\x0b\x0a", "yuv422p10le": b"Y3\x0a\x0a", "yuv444p10le": b"Y3\x00\x0a",
    "yuv420p12le": b"Y3\x0b\x0c", "yuv422p12le": b"Y3\x0a\x0c", "yuv444p12le": b"Y3\x00\x0c",
    "yuva420p": b"Y4\x0b\x08", "yuva422p": b"Y4\x0a\x08", "yuva444p": b"Y4\x00\x08",
    "yuva444p10le": b"Y4\x00\x0a", "yuva444p12le": b"Y4\x00\x0c",
}  # fmt: skip
"""ffmpeg's codes of raw pixel formats."""


def can_carry(pixel_format: str) -> bool:
    """Whether frames of this format have a code."""
    return _plain(pixel_format) in _FOURCCS


def header(layout: RawFormat, fps: Fraction) -> bytes:
    """The stream's beginning. ``fps`` is a hint for the encoder, not what times the frames."""
    video = _element(
        _VIDEO,
        _number(_WIDTH, layout.width)
        + _number(_HEIGHT, layout.height)
        + _element(_FOURCC, _FOURCCS[_plain(layout.name)]),
    )
    track = (
        _number(_NUMBER, 1) + _number(_UID, 1) + _number(_KIND, 1) + _element(_CODEC, b"V_UNCOMPRESSED")
        + _number(_DURATION, round(NANOSECOND / fps)) + video
    )  # fmt: skip
    return (
        _element(_EBML, _element(_DOC_TYPE, b"matroska"))
        + _SEGMENT.to_bytes(4) + _UNKNOWN_SIZE
        + _element(_INFO, _number(_TIMESTAMP_SCALE, 1))
        + _element(_TRACKS, _element(_TRACK, track))
    )  # fmt: skip


def frame_header(nanoseconds: int, size: int) -> bytes:
    """What precedes the ``size`` bytes of a frame shown at ``nanoseconds``."""
    block = _BLOCK.to_bytes(1) + _size(len(_BLOCK_HEAD) + size) + _BLOCK_HEAD
    timestamp = _number(_TIMESTAMP, nanoseconds)
    return _CLUSTER.to_bytes(4) + _size(len(timestamp) + len(block) + size) + timestamp + block


def _plain(pixel_format: str) -> str:
    """The full-range formats lie in memory as the others do."""
    return pixel_format.replace("yuvj", "yuv")


def _size(count: int) -> bytes:
    return ((1 << 56) | count).to_bytes(8)


def _element(identifier: int, content: bytes) -> bytes:
    return identifier.to_bytes(-(-identifier.bit_length() // 8)) + _size(len(content)) + content


def _number(identifier: int, value: int) -> bytes:
    return _element(identifier, value.to_bytes(8))
