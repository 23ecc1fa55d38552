"""Files, whole or not at all."""

import hashlib
from pathlib import Path

from .errors import DownloadDamaged
from .http import Http, accepted

CHUNK_BYTES = 1 << 20


def download(http: Http, url: str, sha256: str, path: Path) -> None:
    """Writes the file beside ``path``, and moves it there once it is what it should be."""
    draft = path.with_name(f".{path.name}.part")
    digest = hashlib.sha256()
    try:
        with http.client.stream("GET", url) as answer, draft.open("wb") as file:
            if answer.is_error:
                answer.read()
            for chunk in accepted(answer).iter_bytes(CHUNK_BYTES):
                digest.update(chunk)
                file.write(chunk)
        if digest.hexdigest() != sha256:
            raise DownloadDamaged(f"{path.name} arrived damaged.")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
