"""A file's whole inventory."""

from pathlib import Path

from liptune.core.media.inventory.read import read_headers, with_frames, with_packets
from liptune.core.media.inventory.types import Inventory


def read_inventory(path: Path) -> Inventory:
    """The headers, all packets, and what comes with the picture's frames."""
    return with_frames(path, with_packets(path, read_headers(path)))
