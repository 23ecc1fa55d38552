"""A closer look at a picture in which no face could be followed."""

from dataclasses import replace

from liptune.core.engines.protocol import SyncEngine
from liptune.core.faces.geometry import side
from liptune.core.faces.missed import look_again, readable_side, region_around
from liptune.core.faces.types import Sightings
from liptune.core.media.probe.probe import require_video
from liptune.core.media.read.decode import scaled_size
from liptune.core.media.read.stills import stills
from liptune.core.media.types import MediaInfo, MediaLimits, Region

LOOKS = 5
SIDE = 1920
"""Longest side of a still; of a larger picture, smaller faces are not looked for."""


def explained(
    sightings: Sightings, video: MediaInfo, engine: SyncEngine, region: Region | None, limits: MediaLimits
) -> Sightings:
    """The sightings, and what a few stills at full size and turned show."""
    picture = require_video(video)
    shown = region or Region(0, 0, picture.width, picture.height)
    moments = [(at + 0.5) / LOOKS * picture.duration_seconds for at in range(LOOKS)]
    missed = look_again(stills(video, moments, side=SIDE, region=region, limits=limits))
    if not missed.small:
        return replace(sightings, turned=missed.turned)
    zoom = shown.width / scaled_size(picture, SIDE, region)[0]
    analysed = scaled_size(picture, engine.analysis_side, region)[0] / shown.width
    largest = max(sightings.largest_face, zoom * side(missed.small[0].box))
    x, y, width, height = region_around(missed.small[0].enlarged(zoom), shown.width, shown.height)
    return replace(
        sightings,
        largest_face=largest,
        readable_face=readable_side(analysed),
        too_small=largest < readable_side(analysed),
        region=f"{shown.x + x},{shown.y + y},{width},{height}",
    )
