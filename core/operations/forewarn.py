"""What a repair will cost the video, as far as that can be known before anything is measured."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import BaseModel

from liptune.core.dub.length import AS_THE_PICTURE, Length, length_of, showing_of
from liptune.core.dub.sound import lost_in_length
from liptune.core.media.clock.frames import frame_times
from liptune.core.media.inventory.words import Told
from liptune.core.media.laying import laid, later_seconds
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.sounds import candidates, with_default
from liptune.core.media.types import DEFAULT_LIMITS, MediaInfo, MediaLimits
from liptune.core.media.write.containers import output_suffix
from liptune.core.media.write.copy import may_repace
from liptune.core.media.write.rehearse import Undertaking, headers_of, in_words, rehearse
from liptune.core.operations.table import require_given
from liptune.core.options import DubOptions, MeasureOptions, RetimeOptions
from liptune.core.plan.plan import request_of
from liptune.core.progress import Progress, Remembered, silent
from liptune.core.retime.way import Change, way_of


def forewarned(
    video: Path,
    audio: Path | None,
    options: BaseModel,
    *,
    folder: Path,
    suffix: str | None = None,
    progress: Progress = silent,
    limits: MediaLimits | None = None,
) -> tuple[Told, ...]:
    """What a copy that is changed will lack, found by writing its first frames into ``folder`` and removing
    them.

    Whether `retime` draws the picture again is not known yet in the modes that choose: where it may, it is
    what the copy will lack if that is done. ``suffix``: of the copy, by default that of its own container.
    Progress: ``foresee``.

    Raises:
        AudioRequired: The operation needs a sound beside the video.
        MediaError: A file cannot be used, or the container of ``suffix`` cannot hold the copy.
    """
    told = Remembered(lambda _stage, fraction, /: progress("foresee", fraction))
    told("foresee", 0.0)
    if isinstance(options, DubOptions):
        require_given("dub", audio)
    info = probe(video, limits or DEFAULT_LIMITS)
    sound = _heard(probe(audio, limits or DEFAULT_LIMITS), info, options) if audio else None
    repaces = may_repace(info, suffix or output_suffix(info))
    redrawn = not isinstance(options, RetimeOptions) or any(
        way_of(mode, options, may_repace=repaces).change is Change.PICTURE
        for mode in request_of(options).modes
    )
    times = frame_times(info, heartbeat=told.again)
    work = Undertaking(info, times, redrawn, sound, later_seconds(sound))
    length = AS_THE_PICTURE
    if sound and isinstance(options, DubOptions):
        length = length_of(sound, info, options)
        work = _dubbed(work, length, options)
    source = headers_of(work, told)
    with TemporaryDirectory(dir=folder) as name:
        copy = Path(name) / f"video{suffix or output_suffix(info)}"
        found = rehearse(work, source, copy, told)
    if sound and isinstance(options, DubOptions):
        found |= length.lost(info) | lost_in_length(sound, length.of(info))
    return in_words(found, work, source)


def _dubbed(work: Undertaking, length: Length, options: DubOptions) -> Undertaking:
    lasting = length.of(work.info)
    showing = showing_of(work.times, require_video(work.info), length)
    return replace(
        work,
        info=lasting,
        times=showing.times,
        keeps_sound=options.keep_audio,
        ends_seconds=require_video(lasting).duration_seconds if showing.cut else None,
    )


def _heard(sound: MediaInfo, picture: MediaInfo, options: BaseModel) -> MediaInfo:
    """The file as if it marked the stream that the options choose, laid as they say."""
    if not isinstance(options, MeasureOptions):
        return sound
    chosen = with_default(sound, candidates(sound, options.audio_stream, options.channel)[0])
    return laid(chosen, picture, options.audio_clock)
