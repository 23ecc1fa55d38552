"""``liptune warp``: a video whose mouths match its sound, and nothing else of it changed."""

from typing import Annotated

import typer

from cli import arguments as take
from cli import remote
from cli.repair import Repair


def warp(
    video: take.Video,
    output: take.Output,
    audio: take.Audio = None,
    mode: take.Mode = "auto",
    blend: Annotated[str, typer.Option(help="pyramid or poisson: how mouths are joined.")] = "pyramid",
    donor_pose_limit_degrees: Annotated[
        float | None, typer.Option(help="How differently the head may be turned where a mouth is taken.")
    ] = None,
    as_json: take.AsJson = False,
    report: take.Report = None,
    window_frames: take.WindowFrames = None,
    smoothness: take.Smoothness = None,
    max_hold_frames: take.MaxHoldFrames = None,
    adaptive: take.Adaptive = False,
    engine: take.Engine = "lite",
    face: take.Face = "active",
    start: take.Start = None,
    end: take.End = None,
    server: remote.Server = None,
) -> None:
    """Write a copy of VIDEO with mouths from other moments that match its sound, and measure that copy.

    Head, background, sound and timing stay. A frame that would gain nothing, or whose mouth is hidden or
    turned away, is left alone. Exit codes as of `measure`.
    """
    options = take.chosen(
        engine=engine, face=face, start=start, end=end, mode=mode, window_frames=window_frames,
        smoothness=smoothness, max_hold_frames=max_hold_frames, adaptive=adaptive, blend=blend,
        donor_pose_limit_degrees=donor_pose_limit_degrees,
    )  # fmt: skip
    Repair("warp", video, audio, output, report, options).run(server, as_json=as_json)
