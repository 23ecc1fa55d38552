"""The file of the bundled weights: its path, its sha256, and a check that it is there. Loads no network."""

import hashlib
from pathlib import Path

from liptune.core.errors import EngineUnavailable

WEIGHTS = Path(__file__).with_name("lite.safetensors")
JUDGE = "judge"
JUDGE_WEIGHTS = WEIGHTS.parents[1] / JUDGE / f"{JUDGE}.safetensors"
REMEDY = "Reinstall liptune, or run `make train` to train the weights anew."


def require_weights(path: Path = WEIGHTS, remedy: str = REMEDY) -> None:
    """Raises EngineUnavailable where the file is not there."""
    if not path.is_file():
        raise EngineUnavailable(f"The weights {path.name} are missing.", remedy=remedy)


def weights_sha256(path: Path = WEIGHTS) -> str:
    """Hex digest of the file, empty where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
