"""Exit codes.

0    measured, whatever the verdict
1    a bug in Liptune
2    wrong usage: an unknown or wrong option, no such file
3    the media cannot be used
4    no face that can be scored, or too little of it to dub
5    the engine is not installed
6    out of time
7    the service (``--server``) does not answer
8    the repaired copy was worse than the video, or lacked something untold, and is not given out
9    of many videos some could not be measured; their rows say why
10   check: a video fails its rule
11   check --strict: a video could not be judged, or not all of it
130  interrupted
143  terminated
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import typer

from liptune.cli.remote import ServerUnreachable
from liptune.core.errors import (
    AudioRequired,
    EngineUnavailable,
    InvalidOption,
    LiptuneError,
    MediaError,
    NoFace,
    NoSpeech,
    NotFound,
    RepairRefused,
    SoundTooLong,
    TimedOut,
    TooLittleMaterial,
    UnknownOption,
)

SOME_FAILED = 9
FAILS = 10
NOT_JUDGED = 11

_CODES: dict[type[LiptuneError], int] = {
    UnknownOption: 2,
    InvalidOption: 2,
    NotFound: 2,
    RepairRefused: 8,
    MediaError: 3,
    NoFace: 4,
    TooLittleMaterial: 4,
    AudioRequired: 2,
    NoSpeech: 3,
    SoundTooLong: 3,
    EngineUnavailable: 5,
    TimedOut: 6,
    ServerUnreachable: 7,
}


@contextmanager
def exit_codes() -> Iterator[None]:
    """Tells the user what went wrong, on standard error, and exits with the code of the error's kind."""
    leave_cleanly()
    try:
        yield
    except LiptuneError as error:
        typer.echo(f"liptune: {error.message} [{error.code}]", err=True)
        if error.remedy:
            typer.echo(error.remedy, err=True)
        raise typer.Exit(_code(error)) from error


def leave_cleanly() -> None:
    """Makes termination an exception, so that children are ended and temporary files removed."""
    signal.signal(signal.SIGTERM, _leave)


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _code(error: LiptuneError) -> int:
    return next((code for kind, code in _CODES.items() if isinstance(error, kind)), 1)
