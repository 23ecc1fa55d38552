"""The file of the bundled weights, and the network that it holds."""

from functools import cache
from pathlib import Path

from liptune.core.articulation.network import Network
from liptune.core.engines.lite import weights

WEIGHTS = Path(__file__).with_name("articulation.safetensors")
REMEDY = "Reinstall liptune, or run `make train-dub` to train the weights anew."


def load_network(path: Path = WEIGHTS) -> Network:
    """The network of a file.

    Raises EngineUnavailable when the file is absent, or names the tensors it lacks or has in excess.
    """
    return weights.load(path, Network.read, REMEDY)


@cache
def bundled() -> Network:
    """The network with the weights in the package, read once."""
    return load_network()
