"""Pictures with side data in some of their packets, put there byte by byte."""

import re
import struct
from collections.abc import Callable
from pathlib import Path

from tests.media_factory import ffmpeg, numbered_video

START = b"\0\0\0\1"
CAPTION = b"GA94\x03\x42\xff" + b"\xfc\x94\x2c" + b"\xf8\x80\x80" + b"\xff"
"""ATSC A/53 Part 4: two pairs of CEA-608."""
NO_CAPTION = b"GA94\x03\x40\xff\xff"
FORMAT = b"DTG1\x41\xf8"
T35 = b"\xb5\x00\x31"


def hdr10_plus() -> bytes:
    """SMPTE ST 2094-40 of one window, behind the country and the provider that CTA-861-H names."""
    bits = "".join(
        format(value, f"0{width}b")
        for value, width in [
            (1, 8), (1, 2), (400, 27), (0, 1), (9000, 17), (8000, 17), (7000, 17), (5000, 17), (0, 4),
            (10, 10), (0, 1), (0, 1), (0, 1),
        ]
    )  # fmt: skip
    bits += "0" * (-len(bits) % 8)
    return b"\xb5\x00\x3c\x00\x01\x04" + int(bits, 2).to_bytes(len(bits) // 8)


def registered(codec: str, payload: bytes) -> bytes:
    """An SEI message of user data that ITU-T T.35 registers."""
    return sei(codec, 4, payload)


def sei(codec: str, kind: int, payload: bytes) -> bytes:
    """A NAL unit with one SEI message."""
    content = bytes([kind, len(payload)]) + payload + b"\x80"
    escaped = re.sub(rb"\x00\x00(?=[\x00-\x03])", b"\x00\x00\x03", content)
    return START + (b"\x06" if codec == "h264" else b"\x4e\x01") + escaped


def user_data(payload: bytes) -> bytes:
    """MPEG-2's user data of a picture."""
    return b"\0\0\1\xb2" + payload


def begins_picture(codec: str) -> Callable[[bytes], bool]:
    """Whether what follows a start code is (the first slice of) a picture."""
    return {
        "h264": lambda unit: unit[0] & 31 in {1, 5},
        "hevc": lambda unit: unit[0] >> 1 & 63 < 32,
        "mpeg2video": lambda unit: unit[0] == 1,
    }[codec]


def with_payload(output: Path, codec: str, added: bytes, *, first: int, frames: int = 150) -> Path:
    """A video whose frames carry ``added`` from the one numbered ``first`` on, in the order of coding."""
    encoder = {
        "h264": ("libx264", "-preset", "ultrafast"),
        "hevc": ("libx265", "-preset", "ultrafast", "-x265-params", "log-level=error:frame-threads=1:wpp=0"),
        "mpeg2video": ("mpeg2video", "-q:v", "2"),
    }
    raw = output.with_suffix(f".{codec}")
    numbered_video(raw, frames=frames, codec=("-c:v", *encoder[codec], "-g", "25"), mux=("-f", codec))
    raw.write_bytes(_inserted(raw.read_bytes(), codec, added, first))
    reader, tag = codec.replace("2video", "video"), ("-tag:v", "hvc1") if codec == "hevc" else ()
    ffmpeg("-fflags", "+genpts", "-r", "25", "-f", reader, "-i", raw, "-c", "copy", *tag, output)
    raw.unlink()
    return output


def _inserted(stream: bytes, codec: str, added: bytes, first: int) -> bytes:
    starts, made, number, begins = _starts(stream), bytearray(), 0, begins_picture(codec)
    for begin, end in zip(starts, [*starts[1:], len(stream)], strict=True):
        unit = stream[begin:end]
        if begins(unit[unit.index(b"\1") + 1 :]):
            made += added if number >= first else b""
            number += 1
        made += unit
    return bytes(made)


def _starts(stream: bytes) -> list[int]:
    return [found.start() for found in re.finditer(rb"\x00?\x00\x00\x01", stream)]


def alpha_information() -> bytes:
    """HEVC's alpha channel information: straight alpha of 8 bits, 0 transparent to 255 opaque."""
    # cancel 0, use_idc 0 (3), bit depth - 8: 0 (3), transparent 0 (9), opaque 255 (9), incr 0, clip 0.
    bits = "0" + "000" + "000" + format(0, "09b") + format(255, "09b") + "0" + "0"
    return sei("hevc", 165, struct.pack(">I", int(bits.ljust(32, "0"), 2)))
