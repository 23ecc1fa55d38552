"""Liptune as a library: how well lips match speech in a video, and copies in which they match.

    import liptune

    found = liptune.measure("a.mp4")
    found.verdict, found.offset_ms
    liptune.retime("a.mp4", output="repaired")

Options are keywords, as `docs/api.md` names them. Every function raises `LiptuneError` (see
`liptune.core.errors`): with a stable ``code``, what is wrong, and what may be done about it.
"""

from liptune.core.errors import LiptuneError
from liptune.core.library import Result, dub, measure, retime, warp

__all__ = ["LiptuneError", "Result", "dub", "measure", "retime", "warp"]
