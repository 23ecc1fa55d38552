"""What is seen in a part, as arrays."""

import json
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liptune.core.analysis.analysis_file import packed_tracks, tracks_in
from liptune.core.analysis.parts.types import Seam, SeenPart
from liptune.core.analysis.types import Arrays
from liptune.core.faces.types import Sightings


def packed_part(seen: SeenPart) -> Arrays:
    """As arrays and a JSON header."""
    header = {
        "head": seen.head and seen.head.frame,
        "tail": seen.tail and seen.tail.frame,
        "sightings": asdict(seen.sightings),
        "complained": seen.complained,
        "tracks": [{"index": each.track.index, "first": each.track.first} for each in seen.tracks],
    }
    return {
        "header": np.array(json.dumps(header)),
        "cuts": seen.cuts,
        "head": _before(seen.head),
        "tail": _before(seen.tail),
        **packed_tracks(seen.tracks),
    }


def part_in(arrays: Arrays | None) -> SeenPart | None:
    """What was seen in the part; None where the arrays are none, or not of a part."""
    try:
        return _parse(arrays) if arrays is not None else None
    except (KeyError, TypeError, ValueError):
        return None


def _parse(arrays: Arrays) -> SeenPart:
    header = json.loads(str(arrays["header"]))
    return SeenPart(
        head=_seam(header["head"], arrays["head"]),
        tail=_seam(header["tail"], arrays["tail"]),
        tracks=tracks_in(header["tracks"], arrays),
        cuts=arrays["cuts"],
        sightings=Sightings(**header["sightings"]),
        complained=header["complained"],
    )


def _before(seam: Seam | None) -> NDArray[np.uint64]:
    return seam.before if seam else np.zeros(0, np.uint64)


def _seam(frame: int | None, before: NDArray[Any]) -> Seam | None:
    return None if frame is None else Seam(frame, before)
