"""kombu's filesystem transport, with messages that appear whole.

The original writes a message in place, so that a reader may take it half-written and die of it, and takes
messages through the system's temporary folder, which need not be on the same file system.
"""

from pathlib import Path
from queue import Empty
from time import time_ns
from typing import Any
from uuid import uuid4

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads


class Channel(filesystem.Channel):  # type: ignore[misc]
    """Writes under a temporary name and renames; takes by renaming."""

    def _put(self, queue: str, payload: Any, **_kwargs: Any) -> None:
        name = f"{time_ns()}_{uuid4()}.{queue}.msg"
        folder = Path(self.data_folder_out)
        draft = Path(self.processed_folder) / name
        draft.write_text(dumps(payload))
        draft.replace(folder / name)

    def _get(self, queue: str) -> Any:
        for message in sorted(Path(self.data_folder_in).glob(f"*.{queue}.msg")):
            taken = Path(self.processed_folder) / message.name
            try:
                message.replace(taken)
            except FileNotFoundError:
                continue
            payload = taken.read_text()
            taken.unlink()
            return loads(payload)
        raise Empty


class Transport(filesystem.Transport):  # type: ignore[misc]
    """The transport to name in ``broker_transport``."""

    Channel = Channel
