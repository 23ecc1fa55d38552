"""What videos and sounds are called: in a table, in a folder of reports, beside each other."""

import os
import re
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any

from liptune.cli.sources import Source

APART = re.compile(r"[/\\\0]")
BEHIND_A_NAME = "._- "
"""What may follow a picture's name in the name of its sound: ``clip.deu.wav``."""


def place(source: Source) -> str:
    """Where it is: the same however its path was typed."""
    # Without following links: what a link is called counts.
    return source.text if source.is_url else os.path.abspath(source.text)  # noqa: PTH100


def file_name(source: Source) -> str:
    """The source's name as one part of a path; a URL may have anything in it."""
    name = APART.sub("_", source.name)
    return name if name.strip(".") else "video"


def names_of(sources: Iterable[Source]) -> dict[str, Path]:
    """Each source's path behind the folder that all files have in common; of a URL its last part."""
    files = {each.text: Path(place(each)) for each in sources if not each.is_url}
    root = os.path.commonpath([path.parent for path in files.values()]) if files else ""
    names = {text: path.relative_to(root) for text, path in files.items()}
    for each in sources:
        if each.is_url and each.text not in names:
            names[each.text] = free(Path(file_name(each)), set(names.values()))
    return names


def free(name: Path, taken: Collection[Path]) -> Path:
    """The name, numbered where another has it."""
    tried = (name.with_stem(f"{name.stem} ({number})") for number in range(2, len(taken) + 3))
    return name if name not in taken else next(each for each in tried if each not in taken)


def belongs(sound: str, stem: str) -> bool:
    """Whether a sound's file is called as the picture of that stem, whatever may follow."""
    called = Path(sound).stem
    return called == stem or (called.startswith(stem) and called[len(stem)] in BEHIND_A_NAME)


def owners(sound: Path, pictures: Iterable[Path]) -> list[Path]:
    """The pictures that are called as a sound is: of several of one name, those whose folders it shares most.

    ``sound`` and ``pictures``: paths behind the folders that were given.
    """
    folders = set(sound.parent.parts)

    def nearness(picture: Path) -> tuple[int, bool]:
        own = set(picture.parent.parts)
        return len(own & folders), own <= folders

    called = [each for each in pictures if belongs(sound.name, each.stem)]
    return _most(_most(called, lambda one: len(one.stem)), nearness)


def _most(paths: Collection[Path], measure: Callable[[Path], Any]) -> list[Path]:
    most = max(map(measure, paths), default=None)
    return [path for path in paths if measure(path) == most]
