"""What docs/api.md tells of options and errors is what the code has."""

import re
from pathlib import Path
from typing import Any

from liptune.api.errors import PROBLEMS
from liptune.cli import exits
from liptune.core.operations.table import OPERATIONS
from liptune.core.report.profiles import PROFILES

OURS = {name: one for name, one in OPERATIONS.items() if one.place.startswith("liptune.")}
"""Other tests of the same process may have added operations of theirs."""

PAGE = (Path(__file__).parents[1] / "docs" / "api.md").read_text("utf-8")


def row(name: str, takers: list[str], schema: dict[str, Any]) -> str:
    default = schema["default"]
    shown = "" if default is None else f"`{str(default).lower()}`"
    takers = ["all"] if len(takers) == len(OURS) else [f"`{taker}`" for taker in takers]
    return f"| `{name}` | {', '.join(takers)} | {shown} | {values(schema)} | {schema['description']} |"


def values(schema: dict[str, Any]) -> str:
    match schema:
        case {"enum": list(words)}:
            return ", ".join(f"`{word}`" for word in words)
        case {"const": str(word)}:
            return f"`{word}`"
        case {"anyOf": list(kinds)}:
            return ", ".join(values(kind) for kind in kinds if kind["type"] != "null")
        case {"type": "boolean"}:
            return "`true`, `false`"
        case {"type": "string"}:
            return "text"
    bounds = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
    said = ", ".join(f"{sign} {schema[bound]:g}" for bound, sign in bounds.items() if bound in schema)
    return f"{'whole number' if schema['type'] == 'integer' else 'number'} {said}".strip()


def rows() -> list[str]:
    takers: dict[str, list[str]] = {}
    schemas: dict[str, dict[str, Any]] = {}
    for name, operation in OURS.items():
        for option, schema in operation.options.model_json_schema()["properties"].items():
            takers.setdefault(option, []).append(name)
            schemas[option] = schema
    return [row(option, takers[option], schema) for option, schema in schemas.items()]


def test_every_option_is_told_as_it_is() -> None:
    table = PAGE.split("\n## Options\n")[1].split("\n## ")[0]
    told = [line for line in table.splitlines() if line.startswith("| `")]
    assert told == rows(), "\n".join(rows())


def test_every_error_is_told_with_its_status() -> None:
    table = PAGE.split("\n## Errors\n")[1].split("\n## ")[0]
    told = {code: int(status) for code, status in re.findall(r"^\| `(\w+)` \| (\d+) \|", table, re.MULTILINE)}
    assert told == {code: status for code, (status, _) in PROBLEMS.items()}


def test_every_profile_is_told() -> None:
    table = PAGE.split("\n**Checks.**")[1].split("\n| exit code")[0]
    told = [line for line in table.splitlines() if line.startswith("| `")]
    limits = {
        each.name: ("a frame", "a frame")
        if each.frames
        else (f"{each.early_ms:g} ms", f"{each.late_ms:g} ms")
        for each in PROFILES.values()
    }
    assert told == [
        f"| `{name}` | {early} | {late} | {PROFILES[name].source} |" for name, (early, late) in limits.items()
    ]


def test_every_operation_is_told() -> None:
    table = PAGE.split("\n## Operations\n")[1].split("\n\n**")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == [*OURS]


def test_every_exit_code_is_told() -> None:
    table = PAGE.split("\n## Terminal\n")[1].split("\n## ")[0]
    told = {
        code for line in re.findall(r"^\| ([\d, ]+) \|", table, re.MULTILINE) for code in line.split(", ")
    }
    assert told == set(re.findall(r"^(\d+) ", exits.__doc__ or "", re.MULTILINE))
