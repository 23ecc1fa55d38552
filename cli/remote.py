"""``--server``: has a service run an operation and downloads what it made."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from liptune.cli.sources import Source
from liptune.core import errors
from liptune.core.errors import InvalidOption, LiptuneError
from liptune.core.progress import Progress

if TYPE_CHECKING:
    from pydantic import BaseModel

    from liptune.client import Client, FromUrl, Job, Loss, Priority

KEY = "LIPTUNE_API_KEY"

Server = Annotated[
    str | None,
    typer.Option(help=f"Let the service at this URL do it, with the key in {KEY}.", envvar="LIPTUNE_SERVER"),
]

Foreseen = Callable[[str], None]


@dataclass(frozen=True)
class Done:
    """What an operation returns: its result, and the files it made, in the folder that was given."""

    result: dict[str, Any]
    artifacts: tuple[Path, ...]


class ServerUnreachable(LiptuneError):
    """The service does not answer."""

    code = "server_unreachable"


def carry_out(
    server: str,
    operation: str,
    video: Source,
    audio: Source | None,
    options: "BaseModel",
    output: Path | None,
    *,
    progress: Progress,
    foreseen: Foreseen = lambda _loss: None,
    gallery: Source | None = None,
    priority: "Priority" = "interactive",
) -> Done:
    """Sends the files, has the job done, and fetches what it made; a job that nobody waits for is canceled.

    ``output``: the folder for the files that it made, None where none is wanted.
    ``foreseen`` gets each thing that the copy of a repair will lack, in a sentence, before it is made.

    Raises:
        LiptuneError: The service's own error, or ServerUnreachable.
    """
    with connected(server) as client:
        given = sent(client, video, progress)
        sound = sent(client, audio, progress) if audio is not None else None
        lent = sent(client, gallery, progress) if gallery is not None else None
        asked = options.model_dump(mode="json")
        job = client.submit(operation, given, audio=sound, gallery=lent, options=asked, priority=priority)
        return fetched(client, _awaited(client, job, progress, foreseen), output)


def require_suffix(done: Done, output: Path) -> None:
    """Raises InvalidOption where the service, which chooses the container, has chosen another one."""
    from liptune.core.media.write.containers import same_container

    made = done.artifacts[0]
    if not same_container(made.suffix, output.suffix):
        raise InvalidOption(
            f"The service wrote a {made.suffix} file, not {output.suffix}.",
            remedy=f"Name the output *{made.suffix}.",
        )


def sent(client: "Client", source: Source, progress: Progress) -> "str | FromUrl":
    """What the service knows it by: the id of what was sent, or where it is to fetch it."""
    if source.is_url:
        return {"url": source.text}
    return client.upload(source.path, progress=lambda sent, size: progress("upload", sent / size))["id"]


def fetched(client: "Client", job: "Job", output: Path | None) -> Done:
    """What a job that has succeeded returned, and its files in the folder, if there is one."""
    files = [client.download(artifact, output) for artifact in job["artifacts"]] if output else []
    return Done(job["result"] or {}, tuple(files))


def _awaited(client: "Client", job: "Job", progress: Progress, foreseen: Foreseen) -> "Job":
    def tell(losses: "list[Loss]") -> None:
        for loss in losses:
            foreseen(loss["message"])

    try:
        return client.wait(job, progress, losses=tell)
    except (KeyboardInterrupt, SystemExit):
        client.cancel(job["id"])
        raise


@contextmanager
def connected(server: str) -> Iterator["Client"]:
    """A client of the service, whose refusals, and whose silence, are errors as `carry_out` raises them."""
    from liptune.client import Client

    with translated(server), Client(server, os.environ.get(KEY)) as client:
        yield client


@contextmanager
def translated(server: str) -> Iterator[None]:
    """Makes what a client raises an error as `carry_out` raises it."""
    import httpx

    from liptune.client import DownloadDamaged, Refused

    try:
        yield
    except Refused as refused:
        problem = refused.problem
        raise _error(problem["code"], problem["detail"], problem.get("remedy")) from refused
    except (httpx.TransportError, httpx.InvalidURL, DownloadDamaged) as error:
        raise ServerUnreachable(f"The service at {server} does not answer as it should: {error}") from error


def _error(code: str, detail: str, remedy: str | None) -> LiptuneError:
    """The error of this code, so that exit codes are the same wherever the work is done."""
    kinds = [
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, LiptuneError)
    ]
    kind = next(
        (kind for kind in kinds if kind.code == code), type("Refused", (LiptuneError,), {"code": code})
    )
    error: LiptuneError = kind(detail, remedy=remedy)
    return error
