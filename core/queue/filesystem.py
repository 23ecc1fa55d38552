"""kombu's filesystem transport, with messages that appear whole.

The original writes a message in place, so that a reader may take it half-written and die of it, and takes
messages through the system's temporary folder, which need not be on the same file system.
"""

import json
from pathlib import Path
from queue import Empty
from time import time_ns
from typing import Any
from uuid import uuid4

from kombu.transport import filesystem


class Channel(filesystem.Channel):
    """Writes under a temporary name and renames; takes by renaming."""

    def _put(self, queue: str, message: Any, **_kwargs: Any) -> None:  # type: ignore[override]
        name = f"{time_ns()}_{uuid4()}.{queue}.msg"
        folder = Path(self.data_folder_out)
        draft = Path(self.processed_folder) / name
        draft.write_text(json.dumps(message))
        draft.replace(folder / name)

    def _get(self, queue: str) -> Any:  # type: ignore[override]
        for waiting in sorted(Path(self.data_folder_in).glob(f"*.{queue}.msg")):
            taken = Path(self.processed_folder) / waiting.name
            try:
                waiting.replace(taken)
            except FileNotFoundError:
                continue
            payload = taken.read_text()
            taken.unlink()
            return json.loads(payload)
        raise Empty


class Transport(filesystem.Transport):
    """The transport to name in ``broker_transport``."""

    Channel = Channel
