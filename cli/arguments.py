"""What several commands take, declared once."""

from pathlib import Path
from typing import Annotated, Any

import typer

FILE = {"exists": True, "dir_okay": False, "readable": True}

Video = Annotated[Path, typer.Argument(help="The video.", **FILE)]
Output = Annotated[
    Path, typer.Option("--output", "-o", help="Where the repaired video goes.", dir_okay=False)
]
Audio = Annotated[Path | None, typer.Option(help="Use this sound instead of the video's own.", **FILE)]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Report = Annotated[Path | None, typer.Option(help="Write the report into this folder.", file_okay=False)]
Engine = Annotated[str, typer.Option(help="Which network judges; see `liptune engines`.")]
Face = Annotated[str, typer.Option(help="The number of a face, or the one that speaks.")]
Start = Annotated[float | None, typer.Option(help="Second of the video to begin at.")]
End = Annotated[float | None, typer.Option(help="Second of the video to stop at.")]

Mode = Annotated[str, typer.Option(help="auto, offset, drift or local.")]
WindowFrames = Annotated[float | None, typer.Option(help="How far a local warp may go, in 1/25 s.")]
Smoothness = Annotated[float | None, typer.Option(help="What a change of displacement costs.")]
MaxHoldFrames = Annotated[int | None, typer.Option(help="How often a local warp may show a frame in a row.")]
Adaptive = Annotated[bool, typer.Option("--adaptive", help="Go less far where speech is fast and clear.")]


def chosen(**options: Any) -> dict[str, Any]:
    """The options that were given, as `core.options.parse_options` takes them."""
    face = options.get("face")
    if face is not None:
        options["face"] = int(face) if face.isdecimal() else face
    return {name: value for name, value in options.items() if value is not None}
