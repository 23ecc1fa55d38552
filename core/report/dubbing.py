"""Reports a dub: its part of the result, ``landmarks.json``, ``speech.png`` and ``preview.png``."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liptune.core.analysis import Analysis
from liptune.core.articulation.types import Speech
from liptune.core.dub.dubbing import TAG, Plan
from liptune.core.dub.gallery import Gallery
from liptune.core.dub.whose import speaking_faces
from liptune.core.media.probe.probe import require_video
from liptune.core.media.types import ANALYSIS_FPS, MediaInfo
from liptune.core.options import DubOptions
from liptune.core.report.preview import draw_preview
from liptune.core.report.result import Json, number
from liptune.core.report.retiming import lacking, losses_of, with_earlier
from liptune.core.report.speech import Mouths, draw_speech
from liptune.core.report.write import place
from liptune.core.sync.clip import ClipScore
from liptune.core.sync.listening import Listening
from liptune.core.sync.score import Scored
from liptune.core.sync.types import Judgement, Verdict
from liptune.core.warp.faces import shown_faces
from liptune.core.warp.transplant import Transplanted
from liptune.core.warp.types import Left

LANDMARKS = "landmarks.json"
SPEECH_CHART = "speech.png"
PREVIEW = "preview.png"

LEFT = {
    Left.NO_FACE: "without a face",
    Left.POSE: "with the face seen from the side",
    Left.SHAPE: "asking for a mouth that the video does not have",
    Left.OUTSIDE: "outside of the stretch",
    Left.OCCLUDED: "with something before the mouth",
    Left.DEGENERATE: "with a mouth that cannot be read",
}


@dataclass(frozen=True)
class Dubbed:
    """A dub that was carried out. ``samples``: (S,) of the new sound at 16 kHz. ``after``: the score of the
    copy. ``kept_sounds``: how many of the old stay beside the new."""

    plan: Plan
    done: Transplanted
    speech: Speech
    samples: NDArray[np.float32]
    after: ClipScore
    kept_sounds: int = 0
    gallery: Gallery | None = None


def dubbing_report(
    report: Json,
    before: ClipScore,
    analysis: Analysis,
    *,
    listening: Listening,
    dubbed: Dubbed,
    options: DubOptions,
    judgement: Judgement | None,
) -> Json:
    """The report of the dubbed copy, with how the video measured by the new sound before, and who agrees."""
    report = with_earlier(report, before, analysis, listening=listening, judgement=judgement)
    told = dubbing_of(dubbed, options)
    return report | {
        "explanation": [f"{told['reason']}.", *lacking(dubbed.done.losses), *report["explanation"]],
        "result": report["result"] | {"dub": told, **losses_of(dubbed.done.losses)},
    }


def dubbing_of(dubbed: Dubbed, options: DubOptions) -> Json:
    """What was done and what came of it, JSON-ready. ``left``: frames left alone, by reason."""
    done, scored = dubbed.done, dubbed.after.speaker
    left = Counter(filter(None, done.left)).most_common()
    return {
        "reason": followed(scored),
        "follows": scored.score.verdict is Verdict.IN_SYNC,
        "evidence": number(scored.score.confidence, 2),
        "chance": number(scored.threshold, 2),
        "done": " ".join([told_of(done, dubbed.kept_sounds), *left_alone(done.left)]),
        "frames": len(done.left),
        "frames_added": max(0, len(done.left) - len(dubbed.plan.showing.own.ticks)),
        "frames_changed": int(done.changed.sum()),
        "frames_from_gallery": int((done.changed & (dubbed.plan.taken >= 0)).sum()),
        "share_changed": number(float(done.changed.mean()), 4),
        "left": {reason.value: count for reason, count in left},
        "seconds_of_speech": number(float(dubbed.speech.speaking.sum()) / ANALYSIS_FPS, 2),
        "expression": options.expression,
        "length": options.length,
        "fill": options.fill,
        "kept_audio": dubbed.kept_sounds,
        "tag": TAG,
        "picture": done.picture,
    }


def followed(scored: Scored) -> str:
    """Whether the lips follow the new sound, in a sentence without a full stop."""
    score = scored.score
    figures = f"evidence {score.confidence:.1f}, chance {scored.threshold:.1f}"
    if score.verdict is Verdict.IN_SYNC:
        return f"The lips now follow the new sound ({figures})"
    if score.verdict is Verdict.OUT_OF_SYNC:
        off = f"{abs(score.offset_ms):.0f} ms {'early' if score.offset_ms > 0 else 'late'}"
        return f"The lips do not follow the new sound as it plays: it is {off} for them ({figures})"
    return f"The lips do not follow the new sound ({figures})"


def left_alone(left: Sequence[Left | None]) -> list[str]:
    """How many frames are left as they are, and why, in a sentence; empty where none is."""
    reasons = Counter(filter(None, left)).most_common()
    if not reasons:
        return []
    told = ", ".join(f"{count} {LEFT.get(reason, reason.value)}" for reason, count in reasons)
    return [f"Of {len(left)} frames, {sum(count for _, count in reasons)} are left as they are: {told}."]


def told_of(done: Transplanted, kept_sounds: int) -> str:
    """What was done, in a sentence. ``kept_sounds``: how many of the old stay beside the new."""
    changed, place = int(done.changed.sum()), "takes the place of the old"
    if kept_sounds:
        place = "is played, and the old is kept after it"
    if changed == 0:
        return f"No mouth was changed; the new sound {place}."
    return (
        f"{changed} of {len(done.left)} frames have the mouth of another moment, bent to what the new sound "
        f"asks for; it {place}."
    )


def write_dubbing(dubbed: Dubbed, copy: Analysis, video: MediaInfo, folder: Path) -> tuple[Path, ...]:
    """Writes the landmarks, the plot of them, and the most changed moments where there are any.

    ``copy``: the analysis of the copy.
    """
    done, seconds = dubbed.done, dubbed.done.times.seconds
    final = shown_faces(copy, speaking_faces(copy, dubbed.after), seconds).landmarks
    mouths = Mouths(seconds, dubbed.plan.points, final)
    files = [
        place(folder / LANDMARKS, lambda path: write_landmarks(dubbed, final, path)),
        place(
            folder / SPEECH_CHART,
            lambda path: draw_speech(dubbed.samples, dubbed.speech, mouths, path),
        ),
    ]
    if done.shots:
        stream = require_video(video)
        taken = _taken(dubbed)
        files.append(
            place(folder / PREVIEW, lambda path: draw_preview(done.shots, seconds, stream, path, taken))
        )
    return tuple(files)


def write_landmarks(dubbed: Dubbed, final: NDArray[np.float32], path: Path) -> None:
    """A row for each frame, and the prosody at 25 a second; written row by row.

    Points are 68 of iBUG in pixels of the picture as displayed: ``predicted`` what the sound asks for,
    ``final`` what is measured in the copy; null where no face is seen.
    """
    speech = dubbed.speech
    curves = {name: _rounded(values) for name, values in vars(speech.prosody).items()}
    prosody = {"fps": ANALYSIS_FPS, "speaking": speech.speaking.tolist(), **curves}
    with path.open("w", encoding="utf-8") as file:
        file.write(f'{{"prosody": {json.dumps(prosody)},\n"frames": [')
        for number_, row in enumerate(_rows(dubbed, final)):
            file.write(f"{',' if number_ else ''}\n{json.dumps(row)}")
        file.write("\n]}\n")


def _rows(dubbed: Dubbed, final: NDArray[np.float32]) -> Iterator[dict[str, Any]]:
    done, times, taken = dubbed.done, dubbed.done.times.seconds, _taken(dubbed)
    for at, seconds in enumerate(times.tolist()):
        left = done.left[at]
        yield {
            "seconds": round(seconds, 4),
            "mouth_from_seconds": round(float(taken[done.donors[at]]), 4),
            "mouth_from_gallery": bool(done.donors[at] >= len(dubbed.plan.showing.own.ticks)),
            "left": left.value if left else None,
            "predicted": _points(dubbed.plan.points[at]),
            "final": _points(final[at]),
        }


def _taken(dubbed: Dubbed) -> NDArray[np.float64]:
    """When each mouth was taken, in its own file: the video's frames, then the gallery's."""
    own = dubbed.plan.showing.own.seconds
    return own if dubbed.gallery is None else np.concatenate([own, dubbed.gallery.times.seconds])


def _points(points: NDArray[np.float32]) -> list[list[float]] | None:
    if not np.isfinite(points).all():
        return None
    return [[round(value, 1) for value in point] for point in points.tolist()]


def _rounded(values: NDArray[np.float32]) -> list[float | None]:
    return [number(value, 2) for value in values.tolist()]
