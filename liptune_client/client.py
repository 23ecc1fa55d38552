"""The service, as an object."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import httpx

from .batches import Batches
from .downloads import download
from .errors import JobFailed
from .events import listen
from .http import Http
from .types import (
    ENDED,
    Artifact,
    Engine,
    Event,
    FromUrl,
    Job,
    Loss,
    Media,
    Priority,
    Usage,
    Webhook,
    WebhookLog,
)
from .uploads import Progress, upload

TIMEOUT_SECONDS = 60.0


class Client:
    """Talks to the service at ``url``; ``key`` is one of its API keys, where it has any.

    Every method may raise `Refused` (the service said no) and `httpx.TransportError` (it does not answer).
    ``batches``: many files at a time.
    """

    def __init__(self, url: str, key: str | None = None, timeout: float = TIMEOUT_SECONDS) -> None:
        self._http = Http(url, key, timeout)
        self.batches = Batches(self._http)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        self._http.client.close()

    def ready(self) -> bool:
        """Whether the service can do its work."""
        try:
            return self._http.client.get("/readyz").is_success
        except httpx.TransportError:
            return False

    def engines(self) -> list[Engine]:
        """The networks that judge, ready or not."""
        return cast("list[Engine]", self._http.json("GET", "/v1/engines")["items"])

    def usage(self) -> Usage:
        """What the key stores and has in flight, and its limits."""
        return cast("Usage", self._http.json("GET", "/v1/usage"))

    def upload(
        self,
        path: Path,
        media_type: str | None = None,
        progress: Progress = lambda _sent, _all: None,
        *,
        metadata: Mapping[str, str] | None = None,
    ) -> Media:
        """Sends a file in parts; the same bytes again are the same media.

        ``metadata``: your own reference to it, which replaces an earlier one.
        """
        sent = upload(self._http, path, media_type, progress, metadata)
        return cast("Media", self._http.json("GET", sent))

    def all_media(self, *, metadata: Mapping[str, str] | None = None) -> Iterator[Media]:
        """Media files, newest first, page by page. ``metadata``: what theirs must hold."""
        return self._http.pages("/v1/media", _holding(metadata))

    def media(self, media_id: str) -> Media:
        """The facts of a media file."""
        return cast("Media", self._http.json("GET", f"/v1/media/{media_id}"))

    def delete_media(self, media_id: str) -> None:
        """Removes a file that no unfinished job uses."""
        self._http.send("DELETE", f"/v1/media/{media_id}")

    def submit(
        self,
        operation: str,
        video: str | FromUrl,
        *,
        audio: str | FromUrl | None = None,
        gallery: str | FromUrl | None = None,
        options: Mapping[str, Any] | None = None,
        webhook: Webhook | None = None,
        metadata: Mapping[str, str] | None = None,
        priority: Priority = "interactive",
        key: str | None = None,
    ) -> Job:
        """Starts a job on media, by their ids, or on what the service is to fetch from URLs.

        ``gallery``: another video of the same person, from which a dub takes mouths too.
        ``metadata``: your own reference to it. ``priority``: ``batch`` lets all interactive jobs go first.
        ``key``: the same one again, with the same input, answers with the same job.
        """
        body = {"operation": operation, "video": video, "audio": audio, "options": dict(options or {})}
        body |= {} if gallery is None else {"gallery": gallery}
        body |= {"webhook": webhook, "metadata": dict(metadata or {}), "priority": priority}
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        return cast("Job", self._http.json("POST", "/v1/jobs", json=body, headers=headers))

    def job(self, job_id: str) -> Job:
        """The job as it stands."""
        return cast("Job", self._http.json("GET", f"/v1/jobs/{job_id}"))

    def jobs(self, *, metadata: Mapping[str, str] | None = None, **filters: str | int) -> Iterator[Job]:
        """Jobs, newest first, page by page. ``filters``: operation, status, created_after, limit.

        ``metadata``: what theirs must hold.
        """
        return self._http.pages("/v1/jobs", filters | _holding(metadata))

    def events(self, job_id: str, after: int = 0) -> Iterator[Event]:
        """What happens to the job, as it happens, from the first event on or behind ``after``."""
        return listen(self._http, f"/v1/jobs/{job_id}/events", after)

    def wait(
        self,
        job: Job,
        progress: Callable[[str, float], None] = lambda _stage, _done: None,
        *,
        losses: Callable[[list[Loss]], None] = lambda _losses: None,
    ) -> Job:
        """Returns the job once it has succeeded. ``progress`` gets the stage and how much of it is done.

        ``losses`` gets what the copy of a repair will lack, before it is made.

        Raises:
            JobFailed: It has ended otherwise.
        """
        if job["status"] not in ENDED:
            for event in self.events(job["id"]):
                if event.kind == "progress":
                    progress(event.payload["stage"], event.payload["progress"])
                elif event.kind == "losses":
                    losses(event.payload["foreseen_losses"])
            job = self.job(job["id"])
        if job["status"] != "succeeded":
            raise JobFailed(job)
        return job

    def cancel(self, job_id: str) -> Job:
        """Ends a queued job at once, and a running one soon."""
        return cast("Job", self._http.json("POST", f"/v1/jobs/{job_id}/cancel"))

    def delete_job(self, job_id: str) -> None:
        """Removes a job that has ended, with its artifacts."""
        self._http.send("DELETE", f"/v1/jobs/{job_id}")

    def webhook(self, job_id: str) -> WebhookLog:
        """How telling the job's webhook goes."""
        return cast("WebhookLog", self._http.json("GET", f"/v1/jobs/{job_id}/webhook"))

    def download(self, artifact: Artifact, folder: Path) -> Path:
        """Writes an artifact into the folder, which is made where it is missing; returns its path."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / Path(artifact["name"]).name
        download(self._http, artifact["url"], artifact["sha256"], path)
        return path


def _holding(metadata: Mapping[str, str] | None) -> dict[str, list[str]]:
    """The query for what has these metadata."""
    return {"metadata": [f"{name}:{value}" for name, value in (metadata or {}).items()]}
