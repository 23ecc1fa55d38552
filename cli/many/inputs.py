"""Which videos a command of many files works on, and which sound belongs to each."""

import glob
import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import typer

from liptune.cli.many.names import belongs, file_name, names_of, owners, place
from liptune.cli.sources import Source
from liptune.core.errors import LiptuneError, NoAudioStream, NotFound

VIDEOS = frozenset({
    ".3g2", ".3gp", ".asf", ".avi", ".dv", ".f4v", ".flv", ".gxf", ".m2t", ".m2ts", ".m4v", ".mj2", ".mkv",
    ".mov", ".mp4", ".mpeg", ".mpg", ".mts", ".mxf", ".nut", ".ogm", ".ogv", ".rm", ".rmvb", ".ts", ".vob",
    ".webm", ".wmv", ".wtv",
})  # fmt: skip
"""What is taken of a folder; a file that is named is tried whatever it is called."""
SOUNDS = VIDEOS | {
    ".aac", ".ac3", ".aif", ".aiff", ".amr", ".ape", ".au", ".caf", ".dts", ".eac3", ".flac", ".m4a", ".mka",
    ".mp2", ".mp3", ".oga", ".ogg", ".opus", ".tta", ".w64", ".wav", ".wma", ".wv",
}  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One video to work on. ``name``: its path behind the folder that all have in common, as it is shown.

    ``problem``: why it is not even tried. ``sound``: the sound's path behind the folder that all sounds of
    their own have in common.
    """

    video: Source
    audio: Source | None
    name: Path
    problem: LiptuneError | None = None
    sound: Path | None = None

    @property
    def folder(self) -> Path:
        """A path of its own for what is made of it; where it has a sound of its own, behind the picture's."""
        return self.name / self.sound if self.sound else self.name

    @property
    def copy(self) -> Path:
        """What a copy is called: as the picture, or as its sound, where that is called the same and more."""
        longer = self.audio and belongs(self.audio.name, self.name.stem)
        return self.name.with_stem(Path(file_name(self.audio)).stem) if self.audio and longer else self.name


def items_of(
    videos: Sequence[str], listed: Path | None, audio: Source | None, audio_dir: Path | None
) -> tuple[Item, ...]:
    """Everything that is meant by the arguments, each pair once, in the order in which they are given.

    Raises:
        typer.BadParameter: A folder, a pattern or a list has no video, or the list cannot be read.
    """
    named = [(source, audio) for argument in videos for source in expanded(argument)]
    named += _of_list(listed, audio) if listed else []
    pairs = list({tuple(each and place(each) for each in pair): pair for pair in named}.values())
    if not pairs:
        raise typer.BadParameter("there is no video", param_hint="'VIDEO'")
    names = names_of([video for video, _ in pairs])
    items = [_item(video, sound, names[video.text]) for video, sound in pairs]
    return _sounds_named([*_with_sounds(items, audio_dir)] if audio_dir else items)


def expanded(argument: str) -> list[Source]:
    """The videos that an argument means: all in a folder and below it, or what a pattern matches."""
    if Source(argument).is_url:
        return [Source(argument)]
    if Path(argument).is_dir():
        found = _within(Path(argument), VIDEOS)
    elif not Path(argument).exists() and glob.has_magic(argument):
        matched = sorted(map(Path, glob.glob(argument, recursive=True)))  # noqa: PTH207 - absolute patterns too
        found = [each for path in matched for each in (_within(path, VIDEOS) if path.is_dir() else [path])]
    else:
        return [Source(argument)]
    if not found:
        raise typer.BadParameter(f"there is no video in {argument!r}", param_hint="'VIDEO'")
    return [Source(str(path)) for path in found]


def _within(folder: Path, suffixes: frozenset[str]) -> list[Path]:
    """Not those whose names begin with a dot, such as the shadows that macOS leaves."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in suffixes and not path.name.startswith(".") and path.is_file()
    )


def _of_list(listed: Path, audio: Source | None) -> Iterator[tuple[Source, Source | None]]:
    try:
        text = sys.stdin.read() if str(listed) == "-" else listed.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{str(listed)!r} cannot be read: {error}", param_hint="--list") from error
    for line in filter(str.strip, text.splitlines()):
        video, _, sound = line.partition("\t")
        own = Source(sound.strip()) if sound.strip() else audio
        for source in expanded(video.strip()):
            yield source, own


def _item(video: Source, audio: Source | None, name: Path) -> Item:
    missing = [each.text for each in (video, audio) if each and not each.is_url and not _readable(each.text)]
    problem = NotFound(f"{missing[0]!r} is not a file that can be read.") if missing else None
    return Item(video, audio, name, problem)


def _readable(path: str) -> bool:
    return Path(path).is_file() and os.access(path, os.R_OK)


def _with_sounds(items: Sequence[Item], folder: Path) -> Iterator[Item]:
    """Each picture with every sound in the folder that is called as it is, whatever may follow."""
    found = _sounds_in(folder, [item.name for item in items])
    for item in items:
        for sound in found[item.name]:
            yield replace(item, audio=Source(str(sound)))
        if not found[item.name]:
            missing = NoAudioStream(f"No sound in {str(folder)!r} is called {item.name.stem!r}.")
            yield replace(item, problem=item.problem or missing)


def _sounds_in(folder: Path, pictures: Sequence[Path]) -> defaultdict[Path, list[Path]]:
    """The sounds in the folder by the picture; says of which there is none."""
    found = defaultdict[Path, list[Path]](list)
    for sound in _within(folder, SOUNDS):
        called_so = owners(sound.relative_to(folder), pictures)
        for picture in called_so:
            found[picture].append(sound)
        if not called_so:
            typer.echo(f"No picture is called as {sound} is.", err=True)
    return found


def _sounds_named(items: Sequence[Item]) -> tuple[Item, ...]:
    names = names_of([item.audio for item in items if item.audio])
    return tuple(replace(item, sound=names[item.audio.text]) if item.audio else item for item in items)
