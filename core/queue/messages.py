"""What the API and the workers must agree on to talk through the queue."""

from pathlib import Path
from typing import Any

from core.settings import Settings

RUN_TASK = "liptune.run"
DELIVER_TASK = "liptune.deliver"
QUEUE = "jobs"
PING_QUEUE = "pings"
POLL_SECONDS = 0.1


def broker_settings(settings: Settings) -> dict[str, Any]:
    """The queue library's settings. Without a broker, messages are files in the data folder."""
    common: dict[str, Any] = {"task_default_queue": QUEUE, "broker_connection_retry_on_startup": True}
    if settings.broker_url is not None:
        return {"broker_url": settings.broker_url, **common}
    return {
        "broker_url": "filesystem://",
        "broker_transport": "core.queue.filesystem:Transport",
        "broker_transport_options": _folders(settings.data.resolve() / "queue"),
        **common,
    }


def _folders(root: Path) -> dict[str, Any]:
    folders = {"messages": root / "messages", "taken": root / "taken", "control": root / "control"}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    return {
        "data_folder_in": str(folders["messages"]),
        "data_folder_out": str(folders["messages"]),
        "processed_folder": str(folders["taken"]),
        "control_folder": str(folders["control"]),
        "polling_interval": POLL_SECONDS,
    }
