"""What ffmpeg's names of pixel formats say."""

import re


def has_alpha(name: str) -> bool:
    """Whether frames have an alpha plane; a palette may."""
    return bool(re.match(r"yuva|gbrap|rgba|argb|bgra|abgr|ya8|ya16|pal8", name))


def bits_of(name: str) -> int:
    """Bits of a sample."""
    planar = re.search(r"(?:p|gray|y)(9|10|12|14|16)(?:le|be)?$", name)
    if planar:
        return int(planar[1])
    return 16 if re.search(r"(?:48|64|ya16)(?:le|be)?$", name) else 8
