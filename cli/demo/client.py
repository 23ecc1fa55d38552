"""What a program that uses the service does: upload, start a job, wait, fetch the report."""

import mimetypes
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

Json = dict[str, Any]
_POLL_SECONDS = 0.2
_ENDED = ("succeeded", "failed", "canceled")


class Refused(Exception):
    """The service said no, or the job failed; the message is the problem's own."""


class Client:
    """Talks to a service at ``url``."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=60.0, trust_env=False)

    def upload(self, video: Path) -> str:
        """Returns the media's id."""
        kind = mimetypes.guess_type(video.name)[0] or "application/octet-stream"
        with video.open("rb") as content:
            answer = self._http.post("/v1/media", files={"file": (video.name, content, kind)})
        return str(_accepted(answer)["id"])

    def start(self, operation: str, media: str) -> Json:
        """Starts a job and returns it."""
        return _accepted(self._http.post("/v1/jobs", json={"operation": operation, "video": media}))

    def wait(self, job: Json, progress: Callable[[Json], None]) -> Json:
        """Returns the job once it has succeeded; ``progress`` gets it a few times a second."""
        while job["status"] not in _ENDED:
            time.sleep(_POLL_SECONDS)
            job = _accepted(self._http.get(f"/v1/jobs/{job['id']}"))
            progress(job)
        if job["status"] != "succeeded":
            raise Refused(_problem(job.get("error") or {}))
        return job

    def fetch(self, job: Json, folder: Path) -> None:
        """Writes the job's artifacts into the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        for artifact in job["artifacts"]:
            answer = self._http.get(artifact["url"])
            answer.raise_for_status()
            (folder / Path(artifact["name"]).name).write_bytes(answer.content)


def _accepted(answer: httpx.Response) -> Json:
    body: Json = answer.json()
    if answer.is_error:
        raise Refused(_problem(body))
    return body


def _problem(problem: Json) -> str:
    text = problem.get("detail") or problem.get("title") or "the job ended without a result"
    remedy = f"\n{problem['remedy']}" if problem.get("remedy") else ""
    return f"{text} [{problem.get('code', 'unknown')}]{remedy}"
