"""Removes from the environment that it runs in what no part of Liptune opens: a fifth of its size.

/opt/liptune/bin/python docker/slim.py
"""

import shutil
import sysconfig
from collections.abc import Iterator
from pathlib import Path

SERVICES = {"s3", "sts", "sso", "sso-oidc", "signin"}
"""Of botocore's descriptions of services: the one that files are kept in, and those that log in to it."""
UNUSED = (
    "pip",  # nothing is installed any more
    "torch/bin",  # its own tests, and what compiles models
    "torch/include",  # for who compiles against it
    "torch/test",
)
TESTED = ("matplotlib", "mpmath", "networkx", "numpy", "scipy", "sympy")
"""Packages that bring their tests."""


def main() -> None:
    """Says how many bytes are gone."""
    packages = Path(sysconfig.get_path("purelib"))
    gone = sum(_removed(path) for path in unused(packages))
    print(f"{gone / 1e6:.0f} MB removed")  # noqa: T201


def unused(packages: Path) -> Iterator[Path]:
    """The files and folders below a ``site-packages``."""
    yield from (packages / name for name in UNUSED)
    for name in TESTED:
        found = [path for path in (packages / name).rglob("tests") if path.is_dir()]
        yield from (path for path in found if not any(parent in found for parent in path.parents))
    for path in (packages / "botocore" / "data").iterdir():
        if path.is_dir() and path.name not in SERVICES:
            yield path


def _removed(path: Path) -> int:
    """The bytes. Fails where there is nothing: the list would be out of date."""
    size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    shutil.rmtree(path)
    return size


if __name__ == "__main__":
    main()
