"""Which way imports run."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("api", "cli", "core", "worker", "liptune_client", "benchmarks", "training", "samples", "tests")
NEVER = {
    "core": (
        "liptune.api",
        "liptune.worker",
        "liptune.cli",
        "liptune.client",
        "fastapi",
        "celery",
        "uvicorn",
    ),
    "api": ("liptune.worker", "liptune.cli", "liptune.client"),
    "worker": ("liptune.api", "liptune.cli", "liptune.client"),
    "liptune_client": ("liptune",),
}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""


@pytest.mark.parametrize("folder", NEVER)
def test_imports_run_one_way(folder: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / folder).rglob("*.py")
        for name in imported(path)
        if any(name == barred or name.startswith(f"{barred}.") for barred in NEVER[folder])
    ]
    assert wrong == []


def test_nothing_takes_a_package_by_its_folder_in_the_checkout() -> None:
    """Those names are not ours where Liptune is installed."""
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*.py")
        for name in imported(path)
        if name.split(".")[0] in {"api", "cli", "core", "worker"}
    ]
    assert wrong == []
