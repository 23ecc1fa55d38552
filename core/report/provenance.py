"""The versions and constants that a score was computed with, JSON-ready."""

import platform
import subprocess
from dataclasses import asdict
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from liptune.core.analysis import Analysis
from liptune.core.media.types import ANALYSIS_FPS, SAMPLE_RATE
from liptune.core.settings import settings
from liptune.core.sync import active, evidence, interval, moments, null, profile
from liptune.core.sync import verdict as verdicts
from liptune.core.sync.calibration import Calibration
from liptune.core.sync.types import BAND_RADIUS

PACKAGES = (
    "liptune",
    "numpy",
    "scipy",
    "ai-edge-litert",
    "torch",
    "opencv-python-headless",
    "dlib-bin",
    "face_recognition_models",
)


def provenance(analysis: Analysis, calibration: Calibration) -> dict[str, Any]:
    """Versions and constants."""
    return {
        "versions": versions(),
        "landmarks": settings().landmarks,
        "engine": {
            "id": analysis.engine.id,
            "weights_sha256": analysis.engine.weights_sha256,
            "preprocessing": analysis.engine.preprocessing,
            "window_frames": analysis.engine.window,
            "centre_frame": analysis.engine.centre,
            "normalised": analysis.engine.normalised,
        },
        "constants": constants(calibration),
    }


def constants(calibration: Calibration) -> dict[str, Any]:
    """The numbers that the scores are computed with."""
    return {
        "analysis_fps": ANALYSIS_FPS,
        "sample_rate": SAMPLE_RATE,
        "distance": "euclidean",
        "band_form": "masked",
        "band_radius_frames": BAND_RADIUS,
        "band_minimum_share_of_pairs": profile.MINIMUM_SHARE,
        "false_alarms": calibration.false_alarms,
        "sync_acc_distance": calibration.sync_acc_distance,
        "chance_prior": calibration.prior and asdict(calibration.prior),
        "calibrated_on_weights_sha256": calibration.weights_sha256,
        "evidence_floor_medians": evidence.FLOOR,
        "band_neighbour_weights": [round(float(weight), 4) for weight in profile.NEIGHBOURS],
        "evidence_centring_sweeps": evidence.SWEEPS,
        "null_draws": [null.FEWEST_DRAWS, null.MOST_DRAWS],
        "null_draw_step_frames": null.DRAW_STEP_FRAMES,
        "null_dip_radius_frames": null.DIP_RADIUS,
        "bootstrap_block_frames": interval.BLOCK_FRAMES,
        "bootstrap_resamples": interval.RESAMPLES,
        "bootstrap_seed": interval.SEED,
        "speaker_selection_frames": active.SELECTION_FRAMES,
        "moment_window_frames": moments.WINDOW_FRAMES,
        "moment_step_frames": moments.WINDOW_FRAMES // moments.STEPS_A_WINDOW,
        "in_sync_ms": [verdicts.LATE_LIMIT_MS, verdicts.EARLY_LIMIT_MS],
    }


@cache
def versions() -> dict[str, str | None]:
    """Versions of what computes the numbers, null where a package is not installed."""
    return {"python": platform.python_version(), "ffmpeg": _ffmpeg()} | {
        package: _installed(package) for package in PACKAGES
    }


def _installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _ffmpeg() -> str:
    answer = subprocess.run(
        ["ffmpeg", "-version"],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
        stdin=subprocess.DEVNULL,
    )
    return answer.stdout.split()[2]
