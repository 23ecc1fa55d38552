"""``dub``: a copy of a video in which the mouth says what another sound says."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liptune.core.analysis import AnalysisCache
from liptune.core.analysis.cache import Remembering, Subject, analysed
from liptune.core.articulation.spoken import spoken
from liptune.core.articulation.types import Speaker, Speech
from liptune.core.dub.dubbing import Plan, Stage, carry_out, plan
from liptune.core.dub.gallery import Gallery, gallery_of, livelier
from liptune.core.dub.length import AS_THE_PICTURE, Length, length_of
from liptune.core.dub.material import require_material, speaker_facing
from liptune.core.dub.sound import lost_in_length, outlasts, require_length, samples_of
from liptune.core.dub.whose import faces_seen, speaking_faces
from liptune.core.engines.registry import load_engine
from liptune.core.errors import MediaError, NoFace, NoSpeech
from liptune.core.media.clock.frames import frame_times
from liptune.core.media.inventory.read import read_headers
from liptune.core.media.inventory.words import Told, told_of
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.types import ANALYSIS_FPS, DEFAULT_LIMITS, SAMPLE_RATE, MediaInfo, MediaLimits
from liptune.core.media.write.containers import output_suffix
from liptune.core.media.write.shorten import shortened
from liptune.core.operations.judge import judged
from liptune.core.operations.measure import Measured, Require, measured, report_on, write_files
from liptune.core.operations.table import OperationResult, require_given
from liptune.core.operations.verify import remeasured
from liptune.core.options import DubOptions
from liptune.core.progress import Progress, Remembered, silent
from liptune.core.report.dubbing import PREVIEW, SPEECH_CHART, Dubbed, dubbing_report, write_dubbing
from liptune.core.report.undecoded import passed_through
from liptune.core.sync.clip import ClipScore
from liptune.core.warp.pose import poses
from liptune.core.warp.transplant import Transplanted

Articulate = Callable[[NDArray[np.float32], Speaker, float], Speech]
"""From (S,) samples at 16 kHz, a speaker and the share of expression to what the sound asks of the face."""

FEWEST_SPEAKING_SECONDS = 0.4


def dub(
    video: Path,
    audio: Path | None,
    options: DubOptions,
    *,
    output: Path,
    cache: AnalysisCache,
    progress: Progress = silent,
    limits: MediaLimits | None = None,
    suffix: str | None = None,
    gallery: Path | None = None,
    articulate: Articulate = spoken,
    report_files: bool = True,
) -> OperationResult:
    """Writes a copy of ``video`` whose mouth says what ``audio`` says, and measures that copy.

    Every mouth is the speaker's own, from the same video or from ``gallery``, another of the same person.
    Head, eyes, background and timing stay; the new sound, as far as the picture lasts or goes on, takes the
    place of the old, or stands before it. Into the folder ``output`` go ``video`` with ``suffix``,
    ``landmarks.json``, ``speech.png``, ``preview.png`` where a mouth was changed, and the report of the copy
    as of `measure`; without ``report_files``, ``video`` alone. Whether the lips follow the new sound is told,
    and no reason to withhold the copy. Stages of ``progress`` as of `retime`. ``articulate``: what a sound
    asks of a face.

    Raises:
        As `measure`, and
        AudioRequired: There is no ``audio``.
        TooLittleMaterial: The video, or the gallery, does not show enough of a speaking face.
        NoSpeech: ``audio`` is too short, or nobody speaks in it.
        SoundTooLong: The picture cannot go on for as long as ``audio`` lasts.
        RenderFailed: The copy could not be written.
    """
    cache = Remembering(cache)
    require_given("dub", audio)
    before = measured(
        video, audio, options, cache=cache, progress=progress, limits=limits, require=_fitting(options)
    )
    length = length_of(before.sound, before.picture, options)
    told = Remembered(progress)
    told("plan", 0.0)
    scored = _heard_before(before, options, cache=cache, told=told, limits=limits)
    whose = speaking_faces(before.analysis, scored)
    lent = _lent(gallery, before, whose, cache=cache, told=told, limits=limits) if gallery else None
    scene = understood(before, whose, options, articulate, length=length, gallery=lent)
    output.mkdir(parents=True, exist_ok=True)
    copy = output / f"video{suffix or output_suffix(before.picture)}"
    planned, done = _carried_out(before, scene, options, copy, told)
    progress("verify", 0.0)
    after = remeasured(copy, before, options, cache=cache, progress=progress)
    judgement = judged(before, copy, options, cache=cache, progress=progress, limits=limits)
    progress("report", 0.0)
    losses = (
        *_told(before, scene),
        *done.losses,
        *passed_through(before.analysis.undecoded, before.picture),
    )
    kept = len(before.picture.audio) if options.keep_audio else 0
    found = Dubbed(planned, replace(done, losses=losses), scene.speech, scene.samples, after.clip, kept, lent)
    report = dubbing_report(
        report_on(after, options), before.clip, before.analysis,
        listening=before.listening, dubbed=found, options=options, judgement=judgement,
    )  # fmt: skip
    files = _written(found, after, before.picture, report, copy) if report_files else ()
    progress("report", 1.0)
    return OperationResult(report["result"], (copy, *files))


def _written(
    found: Dubbed, after: Measured, source: MediaInfo, report: dict[str, Any], copy: Path
) -> tuple[Path, ...]:
    """The files beside the copy."""
    output, done = copy.parent, found.done
    files = write_dubbing(found, after.analysis, source, output)
    pictures = {"speech": output / SPEECH_CHART} | ({"preview": output / PREVIEW} if done.shots else {})
    return files + write_files(after, report, done.times.seconds, copy, pictures)


@dataclass(frozen=True)
class Understood:
    """Who speaks, how, what, how long: ``whose`` (T,) is the track whose mouth is changed on each frame."""

    whose: NDArray[np.int64]
    speaker: Speaker
    speech: Speech
    samples: NDArray[np.float32]
    length: Length = AS_THE_PICTURE
    gallery: Gallery | None = None


def _heard_before(
    before: Measured,
    options: DubOptions,
    *,
    cache: AnalysisCache,
    told: Remembered,
    limits: MediaLimits | None,
) -> ClipScore:
    """Who speaks, by the video's own sound where it has one and there is a choice."""
    own = options.model_copy(update={"audio_stream": None, "channel": "auto", "audio_clock": "picture"})
    if before.picture.audio and len(before.clip.faces) > 1:
        # Of an old sound that is of no use, nothing is to be learnt.
        with suppress(MediaError, NoFace):
            heard = measured(
                before.picture.path, None, own,
                cache=cache, progress=lambda *_: told.again(), limits=limits, seen=before.analysis,
            )  # fmt: skip
            return heard.clip
    return before.clip


def understood(
    before: Measured,
    whose: NDArray[np.int64],
    options: DubOptions,
    articulate: Articulate,
    *,
    length: Length = AS_THE_PICTURE,
    gallery: Gallery | None = None,
) -> Understood:
    """Who speaks in the video, and what the sound asks of that face. Raises as `dub`."""
    speaker = _speaker(faces_seen(before.analysis, whose), gallery)
    samples = samples_of(before.sound, before.listening.chosen.sound, length.of(before.picture))
    speech = articulate(samples, speaker, options.expression)
    speaking = float(speech.speaking.sum()) / ANALYSIS_FPS
    if speaking < FEWEST_SPEAKING_SECONDS:
        raise NoSpeech(
            f"Nobody speaks in the new sound: of {len(samples) / SAMPLE_RATE:.1f} s, {speaking:.1f} s sound "
            "like speech.",
            remedy="Give a sound with a voice in it; audio_stream and channel choose among several.",
            details={"seconds_of_speech": round(speaking, 2)},
        )
    return Understood(whose, speaker, speech, samples, length, gallery)


def _speaker(faces: NDArray[np.float32], gallery: Gallery | None) -> Speaker:
    """How the face speaks: by the video, where it shows enough of it, and by the gallery."""
    if gallery is None:
        require_material(faces, poses(faces)[:, 0])
        return speaker_facing(faces)
    both = np.concatenate([faces, gallery.landmarks])
    require_material(both, poses(both)[:, 0])
    return livelier(speaker_facing(faces), speaker_facing(gallery.landmarks))


def _lent(
    path: Path,
    before: Measured,
    whose: NDArray[np.int64],
    *,
    cache: AnalysisCache,
    told: Remembered,
    limits: MediaLimits | None,
) -> Gallery:
    """What the gallery shows of the person, seen by the engine that measures, with the sound at hand."""
    picture = probe(path, limits or DEFAULT_LIMITS)
    require_video(picture)
    subject = Subject(picture, before.sound, load_engine(before.analysis.engine.id))
    found = analysed(
        subject, before.listening.chosen.sound, cache=cache, progress=lambda *_: told.again(),
        limits=limits or DEFAULT_LIMITS,
    )  # fmt: skip
    own = faces_seen(before.analysis, whose)
    return gallery_of(picture, frame_times(picture, heartbeat=told.again), found, own)


def _carried_out(
    before: Measured, scene: Understood, options: DubOptions, copy: Path, told: Remembered
) -> tuple[Plan, Transplanted]:
    """Writes the copy; what of the new sound lasts longer than the picture is left out."""
    with TemporaryDirectory(prefix=".liptune-", dir=copy.parent) as folder:
        new, lasting = before.sound, scene.length.of(before.picture)
        if outlasts(new, lasting):
            new = shortened(new, require_video(lasting).duration_seconds, Path(folder), told)
        stage = Stage(
            before.picture, new, before.analysis, scene.whose, options.keep_audio, scene.length, scene.gallery
        )
        span = options.start or 0.0, np.inf if options.end is None else options.end
        planned = plan(stage, scene.speech, scene.speaker, span, progress=told)
        return planned, carry_out(stage, planned, copy, progress=told)


def _fitting(options: DubOptions) -> Require:
    """Raises `NoSpeech`, `SoundTooLong` or `InvalidOption` where a sound cannot go with a picture."""

    def require(sound: MediaInfo, picture: MediaInfo) -> None:
        require_length(sound, picture)
        length_of(sound, picture, options)

    return require


def _told(before: Measured, scene: Understood) -> tuple[Told, ...]:
    length = scene.length
    lost = length.lost(before.picture) | lost_in_length(before.sound, length.of(before.picture))
    lost |= scene.gallery.lost() if scene.gallery else frozenset()
    return told_of(lost, read_headers(before.picture.path))
