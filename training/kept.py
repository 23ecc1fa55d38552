"""Arrays of a dataclass, kept in a folder."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np


@dataclass(frozen=True)
class Kept:
    """Can be written into a folder, a file for each field; ``names`` are texts, all others arrays."""

    names: tuple[str, ...]

    def save(self, folder: Path) -> None:
        """Writes one .npy per array."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in self.__dataclass_fields__:
            np.save(folder / f"{name}.npy", np.asarray(getattr(self, name)))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Reads what ``save`` wrote."""
        arrays = {name: np.load(folder / f"{name}.npy") for name in cls.__dataclass_fields__}
        return cls(**{**arrays, "names": tuple(arrays["names"].tolist())})
