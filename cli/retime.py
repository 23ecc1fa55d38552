"""``liptune retime``: a video whose lips match its sound."""

from typing import Annotated

import typer

from cli import arguments as take
from cli import remote
from cli.repair import Repair


def retime(
    video: take.Video,
    output: take.Output,
    audio: take.Audio = None,
    mode: take.Mode = "auto",
    as_json: take.AsJson = False,
    report: take.Report = None,
    window_frames: take.WindowFrames = None,
    smoothness: take.Smoothness = None,
    max_hold_frames: take.MaxHoldFrames = None,
    adaptive: take.Adaptive = False,
    interpolate: Annotated[
        str, typer.Option(help="none, or flow: draw in-between frames where the picture is slowed down.")
    ] = "none",
    engine: take.Engine = "lite",
    face: take.Face = "active",
    start: take.Start = None,
    end: take.End = None,
    server: remote.Server = None,
) -> None:
    """Write a copy of VIDEO whose lips match its sound, and measure that copy.

    A constant shift moves the sound and copies the picture; a drift or a local warp draws the picture again.
    Where nothing is found the copy is the video untouched. Exit codes as of `measure`.
    """
    options = take.chosen(
        engine=engine, face=face, start=start, end=end, mode=mode, window_frames=window_frames,
        smoothness=smoothness, max_hold_frames=max_hold_frames, adaptive=adaptive, interpolate=interpolate,
    )  # fmt: skip
    Repair("retime", video, audio, output, report, options).run(server, as_json=as_json)
