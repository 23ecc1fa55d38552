"""The files of a job on the local disk."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from liptune.core.errors import MediaUnreadable
from liptune.core.store.database.models import Media
from liptune.core.store.jobs.claims import Claim
from liptune.core.store.store import Store


@contextmanager
def given(claim: Claim, store: Store) -> Iterator[tuple[Path, Path | None]]:
    """The video, and the sound beside it where there is one. Raises MediaUnreadable where it was deleted."""
    with ExitStack() as files:
        video = files.enter_context(store.blobs.local(_present(claim.video).blob))
        yield video, files.enter_context(store.blobs.local(claim.audio.blob)) if claim.audio else None


@contextmanager
def lent(claim: Claim, store: Store) -> Iterator[dict[str, Path]]:
    """The gallery of an operation that was given one, as its keyword."""
    if claim.gallery is None:
        yield {}
        return
    with store.blobs.local(claim.gallery.blob) as path:
        yield {"gallery": path}


def _present(video: Media | None) -> Media:
    if video is None:
        raise MediaUnreadable("The video was deleted before the job could run.")
    return video
