"""``measure``: a video scored, and the report of it; every repair begins and ends with that.

Who only wants the score does not wait for what draws the report: matplotlib and scipy take a second.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liptune.core.analysis import Analysis, AnalysisCache, Seen, identity_of
from liptune.core.analysis.cache import Subject, analysed
from liptune.core.analysis.parts.film import Film
from liptune.core.engines.judge import engine as judges
from liptune.core.engines.judging import judging_engine
from liptune.core.engines.lite.engine import LiteEngine
from liptune.core.engines.lite.weights_file import JUDGE
from liptune.core.engines.protocol import SyncEngine
from liptune.core.engines.registry import load_engine
from liptune.core.errors import MediaError, NoFace
from liptune.core.media.clock.frames import frame_times
from liptune.core.media.decibels import SILENCE_DBFS
from liptune.core.media.laying import laid, laying
from liptune.core.media.probe.probe import probe, require_audio, require_video
from liptune.core.media.region import region_of
from liptune.core.media.sounds import Sound, candidates, with_default
from liptune.core.media.types import DEFAULT_LIMITS, MediaInfo, MediaLimits
from liptune.core.operations.table import OperationResult
from liptune.core.options import MeasureOptions, RepairOptions
from liptune.core.progress import Progress, Remembered, silent
from liptune.core.report.result import result_of
from liptune.core.sync.calibration import Calibration, calibration_of
from liptune.core.sync.clip import ClipScore, score_clip
from liptune.core.sync.listening import Listening, Tried, first_error, fits_better


def measure(
    video: Path,
    audio: Path | None,
    options: MeasureOptions,
    *,
    output: Path | None,
    cache: AnalysisCache,
    progress: Progress = silent,
    limits: MediaLimits | None = None,
) -> OperationResult:
    """Measures how well the lips in ``video`` match its sound, or that of ``audio``.

    Writes ``report.json``, ``report.html``, ``distance.png`` and, of the stretches, ``markers.csv``,
    ``markers.otio`` and ``markers.edl`` into the folder ``output``, each whole or not at all; nothing where
    it is None. The stages of ``progress`` are probe, analyse, score and report.

    Raises:
        MediaError: A file cannot be used (its subclasses say why).
        NoFace: Nothing in the clip can be scored.
        InvalidOption: There is no such face or stretch.
        EngineUnavailable: The engine's weights are not installed.
    """
    found = measured(video, audio, options, cache=cache, progress=progress, limits=limits)
    if output is None:
        return OperationResult(result_on(found), ())
    return _reported(found, options, output, progress)


def analyse(
    video: Path,
    audio: Path | None,
    options: MeasureOptions,
    *,
    cache: AnalysisCache,
    progress: Progress = silent,
    limits: MediaLimits | None = None,
) -> None:
    """Leaves in ``cache`` the analyses that the other operations begin with, unless they are there.

    The stages of ``progress`` are probe and analyse.

    Raises:
        MediaError: A file cannot be used (its subclasses say why).
        EngineUnavailable: The engine's weights are not installed.
    """
    subject, sounds = _subject(video, audio, options, progress=progress, limits=limits)
    for sound, found in _analyses(subject, sounds, None, cache=cache, progress=progress, limits=limits):
        if subject.companion is not None and isinstance(found, Analysis):
            judging = replace(subject, engine=subject.companion, companion=None)
            analysed(judging, sound, cache=cache, progress=progress, limits=limits or DEFAULT_LIMITS)


Require = Callable[[MediaInfo, MediaInfo], None]
"""From the file of the sound, as it is laid, and that of the picture."""


def film(
    video: Path,
    audio: Path | None,
    options: MeasureOptions,
    *,
    cache: AnalysisCache,
    progress: Progress = silent,
    limits: MediaLimits | None = None,
) -> Film:
    """The picture that `analyse` would look at in a single pass, to be looked at in parts before.

    The stage of ``progress`` is probe. Raises as `analyse`.
    """
    subject, _ = _subject(video, audio, options, progress=progress, limits=limits)
    return Film(subject, cache, limits or DEFAULT_LIMITS)


def nothing(_sound: MediaInfo, _picture: MediaInfo, /) -> None:
    """Any two files are fit."""


@dataclass(frozen=True)
class Measured:
    """A measurement and what it was made of.

    ``picture`` and ``sound`` may be one file; the latter is as if the container marked the stream that was
    measured. ``listening``: which that is, and what others gave.
    """

    picture: MediaInfo
    sound: MediaInfo
    analysis: Analysis
    calibration: Calibration
    clip: ClipScore
    listening: Listening


def measured(
    video: Path,
    audio: Path | None,
    options: MeasureOptions,
    *,
    cache: AnalysisCache,
    progress: Progress,
    limits: MediaLimits | None,
    seen: Seen | None = None,
    require: Require = nothing,
) -> Measured:
    """Analyses and scores; reports probe, analyse and score. Raises as `measure`.

    ``seen``: what was seen of the same picture, which is not gone through again; the sound is. ``require``:
    raises where the two files are not fit for what is to be done; before anything is decoded.

    Of several sounds the one whose evidence is strongest counts; each must then pass what unrelated sound
    passes that many times less often (Bonferroni).
    """
    subject, sounds = _subject(video, audio, options, progress=progress, limits=limits)
    require(subject.audio, subject.video)
    calibration = calibration_of(identity_of(subject.engine))
    calibration = replace(calibration, false_alarms=calibration.false_alarms / len(sounds))
    tried: list[Tried] = []
    best: tuple[Tried, Analysis, ClipScore] | None = None
    analyses = _analyses(subject, sounds, seen, cache=cache, progress=progress, limits=limits)
    for sound, analysis in analyses:
        progress("score", 0.0)
        one, clip = _scored(subject, sound, analysis, options, calibration)
        tried.append(one)
        if clip is not None and isinstance(analysis, Analysis) and fits_better(one, best and best[0]):
            best = one, analysis, clip
    if best is None:
        raise first_error(tried)
    chosen, analysis, clip = best
    heard = with_default(subject.audio, chosen.sound)
    listening = Listening(chosen, tuple(tried), subject.audio.audio, laying(heard, subject.video))
    return Measured(subject.video, heard, analysis, calibration, clip, listening)


def _scored(
    subject: Subject,
    sound: Sound,
    analysis: Analysis | MediaError,
    options: MeasureOptions,
    calibration: Calibration,
) -> tuple[Tried, ClipScore | None]:
    stream = require_audio(subject.audio, sound.stream)
    if isinstance(analysis, MediaError):
        return Tried(sound, stream, error=analysis), None
    try:
        clip = score_clip(analysis, options, calibration)
    except NoFace as error:
        return Tried(sound, stream, error=error), None
    loudest = float(analysis.loudness.max(initial=SILENCE_DBFS))
    return Tried(sound, stream, clip.speaker.score, clip.speaker.threshold, loudest), clip


def _subject(
    video: Path,
    audio: Path | None,
    options: MeasureOptions,
    *,
    progress: Progress,
    limits: MediaLimits | None,
) -> tuple[Subject, tuple[Sound, ...]]:
    """What is to be analysed, and the sounds that the options leave to be listened to."""
    limits = limits or DEFAULT_LIMITS
    progress("probe", 0.0)
    with ThreadPoolExecutor(1) as pool:
        probing = pool.submit(probe, audio, limits) if audio else None
        picture = probe(video, limits)
    sound = laid(probing.result(), picture, options.audio_clock) if probing else picture
    shown = require_video(picture)
    region = region_of(options.region, shown.width, shown.height)
    sounds = candidates(sound, options.audio_stream, options.channel)
    engine = load_engine(options.engine)
    return Subject(picture, sound, engine, region, _companion(options, engine)), sounds


def _companion(options: MeasureOptions, engine: SyncEngine) -> LiteEngine | None:
    """The judge of a repair, where it looks at faces as the planning engine does."""
    if (
        not isinstance(options, RepairOptions)
        or options.judge == "none"
        or not isinstance(engine, LiteEngine)
    ):
        return None
    judge = judging_engine(options.engine)
    return judges.load() if judge == JUDGE else None


def _analyses(
    subject: Subject,
    sounds: tuple[Sound, ...],
    seen: Seen | None,
    *,
    cache: AnalysisCache,
    progress: Progress,
    limits: MediaLimits | None,
) -> Iterator[tuple[Sound, Analysis | MediaError]]:
    """The analysis with each sound in turn, or why that sound cannot be decoded where there are others."""
    for sound in sounds:
        try:
            seen = analysed(
                subject, sound, seen=seen, cache=cache, progress=progress, limits=limits or DEFAULT_LIMITS
            )
        except MediaError as error:
            yield sound, error
        else:
            yield sound, seen


def result_on(measured: Measured) -> dict[str, Any]:
    """The job's ``result``."""
    return result_of(
        measured.clip,
        measured.analysis,
        measured.picture,
        require_audio(measured.sound),
        measured.listening,
    )


def report_on(measured: Measured, options: MeasureOptions) -> dict[str, Any]:
    """The content of ``report.json``."""
    from liptune.core.report.content import report_of  # noqa: PLC0415

    return report_of(
        measured.clip,
        measured.analysis,
        measured.calibration,
        options,
        result=result_on(measured),
        separate_audio=measured.sound.path != measured.picture.path,
    )


def _reported(found: Measured, options: MeasureOptions, output: Path, progress: Progress) -> OperationResult:
    told = Remembered(progress)
    told("report", 0.0)
    report = report_on(found, options)
    seconds = frame_times(found.picture, heartbeat=told.again).seconds
    artifacts = write_files(found, report, seconds, output / found.picture.path.name)
    told("report", 1.0)
    return OperationResult(report["result"], artifacts)


def write_files(
    found: Measured,
    report: dict[str, Any],
    seconds: NDArray[np.float64],
    named: Path,
    pictures: Mapping[str, Path] | None = None,
) -> tuple[Path, ...]:
    """Writes the report and the markers beside ``named``, the file that they are of; returns their paths.

    ``seconds``: (N,) when each frame is shown. ``pictures``: as of `write_report`. Who only wants the score,
    or the copy of a repair, does not wait for what draws them.
    """
    from liptune.core.report.markers import write_markers  # noqa: PLC0415
    from liptune.core.report.write import write_report  # noqa: PLC0415

    files = write_report(found.clip, found.analysis, report, named.parent, pictures=pictures or {})
    shown = require_video(found.picture)
    return files + write_markers(found.clip.timeline, shown, seconds, named.name, named.parent)
