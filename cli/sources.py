"""What a command is given to work on: files that are here, or URLs that a service is to fetch."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import typer

from liptune.core.errors import InvalidOption

URL = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True)
class Source:
    """A file or a URL, as it was typed."""

    text: str

    @property
    def is_url(self) -> bool:
        """Whether a service is to fetch it."""
        return URL.match(self.text) is not None

    @property
    def path(self) -> Path:
        """The file.

        Raises:
            InvalidOption: It is a URL, which only a service fetches.
        """
        if self.is_url:
            raise InvalidOption(
                "A URL is fetched by a service alone.", remedy="Name one with --server, or download the file."
            )
        return Path(self.text)

    @property
    def name(self) -> str:
        """What to call it."""
        if not self.is_url:
            return Path(self.text).name
        parts = urlsplit(self.text)
        return unquote(parts.path.rsplit("/", 1)[-1]) or parts.netloc


def given(typed: str | Source) -> Source:
    """Reads an argument; raises BadParameter for a file that cannot be read."""
    source = typed if isinstance(typed, Source) else Source(typed)
    if not source.is_url and not (source.path.is_file() and os.access(source.path, os.R_OK)):
        raise typer.BadParameter(f"{source.text!r} is not a file that can be read")
    return source
