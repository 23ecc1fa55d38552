"""The compose file as a person's `docker compose` would read it, and its services run on this machine."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Protocol

import yaml

ROOT = Path(__file__).parents[2]
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?:(?P<how>:[-?])(?P<rest>[^}]*))?\}")


def load(variables: dict[str, str]) -> dict[str, Any]:
    """The file with its anchors merged and its variables filled in; a required one that is missing raises."""
    text = (ROOT / "docker-compose.yml").read_text()

    def fill(found: re.Match[str]) -> str:
        value = variables.get(found["name"], "")
        if not value and found["how"] == ":?":
            raise KeyError(found["name"])
        return value or (found["rest"] or "" if found["how"] == ":-" else "")

    composed: dict[str, Any] = yaml.safe_load(VARIABLE.sub(fill, text))
    return composed


def example_variables() -> dict[str, str]:
    """What `docker/example.env` sets."""
    lines = (ROOT / "docker" / "example.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


class Logs(Protocol):
    """Something that runs, and where it writes what it does."""

    log: Path


class Started:
    """A service's command, with its environment alone, on servers that stand in for its neighbours'."""

    def __init__(self, service: dict[str, Any], replaced: dict[str, str], folder: Path) -> None:
        own = {name: replaced.get(name, str(value)) for name, value in service.get("environment", {}).items()}
        inherited = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "HOME") if name in os.environ}
        self.environment = inherited | own | {"LIPTUNE_DATA": str(folder), "OMP_NUM_THREADS": "1"}
        folder.mkdir(exist_ok=True)
        self.log = folder / "log"

    def start(self, command: list[str]) -> subprocess.Popen[bytes]:
        """Runs it in the background, in a session of its own."""
        with self.log.open("ab") as log:
            return subprocess.Popen(
                here(command), env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def run(self, command: list[str]) -> int:
        """Runs it to its end."""
        return self.start(command).wait(120)


def here(command: list[str]) -> list[str]:
    """The command with this environment's interpreter and script."""
    programs = {"python": [sys.executable], "liptune": [sys.executable, "-m", "liptune.cli.main"]}
    return [*programs[command[0]], *command[1:]]
