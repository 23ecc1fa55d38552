"""The names of Celery's tasks and the broker's settings, which API and workers share."""

from pathlib import Path
from typing import Any

from liptune.core.settings import GPU, Settings

RUN_TASK = "liptune.run"
DELIVER_TASK = "liptune.deliver"
PING_QUEUE = "pings"
POLL_SECONDS = 0.1
TIME_LIMIT_GRACE_SECONDS = 30.0
REDELIVERY_MARGIN_SECONDS = 600.0


def broker_settings(settings: Settings) -> dict[str, Any]:
    """The queue library's settings. Without a broker, messages are files in the data folder."""
    common: dict[str, Any] = {
        "task_default_queue": GPU,
        "accept_content": ["json"],
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
    }
    if settings.broker_url is not None:
        transport = _redis(settings)
        return {"broker_url": settings.broker_url, "broker_transport_options": transport, **common}
    return {
        "broker_url": "filesystem://",
        "broker_transport": "liptune.core.queue.filesystem:Transport",
        "broker_transport_options": _folders(settings.data.resolve() / "queue"),
        **common,
    }


def visibility_timeout(settings: Settings) -> float:
    """Seconds after which Redis takes a message for lost: longer than any job, or it would run twice."""
    return settings.job_time_limit.total_seconds() + TIME_LIMIT_GRACE_SECONDS + REDELIVERY_MARGIN_SECONDS


def _redis(settings: Settings) -> dict[str, Any]:
    """Of every connection, whoever opens it: a broker that vanished without a word is noticed in seconds."""
    return {
        "visibility_timeout": visibility_timeout(settings),
        "socket_connect_timeout": 2,
        "socket_timeout": 10,
        "socket_keepalive": True,
        "health_check_interval": 10,
        # Of sending: requests wait for it, and what cannot be sent at once is the reaper's business.
        "max_retries": 0,
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
