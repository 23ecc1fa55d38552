"""Makes the two sample videos, and a sound to dub them with: ``python -m samples.make``.

``astronaut.mp4`` is in sync. ``astronaut_early.mp4`` has the same picture, bit for bit, and its audio 120 ms
early. ``other_words.m4a`` is another sentence. Needs the Debian packages ffmpeg and espeak-ng.
"""

import subprocess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from samples.film import FPS, SIDE, Film
from samples.speech import Speech, speak
from samples.visemes import Articulation

TEXT = "Hello. Maybe my mouth moves a moment before my voice. Liptune will measure how far apart they are."
OTHER_TEXT = "Good morning. These are other words than mine, and yet my lips are to follow every one of them."
FOLDER = Path(__file__).parent
EARLY_SECONDS = 0.120
RATE = 48_000
_SILENCE_BEFORE = 0.36
_SILENCE_AFTER = 0.30
_ROOM_NOISE = 0.0008
_SEED = 7
_RAW = ["-f", "f32le", "-ar", str(RATE), "-ac", "1", "-i", "-"]


def main() -> None:
    """Writes the videos and the sound beside this file."""
    _write_other_words(FOLDER / "other_words.m4a")
    speech = speak(TEXT).after_silence(_SILENCE_BEFORE)
    frames = round((len(speech.samples) / speech.rate + _SILENCE_AFTER) * FPS)
    seconds = frames / FPS
    sound = _sound(speech, seconds + EARLY_SECONDS)
    length, early = round(seconds * RATE), round(EARLY_SECONDS * RATE)
    picture = FOLDER / "picture.mp4"
    _encode(Film(Articulation(speech.phonemes, seconds), seconds), picture)
    _join(picture, sound[:length], FOLDER / "astronaut.mp4")
    _join(picture, sound[early : early + length], FOLDER / "astronaut_early.mp4")
    picture.unlink()


def _write_other_words(path: Path) -> None:
    speech = speak(OTHER_TEXT).after_silence(_SILENCE_BEFORE)
    sound = _sound(speech, len(speech.samples) / speech.rate + _SILENCE_AFTER)
    codec = ["-c:a", "aac", "-b:a", "48k", "-bitexact", "-movflags", "+faststart", str(path)]
    subprocess.run(["ffmpeg", "-v", "error", "-y", *_RAW, *codec], input=sound.tobytes(), check=True)


def _sound(speech: Speech, seconds: float) -> NDArray[np.float32]:
    """Returns the speech at 48 kHz in a quiet room, (seconds * RATE,)."""
    voice = resample_poly(speech.samples, 320, 147) * 0.7 / np.abs(speech.samples).max()
    room = np.random.default_rng(_SEED).normal(0, _ROOM_NOISE, round(seconds * RATE))
    room[: len(voice)] += voice
    return room.astype(np.float32)


def _encode(film: Film, path: Path) -> None:
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{SIDE}x{SIDE}", "-r", str(FPS), "-i", "-"]
    colour = ["-vf", "scale=out_color_matrix=bt709:out_range=tv", "-colorspace", "bt709"]
    tags = ["-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"]
    codec = ["-c:v", "libx264", "-preset", "slow", "-crf", "22", "-pix_fmt", "yuv420p"]
    command = ["ffmpeg", "-v", "error", "-y", *raw, *colour, *tags, *codec, "-bitexact", str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:
        assert encoder.stdin is not None  # noqa: S101 - narrows the type
        for frame in film.frames():
            encoder.stdin.write(frame.tobytes())
    if encoder.returncode:
        raise RuntimeError(f"ffmpeg ended with {encoder.returncode}")


def _join(picture: Path, sound: NDArray[np.float32], path: Path) -> None:
    streams = ["-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", "aac", "-b:a", "96k"]
    command = ["ffmpeg", "-v", "error", "-y", "-i", str(picture), *_RAW, *streams]
    finish = ["-bitexact", "-movflags", "+faststart", str(path)]
    subprocess.run([*command, *finish], input=sound.tobytes(), check=True)


if __name__ == "__main__":
    main()
