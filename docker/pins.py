"""Pins what the images are built of to what is installed here.

python docker/pins.py > docker/constraints.txt
"""

import tomllib
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).parents[1] / "pyproject.toml"


def main() -> None:
    """Prints the constraints file."""
    pins: dict[str, str] = {}
    for requirement in tomllib.loads(PROJECT.read_text())["project"]["dependencies"]:
        _pin(Requirement(requirement), pins)
    print("# What the images are built of; made with docker/pins.py.")  # noqa: T201
    for name, version in sorted(pins.items()):
        print(f"{name}=={version}")  # noqa: T201


def _pin(requirement: Requirement, pins: dict[str, str]) -> None:
    """Adds the requirement and all that it requires in turn, without the labels of local versions."""
    name = canonicalize_name(requirement.name)
    if name in pins:
        return
    found = distribution(name)
    pins[name] = found.version.partition("+")[0]
    extras = [{"extra": extra} for extra in ("", *requirement.extras)]
    for each in map(Requirement, found.requires or []):
        if each.marker is None or any(each.marker.evaluate(extra) for extra in extras):
            _pin(each, pins)


if __name__ == "__main__":
    main()
