"""``results.jsonl``: what a run over many videos has done, a line each, for another to go on from there."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from liptune.cli.many.work import Work
from liptune.cli.sources import Source
from liptune.core.report.rows import Row

JOURNAL = "results.jsonl"


class Journal:
    """Remembers rows in a folder; in none where there is no folder."""

    def __init__(self, file: IO[str] | None, known: Mapping[str, Row]) -> None:
        self._file = file
        self._known = known

    @classmethod
    def open(cls, folder: Path | None, *, resume: bool) -> "Journal":
        """Begins a new one, or goes on with the one that is there."""
        if folder is None:
            return cls(None, {})
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / JOURNAL
        known = _read(path) if resume and path.exists() else {}
        if not known:
            return cls(path.open("w", encoding="utf-8"), {})
        file = path.open("a", encoding="utf-8")
        if not path.read_bytes().endswith(b"\n"):
            file.write("\n")  # behind a line that was cut off
        return cls(file, known)

    def done(self, work: str) -> Row | None:
        """The row of a work, by its fingerprint, that went well before, and whose files are still there."""
        row = self._known.get(work)
        if row is None or row["error"]:
            return None
        made = [row["output"], row["report"]]
        return row if all(Path(path).exists() for path in made if path) else None

    def add(self, work: str, row: Row) -> None:
        """Writes a row down at once."""
        if self._file is not None:
            self._file.write(f"{json.dumps({**row, 'fingerprint': work}, allow_nan=False)}\n")
            self._file.flush()

    def close(self) -> None:
        """Closes the file."""
        if self._file is not None:
            self._file.close()


def fingerprint(work: Work) -> str:
    """SHA-256 of what is to be done with which files, as they are now."""
    asked: list[Any] = [work.operation, work.options, _state(work.video), work.audio and _state(work.audio)]
    asked += [_state(work.gallery)] if work.gallery else []
    asked += [bool(work.report), str(work.output) if work.output else None]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def _state(source: Source) -> list[Any]:
    if source.is_url:
        return [source.text]
    path = source.path.absolute()
    if not path.exists():
        return [str(path)]
    status = path.stat()
    return [str(path), status.st_size, status.st_mtime_ns]


def _read(path: Path) -> dict[str, Row]:
    """The rows by their fingerprint. A last line that was cut off is done again."""
    found: dict[str, Row] = {}
    for line in path.read_text("utf-8").splitlines():
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            continue
        found[row.pop("fingerprint")] = row
    return found
