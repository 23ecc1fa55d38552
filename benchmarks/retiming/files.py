"""The whole operation on files: a clip is tampered with and written, its picture retimed, and both judged."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.retiming.clips import CutClip
from benchmarks.retiming.trials import FRAME_MS, Reference
from benchmarks.retiming.warps import FAMILIES, Frames
from liptune.core.analysis.cache import FolderCache
from liptune.core.media.clock.frames import frame_times
from liptune.core.media.probe.probe import probe
from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.media.write.containers import output_suffix
from liptune.core.media.write.render import render_picks
from liptune.core.operations.retime import retime
from liptune.core.options import RetimeOptions
from liptune.core.plan.types import TimeWarp
from liptune.core.retime.picks import picks

HEADER = (
    f"{'file':<28} {'mode':<7} {'before':>8} {'after':>8} {'frames':>7} {'distance':>17} {'confidence':>13}"
    " judge"
)


@dataclass(frozen=True)
class FileTrial:
    """``before_ms``, ``after_ms``: mean absolute residual against the known warp. ``frames_kept``: as many
    frames came back. ``distance``, ``confidence``: measured from the file, before and after. ``agrees``:
    whether the judge sees a gain too; None where nothing was moved.
    """

    clip: str
    mode: str
    before_ms: float
    after_ms: float
    frames_kept: bool
    distance: tuple[float, float]
    confidence: tuple[float, float]
    agrees: bool | None

    def __str__(self) -> str:
        return (
            f"{self.clip:<28} {self.mode:<7} {self.before_ms:>6.1f}ms {self.after_ms:>6.1f}ms "
            f"{'kept' if self.frames_kept else 'LOST':>7} "
            f"{self.distance[0]:>7.3f} → {self.distance[1]:>7.3f} "
            f"{self.confidence[0]:>5.1f} → {self.confidence[1]:>5.1f} "
            f"{'' if self.agrees is None else 'agrees' if self.agrees else 'disagrees'}"
        )


def file_trials(
    folder: Path, references: list[Reference], family: str, engine: str, most: int
) -> Iterator[FileTrial]:
    """Retimes up to ``most`` of the clips whose longest stretch is all of the clip."""
    usable = [ref for ref in references if ref.offset is not None and _whole(folder, ref.clip)]
    for index, ref in enumerate(usable[:: max(1, len(usable) // max(1, most))][:most]):
        with TemporaryDirectory() as work:
            shown = FAMILIES[family](ref.clip.loudness, np.random.default_rng(index))
            yield _trial(folder / ref.clip.name, ref, shown, engine, Path(work))


def _whole(folder: Path, clip: CutClip) -> bool:
    frames = round(probe(folder / clip.name).duration_seconds * ANALYSIS_FPS)
    return len(clip.inputs) >= frames - 2


def _trial(path: Path, ref: Reference, shown: Frames, engine: str, work: Path) -> FileTrial:
    info = probe(path)
    times = frame_times(info)
    warp = TimeWarp(_clock(shown) / ANALYSIS_FPS, (shown + (ref.offset or 0.0)) / ANALYSIS_FPS)
    tampered = work / f"tampered{output_suffix(info)}"
    render_picks(info, picks(warp, times.seconds), tampered, times=times)
    options = RetimeOptions.model_validate({"engine": engine, "move": "picture"})
    done = retime(tampered, None, options, output=work / "out", cache=FolderCache(work / "cache"))
    made = json.loads((work / "out" / "timewarp.json").read_text("utf-8"))
    scores = done.result["before"]["score"], done.result["score"]
    return FileTrial(
        path.name,
        made["mode"],
        _residual_ms(shown, _clock(shown), _clock(shown)),
        _residual_ms(
            shown,
            np.array(made["source_seconds"]) * ANALYSIS_FPS,
            (np.array(made["output_seconds"]) - made["sound_shift_seconds"]) * ANALYSIS_FPS,
        ),
        len(frame_times(probe(done.artifacts[0])).ticks) == len(times.ticks),
        (scores[0]["distance_at_zero"], scores[1]["distance_at_zero"]),
        (scores[0]["confidence"], scores[1]["confidence"]),
        done.result["judge"] and done.result["judge"]["agrees"],
    )


def _residual_ms(shown: Frames, source: Frames, heard: Frames) -> float:
    """``source``: the tampered frame that is shown while the moment ``heard`` is; frames."""
    fair = (heard >= shown.min()) & (heard <= shown.max())
    return float(np.abs(np.interp(source, _clock(shown), shown) - heard)[fair].mean() * FRAME_MS)


def _clock(shown: Frames) -> Frames:
    return np.arange(len(shown), dtype=np.float64)
