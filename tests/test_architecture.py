"""The picture in docs/architecture.md is the code's, and its arrows go down."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "architecture.md"
ARROWS = re.compile(r"^ +(\d+)  (\w+) +→ ?(.*)$", re.MULTILINE)
GROUND = {"errors", "options", "settings", "progress", "memory", "logs", "tracing"}
FOLDERS = {"api": "api", "cli": "cli", "worker": "worker", "liptune_client": "client"}


def room(parts: list[str]) -> str:
    """The room of a file, or of a module behind ``liptune.``; empty for `core` itself."""
    if parts[0] != "core":
        return FOLDERS.get(parts[0], parts[0])
    return parts[1] if len(parts) > 1 and parts[1] != "__init__" else ""


def files() -> Iterator[tuple[str, Path]]:
    yield "liptune", ROOT / "liptune" / "__init__.py"
    for folder in ("core", *FOLDERS):
        for path in (ROOT / folder).rglob("*.py"):
            yield room(list(path.relative_to(ROOT).with_suffix("").parts)), path


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module="liptune.core" as module, names=names):
                yield from (f"{module}.{alias.name}" for alias in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module


def arrows() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for here, path in files():
        inner = (name.split(".")[1:] for name in imported(path) if name.startswith("liptune."))
        found[here] |= {room(parts) for parts in inner} - {here, ""}
    return found


def test_the_picture_is_the_codes() -> None:
    drawn = {name: set(below.split()) for _, name, below in ARROWS.findall(PAGE.read_text("utf-8"))}
    assert drawn == {name: below - GROUND for name, below in arrows().items() if name not in GROUND | {""}}


def test_every_arrow_goes_to_a_lower_floor() -> None:
    floors = dict.fromkeys(GROUND, 0)
    floors |= {name: int(floor) for floor, name, _ in ARROWS.findall(PAGE.read_text("utf-8"))}
    above = {name: below for name, below in arrows().items() if name not in GROUND | {""}}
    assert [f"{a} → {b}" for a, below in above.items() for b in below if floors[a] <= floors[b]] == []


def test_the_ground_stands_on_nothing_else() -> None:
    assert {
        name: below - GROUND for name, below in arrows().items() if name in GROUND and below - GROUND
    } == {}


def test_files_that_the_walks_name_are_there() -> None:
    named = re.findall(r"`((?:core|api|cli|worker|tests)/[\w/]+\.py)`", PAGE.read_text("utf-8"))
    assert len(named) > 40
    assert [name for name in named if not (ROOT / name).is_file()] == []
