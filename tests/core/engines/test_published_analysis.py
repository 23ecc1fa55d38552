"""The published engines through the whole analysis, from a video file to a verdict."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from liptune.core.analysis.run import analyse
from liptune.core.analysis.types import identity_of
from liptune.core.engines.protocol import SyncEngine
from liptune.core.media.probe.probe import probe
from liptune.core.options import MeasureOptions
from liptune.core.sync.calibration import calibration_of
from liptune.core.sync.clip import score_clip
from liptune.core.sync.published import published_scores
from liptune.core.sync.types import Verdict
from tests.core.engines.test_published_engines import stable_syncnet, syncnet_v2

SAMPLE = Path(__file__).parents[3] / "samples" / "astronaut_early.mp4"


@pytest.mark.slow
@pytest.mark.parametrize(("make", "unread"), [(syncnet_v2, 1), (stable_syncnet, 0)])
def test_an_engine_that_never_learnt_is_fed_every_frame_and_finds_no_evidence(
    make: Callable[[], SyncEngine], unread: int, tmp_path: Path
) -> None:
    engine = make()
    clip = tmp_path / "clip.mp4"
    command = ["ffmpeg", "-v", "error", "-t", "3", "-i", str(SAMPLE), "-c", "copy", str(clip)]
    subprocess.run(command, check=True)
    media = probe(clip)
    analysis = analyse(media, media, engine)
    (face,) = analysis.tracks
    windows = np.isfinite(face.embeddings).all(axis=1)
    assert windows.sum() == face.track.frames - engine.window + 1 - unread
    score = score_clip(analysis, MeasureOptions(), calibration_of(identity_of(engine))).speaker.score
    assert score.verdict is Verdict.NO_EVIDENCE
    assert published_scores(face.embeddings, analysis.audio) is not None
