import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "docker" / "Dockerfile").read_text()


def test_the_images_pins_fit_what_the_project_requires() -> None:
    lines = (ROOT / "docker" / "constraints.txt").read_text().splitlines()
    pins = dict(line.split("==") for line in lines if not line.startswith("#"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for requirement in map(Requirement, project["dependencies"]):
        pin = pins.get(canonicalize_name(requirement.name))
        assert pin is not None, f"{requirement.name} is not in docker/constraints.txt"
        assert requirement.specifier.contains(pin, prereleases=True), (requirement, pin)


def test_base_images_are_pinned_to_a_release() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    for base in bases:
        assert base in {"base", "cpu"} or re.search(r":\d+\.\d+\.\d+", base), base


def test_nothing_runs_as_root() -> None:
    final = DOCKERFILE[DOCKERFILE.index("AS cpu") :]
    assert "USER 10001:10001" in final


def test_everything_that_is_copied_exists_and_is_not_ignored() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = [
        word
        for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE)
        for word in line.split()[:-1]
    ]
    for path in copied:
        assert (ROOT / path).exists(), path
        assert path in allowed, path
