"""Makes the job's ``result`` object from a score, JSON-ready."""

import math
from typing import Any

from liptune.core.analysis import Analysis, EngineIdentity
from liptune.core.media.laying import Laying
from liptune.core.media.sounds import channel_name
from liptune.core.media.types import ANALYSIS_FPS, AudioStream, MediaInfo
from liptune.core.report.headline import headline, sentence_of
from liptune.core.report.listening import told, unheard
from liptune.core.report.spans import gaps
from liptune.core.report.undecoded import undecoded_of
from liptune.core.sync.clip import ClipScore, FaceScore
from liptune.core.sync.listening import Listening, Tried
from liptune.core.sync.timeline.causes import known_cause
from liptune.core.sync.timeline.types import Stretch, Timeline
from liptune.core.sync.types import Moment, SyncScore
from liptune.core.sync.verdict import FRAME_MS

Json = dict[str, Any]


def result_of(
    clip: ClipScore, analysis: Analysis, video: MediaInfo, audio: AudioStream, listening: Listening
) -> Json:
    """JSON-ready; a number that does not exist is null."""
    return {
        "headline": headline(clip.timeline) + unheard(listening),
        "score": score_of(clip.speaker.score, analysis.engine),
        "timeline": stretches_of(clip.timeline),
        "searched_ms": [number(limit, 0) for limit in clip.timeline.searched_ms],
        "faces": [face_of(face, analysis.engine) for face in clip.faces],
        "moments": [moment_of(moment) for moment in clip.moments],
        **breaks_of(clip, analysis),
        "engine": engine_of(analysis.engine),
        "sound": sound_of(listening),
        "undecoded": undecoded_of(analysis.undecoded),
        "media": media_of(video, audio),
    }


def breaks_of(clip: ClipScore, analysis: Analysis) -> Json:
    """The stretches in which nothing could be scored, and the first moments of all shots but the first."""
    return {
        "gaps": [[number(begin, 2), number(end, 2)] for begin, end in gaps(clip.speaker.band)],
        "cuts": [number(int(cut) / ANALYSIS_FPS, 2) for cut in analysis.cuts],
    }


def stretches_of(timeline: Timeline) -> list[Json]:
    """The stretches of one clock each."""
    return [stretch_of(each) for each in timeline.stretches]


def stretch_of(stretch: Stretch) -> Json:
    """One of them. ``offset_ms`` and ``ci95`` are of its start."""
    return {
        "start": number(stretch.start_seconds, 2),
        "end": number(stretch.end_seconds, 2),
        "offset_ms": known(stretch.offset_ms, 1),
        "end_offset_ms": known(stretch.end_offset_ms, 1),
        "ci95": stretch.ci95 and [number(limit, 1) for limit in stretch.ci95],
        "rate": number(stretch.rate, 6),
        "cause": known_cause(stretch),
        "verdict": stretch.verdict.value,
        "confidence": number(stretch.confidence, 2),
        "confidence_needed": number(stretch.needed, 2),
        "sentence": sentence_of(stretch),
    }


def score_of(score: SyncScore, engine: EngineIdentity) -> Json:
    """A score, with the fields of docs/api.md."""
    worst, share = score.worst, score.share_out_of_sync
    return {
        "offset_frames": number(score.offset_frames, 3),
        "offset_ms": number(score.offset_ms, 1),
        "distance_at_zero": number(score.distance_at_zero, 4),
        "lse_d": number(score.lse_d, 4),
        "lse_c": number(score.lse_c, 4),
        "sync_acc": number(score.sync_acc, 4),
        "confidence": number(score.confidence, 2),
        "ci95": [number(limit, 1) for limit in score.ci95],
        "null": {"mean": number(score.null.mean, 2), "p95": number(score.null.p95, 2)},
        "verdict": score.verdict.value,
        "windows": score.windows,
        "seconds_scored": number(score.seconds_scored, 2),
        "worst": worst
        and {
            "start": number(worst.start_seconds, 2),
            "end": number(worst.end_seconds, 2),
            "offset_ms": number(worst.offset_ms, 1),
        },
        "share_out_of_sync": known(share, 4),
        "engine": engine_of(engine),
    }


def face_of(face: FaceScore, engine: EngineIdentity) -> Json:
    """A face, when it is on screen, and its own score, null where that is too short."""
    track = face.track
    return {
        "track": track.index,
        "first_seconds": number(track.first / ANALYSIS_FPS, 2),
        "last_seconds": number((track.first + track.frames) / ANALYSIS_FPS, 2),
        "share_seen": number(float(track.seen.mean()), 4),
        "score": score_of(face.score, engine) if face.score else None,
        "timeline": stretches_of(face.timeline) if face.timeline else [],
    }


def moment_of(moment: Moment) -> Json:
    """The offset around one time, and what may be said of it."""
    return {
        "seconds": number(moment.seconds, 2),
        "offset_ms": number(moment.offset_frames * FRAME_MS, 1),
        "confidence": number(moment.confidence, 2),
        "confidence_needed": number(moment.needed, 2),
        "verdict": moment.verdict.value,
        "face": moment.track,
    }


def engine_of(engine: EngineIdentity) -> Json:
    """Which numbers may be compared with which."""
    return {"id": engine.id, "weights_sha256": engine.weights_sha256}


def media_of(media: MediaInfo, audio: AudioStream) -> Json:
    """The facts that bear on the score."""
    video = media.video
    return {
        "container": media.container,
        "duration_seconds": number(media.duration_seconds, 3),
        "video": video
        and {
            "codec": video.codec,
            "width": video.width,
            "height": video.height,
            "fps": str(video.fps),
            "rotation": video.rotation,
            "frames": video.frames,
            "start_seconds": number(video.start_seconds, 4),
        },
        "audio": {
            "codec": audio.codec,
            "sample_rate": audio.sample_rate,
            "channels": audio.channels,
            "start_seconds": number(audio.start_seconds, 4),
        },
    }


def known(value: float | None, digits: int) -> float | None:
    """The same of a number that need not be known."""
    return None if value is None else number(value, digits)


def sound_of(listening: Listening) -> Json:
    """The sound that was measured, what others gave, and the streams that were not tried."""
    chosen = listening.chosen
    return {
        **stream_facts(chosen.stream),
        "channel": channel_name(chosen.stream, chosen.sound.channel),
        "told": told(listening),
        "clock": _clock_of(listening.laying),
        "tried": [_tried_of(each) for each in listening.tried],
        "not_tried": [stream_facts(stream) for stream in listening.not_tried],
    }


def _clock_of(laying: Laying | None) -> Json | None:
    """Which clock laid sound that came in a file of its own, and how much later the other would."""
    if laying is None:
        return None
    return {"counted": laying.clock, "other_later_ms": number(1000 * laying.other_later_seconds, 1)}


def stream_facts(stream: AudioStream) -> Json:
    """How a person tells one stream of a file from another."""
    return {
        "stream": stream.index,
        "language": stream.language,
        "title": stream.title,
        "channels": stream.channels,
        "layout": stream.layout,
        "default": stream.default,
    }


def _tried_of(tried: Tried) -> Json:
    score = tried.score
    return {
        "stream": tried.sound.stream,
        "channel": channel_name(tried.stream, tried.sound.channel),
        "verdict": score.verdict.value if score else None,
        "offset_ms": number(score.offset_ms, 1) if score else None,
        "confidence": number(score.confidence, 2) if score else None,
        "confidence_needed": number(tried.needed, 2) if score else None,
        "error": tried.error.code if tried.error else None,
    }


def number(value: float, digits: int) -> float | None:
    """Rounded for reading; None where there is no such number, for JSON has no NaN."""
    return round(float(value), digits) + 0.0 if math.isfinite(value) else None
