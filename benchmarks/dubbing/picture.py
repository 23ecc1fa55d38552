"""Is the picture of a dub intact? Measured on the frames as they go to the encoder."""

import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np

from benchmarks.warping.picture import inspect
from liptune.core.analysis.cache import FolderCache
from liptune.core.articulation.spoken import spoken
from liptune.core.dub.dubbing import MOST_DIFFERENCE, Stage, outcomes, plan
from liptune.core.dub.whose import speaking_faces
from liptune.core.media.probe.probe import require_video
from liptune.core.media.read.raw import read_frames
from liptune.core.media.types import NO_LIMITS
from liptune.core.media.write.codecs import raw_format
from liptune.core.media.write.picture import describe_picture
from liptune.core.operations.dub import understood
from liptune.core.operations.measure import measured
from liptune.core.options import DubOptions
from liptune.core.progress import silent
from liptune.core.warp.colour import colours_of
from liptune.core.warp.pyramid import Pyramid
from liptune.core.warp.transplant import Outcome
from liptune.core.warp.types import Composite, Floats, Pair

INSIDE = 0.9
"""Of the mask: where nearly all of a pixel is the donor's."""


def pictured(clip: Path, sound: Path, cache: FolderCache) -> dict[str, float]:
    """The figures of ``clip`` dubbed with ``sound``, JSON-ready."""
    options = DubOptions()
    before = measured(clip, sound, options, cache=cache, progress=silent, limits=NO_LIMITS)
    scene = understood(before, speaking_faces(before.analysis, before.clip), options, spoken)
    stage = Stage(before.picture, before.sound, before.analysis, scene.whose)
    layout = raw_format(require_video(before.picture))
    colours = colours_of(describe_picture(before.picture), layout)
    began = time.monotonic()
    planned = plan(stage, scene.speech, scene.speaker, (0.0, np.inf), progress=silent)
    blend = Pyramid(colours, MOST_DIFFERENCE)
    with tempfile.TemporaryDirectory() as folder:
        count = sum(1 for _ in outcomes(stage, planned, blend, Path(folder), lambda: None))
        lasted = time.monotonic() - began
        sharp: list[float] = []
        with (
            closing(outcomes(stage, planned, blend, Path(folder), lambda: None)) as made,
            closing(read_frames(before.picture, layout)) as originals,
        ):
            found = inspect(_noted(made, sharp), originals, layout, colours).summary()
    return found | {
        "sharpness_ratio": statistics.median(sharp or [1.0]),
        "frames_a_second": count / lasted,
        "pixels": layout.width * layout.height,
    }


def _noted(made: Iterable[Outcome], sharp: list[float]) -> Iterator[Outcome]:
    """Yields them, and adds the sharpness inside of each mask, against that of the face that gave it."""
    for step, done in made:
        if isinstance(done, Composite) and isinstance(step.pair, Pair):
            target, donor = step.pair.target.pixels[..., 0], step.pair.donor.pixels[..., 0]
            after = np.asarray(target + done.change[..., 0], np.float32)
            height, width = target.shape
            own = np.asarray(cv2.resize(donor, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)
            sharp.append(_detail(after, done.mask) / max(_detail(own, done.mask), 1e-6))
        yield step, done


def _detail(luma: Floats, mask: Floats) -> float:
    return float(cv2.Laplacian(luma, cv2.CV_32F)[mask > INSIDE].std()) if (mask > INSIDE).any() else 1.0
