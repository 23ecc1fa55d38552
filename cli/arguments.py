"""The arguments that commands share, and the options that are made of an operation's model."""

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Annotated, Any, get_args

import typer
from pydantic.fields import FieldInfo

from liptune.cli.sources import Source, given
from liptune.core.operations.table import OPERATIONS

Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="Where the repaired video goes.", dir_okay=False)
]
OutputDir = Annotated[
    Path | None, typer.Option(help="The folder where the repaired copies of many go.", file_okay=False)
]
Audio = Annotated[
    Source | None,
    typer.Option(help="Use this sound instead of the video's own.", metavar="<file>", parser=given),
]
Gallery = Annotated[
    Source | None,
    typer.Option(help="Take mouths from this video of the same person too.", metavar="<file>", parser=given),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON; of many an object a line.")]
Report = Annotated[Path | None, typer.Option(help="Write the report into this folder.", file_okay=False)]

Command = Callable[..., None]


def options_of(operation: str) -> Callable[[Command], Command]:
    """A decorator that gives a command one option for each of the operation's.

    The command gets those that were given as the mapping ``options``, which `parse_options` checks.
    """
    fields = OPERATIONS[operation].options.model_fields

    def decorate(command: Command) -> Command:
        absent = {"options"} if OPERATIONS[operation].takes_gallery else {"options", "gallery"}
        own = [known for known in signature(command).parameters.values() if known.name not in absent]
        added = [_parameter(name, field) for name, field in fields.items()]

        @wraps(command)
        def run(**given: Any) -> None:
            chosen = {name: given.pop(name) for name in fields}
            command(options=_chosen(chosen), **given)

        ordered = sorted((*own, *added), key=lambda known: known.default is not Parameter.empty)
        vars(run)["__signature__"] = Signature(
            [known.replace(kind=Parameter.KEYWORD_ONLY) for known in ordered]
        )
        run.__annotations__ = {known.name: known.annotation for known in ordered}
        return run

    return decorate


def _parameter(name: str, field: FieldInfo) -> Parameter:
    """Numbers are None where they are not given; words show their default and are checked with the rest."""
    if field.annotation is bool:
        flag = f"--{name.replace('_', '-')}"
        return _option(name, bool, typer.Option(flag, help=field.description), default=False)
    kinds = {field.annotation, *get_args(field.annotation)}
    kind: Any = next((number for number in (float, int) if number in kinds), None)
    if isinstance(field.default, str):
        return _option(name, str, typer.Option(help=field.description), default=field.default)
    if kind is None:
        return _option(name, str | None, typer.Option(help=field.description), default=None)
    return _option(name, kind | None, typer.Option(help=field.description), default=None)


def _option(name: str, kind: Any, option: Any, *, default: Any) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, option])


def _chosen(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}
