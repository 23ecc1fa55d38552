"""Films of several shots, cut out of the sample video: a talking head that turns."""

from collections.abc import Sequence
from pathlib import Path

from tests.media_factory import ffmpeg

SAMPLE = Path("samples/astronaut.mp4")
SHOTS = (
    (0.0, 1.4, "null"),
    (1.4, 3.2, "hflip,eq=brightness=-0.15"),
    (3.0, 4.2, "crop=iw*0.8:ih*0.8,scale=iw/0.8:ih/0.8,eq=brightness=0.1"),
    (4.6, 6.2, "null"),
)
"""From and to which second of the sample, and how it is changed, so that a cut shows."""

GOP = ("-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "30", "-sc_threshold", "0")
"""Key frames that are no cuts, frames out of order, and in MP4 an edit list."""


def spliced(
    path: Path, *codec: str, rate: str = "25", shots: Sequence[tuple[float, float, str]] = SHOTS
) -> Path:
    """Writes the shots, one behind the other."""
    parts = [
        f"[0:v]fps={rate},trim={a}:{b},setpts=PTS-STARTPTS,{change},scale=320:-2[v{n}];"
        f"[0:a]atrim={a}:{b},asetpts=PTS-STARTPTS[a{n}];"
        for n, (a, b, change) in enumerate(shots)
    ]
    pads = "".join(f"[v{n}][a{n}]" for n in range(len(shots)))
    graph = "".join(parts) + f"{pads}concat=n={len(shots)}:v=1:a=1[v][a]"
    mapped = ("-map", "[v]", "-map", "[a]", "-c:a", "aac")
    ffmpeg("-i", SAMPLE, "-filter_complex", graph, *mapped, *(codec or GOP), path)
    return path
