"""The bundled sample's face, and what may be put before it."""

from functools import cache
from pathlib import Path

import cv2
import numpy as np

from liptune.core.faces.landmarks import landmark_model
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.read.raw import read_frames
from liptune.core.media.write.codecs import raw_format
from liptune.core.media.write.picture import describe_picture
from liptune.core.warp.colour import Colours, colours_of
from liptune.core.warp.landmarks import CHIN, MOUTH, face_size
from liptune.core.warp.patch import view_of
from liptune.core.warp.types import Floats, View

SAMPLE = Path(__file__).parents[3] / "samples" / "astronaut.mp4"
FACE = (111.5, 124.0, 306.5, 319.0)
WHITE = (225.0, 128.0, 128.0)
BLACK = (30.0, 128.0, 128.0)


@cache
def frames(count: int = 24) -> tuple[View, ...]:
    """The lower face in the first frames."""
    info = probe(SAMPLE)
    layout = raw_format(require_video(info))
    found = []
    for _, frame in zip(range(count), read_frames(info, layout), strict=False):
        located = landmark_model().locate(np.asarray(layout.planes(frame)[0], np.uint8), FACE)
        assert located is not None
        view = view_of(layout, frame, located.points, 1.0)
        assert view is not None
        found.append(view)
    return tuple(found)


@cache
def colours() -> Colours:
    info = probe(SAMPLE)
    return colours_of(describe_picture(info), raw_format(require_video(info)))


def nodded(view: View, down: float) -> View:
    """The head some pixels lower in the same view."""
    shift = np.array([[1, 0, 0], [0, 1, down]], np.float64)
    size = view.pixels.shape[1], view.pixels.shape[0]
    pixels = np.asarray(cv2.warpAffine(view.pixels, shift, size, borderMode=cv2.BORDER_REPLICATE), np.float32)
    return View(view.box, pixels, view.landmarks + np.array((0, down), np.float32), view.aspect)


def with_collar(view: View, middle: Floats) -> View:
    """A white shirt, whose opening is at a place that does not depend on the face."""
    face = face_size(view.landmarks)
    mask = np.ones(view.pixels.shape[:2], np.uint8)
    cv2.ellipse(
        mask,
        _at(middle - np.array((0, 0.4 * face), np.float32)),
        _at((0.45 * face, 0.4 * face)),
        0,
        0,
        360,
        0,
        -1,
    )
    mask[: round(float(middle[1]) - 0.4 * face)] = 0
    return _painted(view, mask, WHITE)


def with_microphone(view: View) -> View:
    """Held before the chin, from below."""
    face, mouth = face_size(view.landmarks), view.landmarks[MOUTH].mean(axis=0)
    head = mouth + np.array((0, 0.13 * face))
    mask = np.zeros(view.pixels.shape[:2], np.uint8)
    cv2.circle(mask, _at(head), round(0.1 * face), 1, -1)
    cv2.line(mask, _at(head), _at(view.landmarks[CHIN] + (0.05 * face, 0.4 * face)), 1, round(0.06 * face))
    return _painted(view, mask, BLACK)


def with_hand(view: View) -> View:
    """A palm of the face's own skin, a little lighter."""
    face, mouth = face_size(view.landmarks), view.landmarks[MOUTH].mean(axis=0)
    cheek = np.rint(view.landmarks[2] + (0.12 * face, 0)).astype(int)
    mask = np.zeros(view.pixels.shape[:2], np.uint8)
    cv2.ellipse(
        mask, _at(mouth + np.array((0, 0.08 * face))), _at((0.3 * face, 0.2 * face)), 20, 0, 360, 1, -1
    )
    tone = view.pixels[cheek[1], cheek[0]] + (15, 0, 4)
    return _painted(view, mask, tuple(tone.tolist()))


def _painted(view: View, mask: np.ndarray, tone: tuple[float, ...]) -> View:
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 1)[..., None]
    pixels = view.pixels * (1 - soft) + np.array(tone, np.float32) * soft
    return View(view.box, np.asarray(pixels, np.float32), view.landmarks, view.aspect)


def _at(point: "Floats | tuple[float, float]") -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))
