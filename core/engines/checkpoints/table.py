"""The table of published checkpoints: sources, sha256, size and licence of each."""

from dataclasses import dataclass

from liptune.core.errors import NotFound


@dataclass(frozen=True)
class Url:
    """A file on a web server."""

    url: str

    def __str__(self) -> str:
        return self.url


@dataclass(frozen=True)
class HubFile:
    """A file on the Hugging Face hub, or on ``endpoint`` where one is given."""

    repository: str
    file: str
    endpoint: str | None = None

    def __str__(self) -> str:
        return f"hf://{self.repository}/{self.file}"


@dataclass(frozen=True)
class Checkpoint:
    """One published file. ``sha256`` is None where none is published: the first import pins it.

    ``bytes``: the published size; None: at most ``MAX_BYTES``. ``sources`` are tried in order.
    """

    name: str
    engine: str
    suffix: str
    sources: tuple[Url | HubFile, ...]
    sha256: str | None
    bytes: int | None
    licence: str

    @property
    def file(self) -> str:
        """Its name in the checkpoints folder."""
        return self.name + self.suffix


MAX_BYTES = 4 * 1024**3

CHECKPOINTS = (
    Checkpoint(
        name="stable_syncnet",
        engine="stable_syncnet",
        suffix=".pt",
        sources=(HubFile("ByteDance/LatentSync-1.5", "stable_syncnet.pt"),),
        sha256=None,
        bytes=None,
        licence="that of the LatentSync 1.5 model card (its code: Apache-2.0)",
    ),
    Checkpoint(
        name="stable_syncnet_1.6",
        engine="stable_syncnet",
        suffix=".pt",
        sources=(HubFile("ByteDance/LatentSync-1.6", "stable_syncnet.pt"),),
        sha256=None,
        bytes=None,
        licence="that of the LatentSync 1.6 model card (its code: Apache-2.0)",
    ),
    Checkpoint(
        name="syncnet_v2",
        engine="syncnet_v2",
        suffix=".model",
        sources=(
            Url("https://www.robots.ox.ac.uk/~vgg/software/lipsync/data/syncnet_v2.model"),
            HubFile("ByteDance/LatentSync-1.6", "auxiliary/syncnet_v2.model"),
        ),
        sha256="961e8696f888fce4f3f3a6c3d5b3267cf5b343100b238e79b2659bff2c605442",
        bytes=54_573_114,
        licence="none stated for the weights (their code: MIT)",
    ),
)


def checkpoint(name: str) -> Checkpoint:
    """The checkpoint of that name.

    Raises:
        NotFound: There is none; the message lists the names.
    """
    for candidate in CHECKPOINTS:
        if candidate.name == name:
            return candidate
    names = ", ".join(candidate.name for candidate in CHECKPOINTS)
    raise NotFound(f"There is no checkpoint {name!r}; there are {names}")
