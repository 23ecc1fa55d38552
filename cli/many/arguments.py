"""The arguments of a command that takes one video or many."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from glob import has_magic
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Annotated, Any

import typer

from liptune.cli.many.inputs import Item, items_of
from liptune.cli.sources import Source, given

Command = Callable[..., None]

Videos = Annotated[
    list[str] | None,
    typer.Argument(
        help="The video: a file, or with --server a URL. Several, a folder or a quoted pattern give a table.",
        metavar="VIDEO...",
    ),
]
Listed = Annotated[
    Path | None,
    typer.Option("--list", help="Also the videos named in this file, one a line; behind a tab its sound."),
]
AudioDir = Annotated[
    Path | None,
    typer.Option(
        help="Use the sounds in this folder that are called as the videos are.", file_okay=False, exists=True
    ),
]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print a line of CSV for each video.")]
Jobs = Annotated[
    int,
    typer.Option(
        "--jobs",
        min=1,
        max=64,
        help="Videos at a time, each in its own process; a service decides for itself.",
    ),
]
Resume = Annotated[
    bool, typer.Option("--resume", help="Pass over what a run before has done into the same folder.")
]


@dataclass(frozen=True)
class Many:
    """What was given of videos, and how many of them are to be gone through."""

    videos: list[str] | None
    listed: Path | None
    audio_dir: Path | None
    as_csv: bool
    jobs: int
    resume: bool

    @property
    def is_one(self) -> bool:
        """Whether it is about one file, of which everything is told."""
        others = self.listed or self.audio_dir or self.as_csv or self.resume
        videos = self.videos or []
        return not others and (not videos or (len(videos) == 1 and _is_one(videos[0])))

    def one(self) -> Source:
        """The only one.

        Raises:
            typer.BadParameter: There is none, or it cannot be read.
        """
        if not self.videos:
            raise typer.BadParameter("is missing", param_hint="'VIDEO'")
        try:
            return given(self.videos[0])
        except typer.BadParameter as error:
            error.param_hint = "'VIDEO'"
            raise

    def items(self, audio: Source | None) -> tuple[Item, ...]:
        """All of them; ``audio``: the sound for each that has none of its own."""
        if audio is not None and self.audio_dir is not None:
            raise typer.BadParameter("is one or the other", param_hint="--audio / --audio-dir")
        return items_of(self.videos or [], self.listed, audio, self.audio_dir)


def _is_one(video: str) -> bool:
    source = Source(video)
    return source.is_url or source.path.is_file() or not (source.path.is_dir() or has_magic(video))


def one_or_many(command: Command) -> Command:
    """Gives a command that takes ``many`` the arguments that make one."""
    own = [known for known in signature(command).parameters.values() if known.name != "many"]
    added = [
        _parameter("videos", Videos, None),
        _parameter("listed", Listed, None),
        _parameter("audio_dir", AudioDir, None),
        _parameter("as_csv", AsCsv, False),
        _parameter("jobs", Jobs, 1),
        _parameter("resume", Resume, False),
    ]

    @wraps(command)
    def run(**given: Any) -> None:
        many = Many(**{known.name: given.pop(known.name) for known in added})
        command(many=many, **given)

    vars(run)["__signature__"] = Signature(
        [known.replace(kind=Parameter.KEYWORD_ONLY) for known in (*added[:1], *own, *added[1:])]
    )
    return run


def _parameter(name: str, kind: Any, default: Any) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=kind)
