"""A client of the Liptune service.

    with Client("http://127.0.0.1:8000", key="...") as liptune:
        media = liptune.upload(Path("video.mp4"))
        job = liptune.wait(liptune.submit("measure", media["id"]))
        print(job["result"]["score"]["offset_ms"])

Needs httpx and nothing of Liptune itself.
"""

from .client import Client
from .errors import DownloadDamaged, JobFailed, Refused
from .types import (
    Artifact,
    Engine,
    Event,
    FromUrl,
    Job,
    JobPage,
    Loss,
    Media,
    Priority,
    Problem,
    Usage,
    Webhook,
    WebhookLog,
)

__all__ = [
    "Artifact",
    "Client",
    "DownloadDamaged",
    "Engine",
    "Event",
    "FromUrl",
    "Job",
    "JobFailed",
    "JobPage",
    "Loss",
    "Media",
    "Priority",
    "Problem",
    "Refused",
    "Usage",
    "Webhook",
    "WebhookLog",
]
