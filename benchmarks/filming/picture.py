"""A long film made by joining clips, each brought to one size and rate, again and again."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from liptune.core.errors import MediaError
from liptune.core.media.probe.probe import probe

SOUND = ("-c:a", "aac", "-ar", "48000", "-ac", "2")


@dataclass(frozen=True)
class Look:
    """``size``: WIDTHxHEIGHT in pixels. ``fps``: frames a second. ``longest``: seconds taken of a clip."""

    size: str
    fps: str
    longest: float


def usable(folder: Path) -> list[Path]:
    """The clips in the folder that have a picture and a sound."""
    return [path for path in sorted(folder.iterdir()) if path.is_file() and _is_whole(path)]


def make_film(clips: Sequence[Path], output: Path, minutes: float, look: Look) -> Path:
    """Writes an MP4 of this length: the clips' sequence, repeated; each begins with a cut."""
    reel = output.with_name("reel.txt")
    shots = [_shot(clip, output.with_name(f"shot-{number}.mkv"), look) for number, clip in enumerate(clips)]
    reel.write_text("".join(f"file '{shot.name}'\n" for shot in shots))
    once = output.with_name("once.mkv")
    _ffmpeg("-f", "concat", "-i", reel, "-c", "copy", once)
    for shot in shots:
        shot.unlink()
    _ffmpeg("-stream_loop", "-1", "-i", once, "-t", str(60 * minutes), "-c", "copy", output)
    once.unlink()
    return output


def _is_whole(path: Path) -> bool:
    try:
        found = probe(path)
    except MediaError:
        return False
    return found.video is not None and bool(found.audio)


def _shot(clip: Path, output: Path, look: Look) -> Path:
    width, height = look.size.split("x")
    fitted = f"scale={width}:{height}:force_original_aspect_ratio=decrease,pad={width}:{height}:-1:-1"
    picture = ("-vf", f"fps={look.fps},{fitted},setsar=1", "-c:v", "libx264", "-preset", "veryfast")
    _ffmpeg("-i", clip, "-t", str(look.longest), *picture, "-pix_fmt", "yuv420p", *SOUND, "-shortest", output)
    return output


def _ffmpeg(*arguments: str | Path) -> None:
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *map(str, arguments)], check=True)
