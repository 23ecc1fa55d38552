"""The wheel as a user installs it: one package, whatever else of that name is there."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "samples" / "astronaut_early.mp4"

MEASURE = """
import core, liptune
assert core.__file__.endswith("core/__init__.py") and core.MINE
found = liptune.measure({sample!r}, engine="lite")
print(liptune.__file__, found.verdict, found.offset_ms)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", folder, _copied(folder)], check=True, capture_output=True)
    return next(folder.glob("liptune-*.whl"))


def _copied(folder: Path) -> Path:
    """What the build reads, so that it leaves nothing in the checkout."""
    source = folder / "source"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "liptune", "api", "cli", "core", "worker", "liptune_client", "README.md",
         "pyproject.toml"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        target = source / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_symlink():
            target.symlink_to((ROOT / name).readlink())
        else:
            target.write_bytes((ROOT / name).read_bytes())
    return source


def test_the_wheel_installs_one_package(wheel: Path) -> None:
    names = {name.split("/")[0] for name in ZipFile(wheel).namelist()}
    assert {name for name in names if not name.endswith(".dist-info")} == {"liptune"}


@pytest.mark.slow
def test_it_measures_beside_a_package_called_core(wheel: Path, tmp_path: Path) -> None:
    """What it depends on comes from this environment, but not its link to the checkout."""
    venv.create(tmp_path / "fresh")
    python = tmp_path / "fresh" / "bin" / "python"
    packages = next((tmp_path / "fresh" / "lib").glob("python*/site-packages"))
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(packages)]
    subprocess.run([*pip, str(wheel)], check=True, capture_output=True)
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    (packages / "core").mkdir()
    (packages / "core" / "__init__.py").write_text("MINE = True\n")
    done = subprocess.run(
        [python, "-c", MEASURE.format(sample=str(SAMPLE))], check=False, cwd=tmp_path,
        capture_output=True, text=True,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    place, verdict, offset = done.stdout.split()
    assert Path(place).is_relative_to(packages)
    assert verdict == "out_of_sync"
    assert float(offset) == pytest.approx(120, abs=40)
