"""Prints scores as a table on standard output."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

Score = Mapping[str, Any]


def show(result: Mapping[str, Any], name: str) -> None:
    """Prints the speaker's score, the other faces' if there are any, and the verdict in a sentence."""
    console = Console(highlight=False)
    console.print(score_table([(name, result["score"])]))
    if len(result["faces"]) > 1:
        console.print(_faces(result["faces"]))
    console.print(Text(sentence(result), style="bold"))
    if heard := result["sound"]["told"]:
        console.print(Text(heard))
    if damage := result["undecoded"]:
        console.print(Text(damage["told"]))


def score_table(named: Sequence[tuple[str, Score]]) -> Table:
    """Returns scores side by side, one column each."""
    table = Table(header_style="bold")
    table.add_column("")
    for name, _ in named:
        table.add_column(Text(printable(name)), overflow="fold")
    for label, render in _ROWS:
        table.add_row(label, *(render(score) for _, score in named))
    return table


def printable(name: str) -> str:
    """Returns a file's name so that it cannot move the cursor or colour the screen."""
    return name if name.isprintable() else ascii(name)


def _faces(faces: Sequence[Mapping[str, Any]]) -> Table:
    table = Table("face", "on screen", "verdict", "offset", "confidence", header_style="bold")
    for face in faces:
        on_screen = f"{face['first_seconds']:.1f} to {face['last_seconds']:.1f} s"
        score = face["score"]
        cells = (verdict(score), offset(score), confidence(score)) if score else ("too short", "", "")
        table.add_row(str(face["track"]), on_screen, *cells)
    return table


def _number(value: float | None, spec: str) -> str:
    return "none" if value is None else format(value, spec)


def _plain(key: str, spec: str) -> Callable[[Score], str]:
    return lambda score: _number(score[key], spec)


def verdict(score: Score) -> str:
    """Returns the verdict in words."""
    return str(score["verdict"]).replace("_", " ")


def offset(score: Score) -> str:
    """Returns how early the sound is."""
    return f"{_number(score['offset_ms'], '+.0f')} ms"


def interval(score: Score) -> str:
    """Returns the offset's interval."""
    low, high = score["ci95"]
    return f"{_number(low, '+.0f')} to {_number(high, '+.0f')} ms"


def confidence(score: Score) -> str:
    """Returns how far the best shift stands out."""
    return _number(score["confidence"], ".2f")


def _chance(score: Score) -> str:
    return f"{_number(score['null']['mean'], '.2f')} (p95 {_number(score['null']['p95'], '.2f')})"


def _scored(score: Score) -> str:
    return f"{_number(score['seconds_scored'], '.1f')} s"


def _engine(score: Score) -> str:
    return f"{score['engine']['id']} {score['engine']['weights_sha256'][:8]}"


_ROWS: tuple[tuple[str, Callable[[Score], str]], ...] = (
    ("verdict", verdict),
    ("sound early by", offset),
    ("in frames", _plain("offset_frames", "+.2f")),
    ("95 % interval", interval),
    ("confidence", confidence),
    ("by chance", _chance),
    ("distance at zero", _plain("distance_at_zero", ".3f")),
    ("LSE-D", _plain("lse_d", ".3f")),
    ("LSE-C", _plain("lse_c", ".3f")),
    ("SyncAcc", _plain("sync_acc", ".0%")),
    ("scored", _scored),
    ("engine", _engine),
)


Result = Mapping[str, Any]


def _one_offset(stretches: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the score's interval is of all of the clip at any time."""
    return len(stretches) == 1 and not stretches[0]["rate"]


def sentence(result: Result) -> str:
    """Returns what a job's ``result`` means, and how sure it is where it means anything."""
    score = result["score"]
    if score["verdict"] == "no_evidence" or not _one_offset(result["timeline"]):
        return str(result["headline"])
    low, high = score["ci95"]
    return f"{result['headline']} Sure (95 %: {low:+.0f} to {high:+.0f} ms)."
