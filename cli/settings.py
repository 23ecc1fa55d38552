"""``liptune settings``: prints every setting as the Markdown of docs/settings.md."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

_HEAD = """# Settings

Environment variables of the service and its workers. Times are ISO 8601 (`PT30S`, `P7D`) or seconds.
Made with `liptune settings > docs/settings.md`.

| variable | default | |
|---|---|---|"""


def settings() -> None:
    """Print every setting with its default, as Markdown."""
    typer.echo(table())


def table() -> str:
    """The Markdown page, without the last line's end."""
    from liptune.core.settings import Settings

    rows = (_row(name, field) for name, field in Settings.model_fields.items())
    return "\n".join([_HEAD, *rows])


def _row(name: str, field: "FieldInfo") -> str:
    return f"| `LIPTUNE_{name.upper()}` | {_default(field.default)} | {field.description} |"


def _default(value: Any) -> str:
    from pydantic import TypeAdapter

    match value:
        case None | ():
            return ""
        case bool():
            return f"`{str(value).lower()}`"
        case tuple():
            return f"`{','.join(value)}`"
        case timedelta():
            return f"`{TypeAdapter(timedelta).dump_python(value, mode='json')}`"
    return f"`{value}`"
