"""Copies of a clip whose sound is moved by a known number of frames."""

from pathlib import Path

import ffmpeg

FRAME_SECONDS = 0.04


def shifted_copy(clip: Path, frames: int, target: Path) -> None:
    """Writes the clip with its audio delayed by ``frames`` (negative: early); the picture is copied."""
    source = ffmpeg.input(f"file:{clip}")
    seconds = abs(frames) * FRAME_SECONDS
    if frames >= 0:
        sound = source.audio.filter("adelay", f"{round(seconds * 1000)}", all=1)
    else:
        sound = source.audio.filter("atrim", start=seconds).filter("asetpts", f"PTS-{seconds}/TB")
    copy = ffmpeg.output(
        source.video, sound, f"file:{target}", vcodec="copy", acodec="aac", audio_bitrate="160k"
    )
    copy.global_args("-nostdin", "-loglevel", "error").overwrite_output().run(capture_stderr=True)
