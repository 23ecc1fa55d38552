"""Small films with a face and a sound, made by ffmpeg."""

import subprocess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.types import ANALYSIS_FPS


def film(path: Path, frames: NDArray[np.uint8], *, audio: bool = True, audio_delay: float = 0.0) -> Path:
    """Writes (T, H, W) luma at 25 fps, with a tone of its length whose loudness falls by half each second."""
    _, height, width = frames.shape
    seconds = len(frames) / ANALYSIS_FPS
    picture = ["-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{width}x{height}", "-r", "25", "-i", "pipe:0"]
    sound = [
        "-itsoffset",
        str(audio_delay),
        "-f",
        "lavfi",
        "-i",
        f"aevalsrc=sin(2000*t)*2^-t:s=16000:d={seconds}",
    ]
    codecs = [
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-crf",
        "12",
        "-pix_fmt",
        "yuv420p",
        "-c:a",
        "pcm_s16le",
    ]
    inputs = [*picture, *(sound if audio else [])]
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", *inputs, *codecs, str(path)],
        input=frames.tobytes(),
        check=True,
        capture_output=True,
    )
    return path
