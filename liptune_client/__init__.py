"""A client of the Liptune service.

    with Client("http://127.0.0.1:8000", key="...") as liptune:
        media = liptune.upload(Path("video.mp4"))
        job = liptune.wait(liptune.submit("measure", media["id"]))
        print(job["result"]["score"]["offset_ms"])

Needs httpx and nothing of Liptune itself.
"""

from .batches import Batches
from .client import Client
from .errors import DownloadDamaged, JobFailed, Refused
from .types import (
    Artifact,
    Batch,
    Engine,
    Event,
    FromUrl,
    Item,
    Job,
    JobPage,
    Loss,
    Media,
    NewItem,
    Priority,
    Problem,
    Standing,
    Usage,
    Webhook,
    WebhookLog,
)

__all__ = [
    "Artifact",
    "Batch",
    "Batches",
    "Client",
    "DownloadDamaged",
    "Engine",
    "Event",
    "FromUrl",
    "Item",
    "Job",
    "JobFailed",
    "JobPage",
    "Loss",
    "Media",
    "NewItem",
    "Priority",
    "Problem",
    "Refused",
    "Standing",
    "Usage",
    "Webhook",
    "WebhookLog",
]
