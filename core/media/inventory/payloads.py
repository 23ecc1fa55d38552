"""What comes with a picture's frames inside its packets, found in the whole stream without decoding it.

Captions may begin with the first word and HDR metadata with the first scene: the first frames do not tell.
"""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from liptune.core.media.ffmpeg import QUIET, Child, input_arguments, source
from liptune.core.media.inventory.types import Stream

ALPHA = "alpha layer"
CAPTIONS = "ATSC A53 Part 4 Closed Captions"
FORMAT = "Active format description"
HDR10_PLUS = "HDR Dynamic Metadata SMPTE2094-40 (HDR10+)"
DOLBY_VISION = "Dolby Vision RPU Data"

SCAN_SECONDS = 3600.0
_FILTERS = {"h264": "h264_mp4toannexb", "hevc": "hevc_mp4toannexb"}
_SOME_CAPTIONS = rb"GA94\x03[\x41-\x5f\x61-\x7f\xc1-\xdf\xe1-\xff]"
"""ATSC A/53 Part 4: the flag that they are to be processed, and a count above 0."""
_REGISTERED = {
    CAPTIONS: rb"\xb5\x00\x31" + _SOME_CAPTIONS,
    FORMAT: rb"\xb5\x00\x31DTG1[\x40-\x7f\xc0-\xff]",
    HDR10_PLUS: rb"\xb5\x00\x3c\x00\x01\x04[\x00\x01]",
}
"""User data registered by ITU-T T.35, in H.264, HEVC and AV1: country, provider, kind."""
_PATTERNS = {
    "h264": _REGISTERED,
    "av1": _REGISTERED,
    "hevc": _REGISTERED
    | {
        DOLBY_VISION: rb"\x00\x00\x01\x7c\x01",
        ALPHA: rb"\x00\x00\x01\x4e\x01\xa5",
    },
    "mpeg2video": {
        CAPTIONS: rb"\x00\x00\x01\xb2" + _SOME_CAPTIONS,
        FORMAT: rb"\x00\x00\x01\xb2DTG1[\x40-\x7f\xc0-\xff]",
    },
}
"""By codec; of HEVC (ITU-T H.265) also NAL unit type 62, which Dolby Vision uses, and the alpha channel
information SEI (payload type 165), behind start codes, which no other bytes can look like."""
_LONGEST = 12


def payloads_of(
    path: Path, picture: Stream, *, heartbeat: Callable[[], None] | None = None
) -> frozenset[str]:
    """The kinds of side data in the packets of a picture, by ffprobe's names, and `ALPHA`.

    Of codecs whose packets are not understood, none. Time: that of reading the file. ``heartbeat``: see
    `liptune.core.media.ffmpeg.Child`. Raises `TimedOut`.
    """
    patterns = _PATTERNS.get(picture.codec)
    if patterns is None:
        return frozenset()
    annex_b = ("-bsf:v", _FILTERS[picture.codec]) if picture.codec in _FILTERS else ()
    arguments = [
        "ffmpeg", *QUIET, "-nostdin", *input_arguments(), "-i", source(path), "-map", f"0:{picture.index}",
        "-c", "copy", "-copyinkf", *annex_b, "-f", "data", "pipe:1",
    ]  # fmt: skip
    with Child(arguments, path, limit_seconds=SCAN_SECONDS, heartbeat=heartbeat) as child:
        found = _found(child.chunks(), {name: re.compile(each, re.DOTALL) for name, each in patterns.items()})
        if child.finish() < 0:
            raise child.failure(f"The packets of {path.name} cannot be read")
    return found


def _found(chunks: Iterable[bytes], wanted: dict[str, re.Pattern[bytes]]) -> frozenset[str]:
    found: set[str] = set()
    rest = b""
    for chunk in chunks:
        content = rest + chunk
        found |= {name for name, pattern in wanted.items() if name not in found and pattern.search(content)}
        rest = content[-_LONGEST:]
    return frozenset(found)
