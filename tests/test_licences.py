"""Nothing that a default install brings excludes commercial use."""

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WEIGHTS = {".tflite", ".safetensors", ".svm", ".onnx", ".pth", ".pt", ".caffemodel", ".h5", ".ckpt", ".dat"}
ALLOWED = {"MIT", "Apache-2.0", "BSL-1.0"}
SMALLEST_WEIGHTS = 1_000_000
"""Bytes; smaller files of a dependency are tables and samples."""


def told() -> dict[str, str]:
    """The licence of each file of weights, as the README tells it."""
    section = (ROOT / "README.md").read_text().split("\n## Licences\n")[1].split("\n## ")[0]
    return dict(re.findall(r"^\| `(core/[^`]+)` \| ([^|]+?) \|", section, re.MULTILINE))


def shipped() -> set[str]:
    """Every file of weights in the package."""
    files = (path.relative_to(ROOT) for path in (ROOT / "core").rglob("*") if path.suffix in WEIGHTS)
    return {path.as_posix() for path in files}


def test_every_file_of_weights_has_a_licence_that_allows_selling() -> None:
    assert told().keys() == shipped()
    assert set(told().values()) <= ALLOWED


def test_the_face_mesh_comes_with_its_licence() -> None:
    folder = ROOT / "core" / "faces" / "mesh"
    assert "Apache License" in (folder / "LICENSE").read_text()
    assert "MediaPipe" in (folder / "NOTICE").read_text()


def _pins() -> list[str]:
    lines = (ROOT / "docker" / "constraints.txt").read_text().splitlines()
    return [line.partition("==")[0] for line in lines if not line.startswith("#")]


@pytest.mark.parametrize("package", _pins())
def test_no_dependency_brings_weights(package: str) -> None:
    try:
        found = distribution(package)
    except PackageNotFoundError:
        pytest.skip("not installed here")
    heavy = [
        str(file)
        for file in found.files or []
        if file.suffix in WEIGHTS and _size(Path(str(found.locate_file(file)))) > SMALLEST_WEIGHTS
    ]
    assert heavy == []


def test_the_predictor_that_may_not_be_sold_is_no_dependency() -> None:
    assert "face-recognition-models" not in _pins()


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
