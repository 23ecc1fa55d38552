"""Builds the images without a Docker engine, by buildah, with what this machine's pip and apt know."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.docker.compose import ROOT
from tests.servers import missing

ENVIRONMENT = os.environ | {"BUILDAH_ISOLATION": "chroot", "STORAGE_DRIVER": "vfs"}
LOCAL = re.compile(r"(?:file://)?(/[^\s']+)")
CERTIFICATES = "/etc/ssl/certs"
TRIMMED = (
    "usr/share/doc",
    "usr/share/man",
    "usr/share/locale",
    "var/cache/apt/archives",
    "var/lib/apt/lists",
)
"""What the base image of the Dockerfile comes without."""


def buildah(*arguments: str | Path) -> str:
    """What it prints; its complaints are shown where it fails."""
    program = shutil.which("buildah")
    if program is None:
        missing("buildah")
    done = subprocess.run(
        [program, *map(str, arguments)], env=ENVIRONMENT, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout.strip()


def base_name() -> str:
    """The image that the Dockerfile begins with, as buildah looks it up."""
    found = re.search(r"^FROM (\S+) AS base$", (ROOT / "docker/Dockerfile").read_text(), re.MULTILINE)
    assert found is not None
    return f"docker.io/library/{found[1]}"


def make_base(folder: Path) -> None:
    """Stands in for the base image: Debian of the same release with its own Python, made by debootstrap."""
    name, root = base_name(), folder / "base"
    if buildah("images", "--quiet", "--filter", f"reference={name}"):
        return
    if shutil.which("debootstrap") is None:
        missing("debootstrap")
    packages = "--include=python3,python3-venv,ca-certificates"
    release = name.rpartition("-")[2]
    subprocess.run(["debootstrap", "--variant=minbase", packages, release, str(root)], check=True)
    (root / "usr/local/bin/python").symlink_to("/usr/bin/python3")
    (root / "etc/dpkg/dpkg.cfg.d/unsafe-io").write_text("force-unsafe-io\n")
    for trimmed in TRIMMED:
        shutil.rmtree(root / trimmed)
        (root / trimmed).mkdir()
    container = buildah("from", "scratch")
    buildah("add", "--quiet", container, root, "/")
    buildah("commit", "--quiet", container, name)
    buildah("rm", container)
    shutil.rmtree(root)


def build(target: str, folder: Path, *more: str) -> str:
    """Builds a target of the Dockerfile; returns the image's name."""
    image = f"localhost/liptune:{target}"
    mounts = [f"--volume={path}:{path}:ro" for path in known_here(folder)]
    mounts.append(f"--volume={folder / 'pip.conf'}:/etc/pip.conf:ro")
    dockerfile = ROOT / "docker/Dockerfile"
    buildah("bud", "--pull=never", *mounts, *more, "--target", target, "--tag", image, "-f", dockerfile, ROOT)
    return image


def known_here(folder: Path) -> list[str]:
    """The folders and files that this machine's pip and apt use. Pip's settings are put into ``pip.conf``."""
    told = subprocess.run(["pip", "config", "list"], capture_output=True, text=True, check=True).stdout
    settings = dict(_settings(told))
    lines = [f"{name} = {value}" for name, value in settings.items()]
    (folder / "pip.conf").write_text("\n".join(["[global]", *lines, ""]))
    named = [path for value in settings.values() for path in LOCAL.findall(value)]
    tops = {str(Path(path).parent if path.endswith("/simple") else path) for path in named}
    used = [CERTIFICATES, "/etc/apt", "/usr/share/keyrings", *sorted(tops)]
    return [path for path in used if Path(path).exists()]


def _settings(told: str) -> Iterator[tuple[str, str]]:
    for line in told.splitlines():
        name, _, value = line.partition("=")
        yield name.rpartition(".")[2], value.strip("'").replace("\\n", "\n    ")


def megabytes(image: str) -> float:
    """The size of all that is in the image."""
    size = buildah("images", "--format", "{{.Size}}", image)
    number, unit = size.split()
    return float(number) * {"KB": 0.001, "MB": 1.0, "GB": 1000.0}[unit]


def environment(image: str) -> dict[str, str]:
    """The variables that the image gives a process."""
    told = json.loads(buildah("inspect", "--type", "image", image))
    return dict(each.split("=", 1) for each in told["OCIv1"]["config"]["Env"])


@contextmanager
def unpacked(image: str) -> Iterator[Path]:
    """A folder with all that is in the image."""
    container = buildah("from", "--pull-never", image)
    try:
        yield Path(buildah("mount", container))
    finally:
        buildah("rm", container)
