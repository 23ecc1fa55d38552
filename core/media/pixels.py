"""What ffmpeg's names of pixel formats say."""

import re


def has_alpha(name: str) -> bool:
    """Whether frames have an alpha plane; a palette may."""
    return bool(re.match(r"yuva|ayuv|gbrap|rgba|argb|bgra|abgr|ya8|ya16|pal8", name))


def is_rgb(name: str) -> bool:
    """Whether samples are red, green and blue, or numbers of such colours."""
    return bool(re.match(r"gbr|x2(?:rgb|bgr)|[0ax]?(?:rgb|bgr)|pal8", name))


def bits_of(name: str) -> int:
    """Bits of a sample."""
    planar = re.search(r"(?:p|gray|y)(9|10|12|14|16)(?:le|be)?$", name)
    if planar:
        return int(planar[1])
    return 16 if re.search(r"(?:48|64|ya16)(?:le|be)?$", name) else 8


def chroma_of(name: str) -> tuple[int, int]:
    """How often, by powers of two, the colour is halved across and down: of 4:2:0 once each, of RGB never."""
    planar = re.match(r"yuvj?a?(4\d\d)p|[yuv]{4,6}(4\d\d)", name)
    semi = re.match(r"(nv12|nv21|p01\d)|(nv16|nv20|[py]21\d)", name)
    if planar:
        return _HALVED[next(filter(None, planar.groups()))]
    return ((1, 1) if semi[1] else (1, 0)) if semi else (0, 0)


_HALVED = {"444": (0, 0), "440": (0, 1), "422": (1, 0), "420": (1, 1), "411": (2, 0), "410": (2, 2)}
