"""Tiny media with known content, made by ffmpeg: numbered frames, and sound with bursts at known times."""

import struct
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BITS = 8
CELL = 16
WIDTH, HEIGHT = BITS * CELL, 4 * CELL
RATE = 48_000
BURST_SECONDS = 0.004


def ffmpeg(*arguments: str | Path, stdin: bytes | None = None) -> None:
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", *map(str, arguments)], input=stdin, check=True, capture_output=True
    )


def numbered_frame(number: int) -> NDArray[np.uint8]:
    """(HEIGHT, WIDTH) luma; the columns are the number's bits."""
    bits = [(number >> bit) & 1 for bit in range(BITS)]
    return np.repeat(np.tile(np.array(bits, np.uint8) * 195 + 30, (HEIGHT, 1)), CELL, axis=1)


def read_number(frame: NDArray[np.uint8]) -> int:
    """The number in a gray frame of any size with the layout of `numbered_frame`."""
    width = frame.shape[1]
    cells = (
        frame[:, int((bit + 0.25) * width / BITS) : int((bit + 0.75) * width / BITS)] for bit in range(BITS)
    )
    return sum(int(cell.mean() > 127) << bit for bit, cell in enumerate(cells))


def bursts(times: Sequence[float], seconds: float, channels: int = 1) -> NDArray[np.float32]:
    """(samples, channels) of silence with a short symmetric burst centred on each time."""
    sound = np.zeros(round(seconds * RATE), np.float32)
    half = round(BURST_SECONDS / 2 * RATE)
    at = np.arange(-half, half + 1)
    shape = 0.8 * np.cos(2 * np.pi * 1000 * at / RATE) * (0.5 + 0.5 * np.cos(np.pi * at / half))
    for time in times:
        centre = round(time * RATE)
        sound[centre - half : centre + half + 1] += shape
    return np.repeat(sound[:, None], channels, axis=1)


def find_bursts(sound: NDArray[np.float32], rate: int) -> list[float]:
    """Times of the bursts in mono sound: peaks of the envelope, at least 50 ms apart."""
    analytic = np.fft.fft(sound)
    analytic[len(sound) // 2 :] = 0
    envelope = np.abs(np.fft.ifft(2 * analytic))
    found: list[float] = []
    while (peak := int(envelope.argmax())) and envelope[peak] > 0.25:
        found.append(peak / rate)
        envelope[max(0, peak - rate // 20) : peak + rate // 20] = 0
    return sorted(found)


def numbered_video(
    output: Path,
    *,
    frames: int,
    rate: str = "25",
    codec: Sequence[str] = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "12", "-pix_fmt", "yuv420p"),
    filters: str = "null",
    extra: Sequence[str | Path] = (),
    mux: Sequence[str] = (),
) -> Path:
    """A video of numbered frames at ``rate``; ``filters`` may restamp or reshape it."""
    raw = b"".join(numbered_frame(number).tobytes() for number in range(frames))
    ffmpeg(
        "-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{WIDTH}x{HEIGHT}", "-r", rate, "-i", "pipe:0", *extra,
        "-vf", filters, "-vsync", "passthrough", *codec, *mux, output, stdin=raw,
    )  # fmt: skip
    return output


def sound_file(output: Path, sound: NDArray[np.float32], *arguments: str) -> Path:
    """Encodes (samples, channels) sound at ``RATE``."""
    ffmpeg(
        "-f", "f32le", "-ar", str(RATE), "-ac", str(sound.shape[1]), "-i", "pipe:0", *arguments, output,
        stdin=sound.tobytes(),
    )  # fmt: skip
    return output


def talking(output: Path, *, seconds: float = 2.0, burst: float = 1.0, mux: Sequence[str] = ()) -> Path:
    """A 25 fps numbered video with one burst of sound."""
    wav = sound_file(output.with_suffix(".source.wav"), bursts([burst], seconds))
    numbered_video(output, frames=round(seconds * 25), extra=("-i", wav), mux=("-c:a", "aac", *mux))
    wav.unlink()
    return output


def turned(clip: Path, output: Path, degrees: int) -> Path:
    """Copies an MP4 whose first stream is the picture, to be displayed turned clockwise by 90, 180 or 270."""
    cosine, sine = {90: (0, 1), 180: (-1, 0), 270: (0, -1)}[degrees]
    matrix = (cosine << 16, sine << 16, 0, -sine << 16, cosine << 16, 0, 0, 0, 1 << 30)
    content = bytearray(clip.read_bytes())
    struct.pack_into(">9i", content, content.index(b"tkhd") + 44, *matrix)
    output.write_bytes(content)
    return output
