"""The operations as plain functions: paths and keywords in, a frozen result out."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from liptune.core.operations.table import OPERATIONS, parse_options

if TYPE_CHECKING:
    from liptune.core.analysis.types import Arrays


@dataclass(frozen=True)
class Result:
    """What an operation found; of a repair, in its copy.

    ``verdict``: in_sync, out_of_sync or no_evidence. ``offset_ms``: positive where the sound is early.
    ``ci95``: its 95 % interval, ms. ``confidence``: standard deviations above chance. Each is None where
    there is no such number. ``headline``: the same as a sentence. ``files``: what was written, the repaired
    video first. ``json``: the whole result, as a job of the service has it.
    """

    verdict: str
    offset_ms: float | None
    ci95: tuple[float | None, float | None]
    confidence: float | None
    headline: str
    files: tuple[Path, ...]
    json: Mapping[str, Any]


class NoCache:
    """Implements `core.analysis.AnalysisCache` by keeping nothing."""

    def load(self, key: str) -> "Arrays | None":  # noqa: ARG002
        return None

    def save(self, key: str, arrays: "Arrays") -> None:
        """Keeps nothing."""


def measure(
    video: str | Path, audio: str | Path | None = None, *, output: str | Path | None = None, **options: Any
) -> Result:
    """Measures how well the lips in ``video`` match its sound, or that of ``audio``.

    ``output``: a folder for the report, made where it is missing; None: no report. ``options``: the fields of
    `core.options.MeasureOptions`.

    Raises:
        LiptuneError: Of the kinds that `core.operations.measure.measure` names.
    """
    return _run("measure", video, audio, output, options)


def retime(
    video: str | Path, audio: str | Path | None = None, *, output: str | Path, **options: Any
) -> Result:
    """Writes a copy of ``video`` whose lips match its sound into the folder ``output``, with its report.

    ``options``: the fields of `core.options.RetimeOptions`. Raises as `core.operations.retime.retime`.
    """
    return _run("retime", video, audio, output, options)


def warp(video: str | Path, audio: str | Path | None = None, *, output: str | Path, **options: Any) -> Result:
    """Writes a copy of ``video`` with mouths of other moments into the folder ``output``, with its report.

    ``options``: the fields of `core.options.WarpOptions`. Raises as `core.operations.warp.warp`.
    """
    return _run("warp", video, audio, output, options)


def dub(
    video: str | Path,
    audio: str | Path,
    *,
    output: str | Path,
    gallery: str | Path | None = None,
    **options: Any,
) -> Result:
    """Writes a copy of ``video`` whose mouth says what ``audio`` says into the folder ``output``, with its
    report.

    ``gallery``: another video of the same person, from which mouths are taken too. ``options``: the fields of
    `core.options.DubOptions`. Raises as `core.operations.dub.dub`.
    """
    lent = {} if gallery is None else {"gallery": Path(gallery)}
    return _run("dub", video, audio, output, options, **lent)


def _run(
    operation: str,
    video: str | Path,
    audio: str | Path | None,
    output: str | Path | None,
    options: dict[str, Any],
    **more: Path,
) -> Result:
    done = OPERATIONS[operation].load()(
        Path(video),
        Path(audio) if audio is not None else None,
        parse_options(operation, options),
        output=Path(output) if output is not None else None,
        cache=NoCache(),
        **more,
    )
    score = done.result["score"]
    low, high = score["ci95"]
    return Result(
        verdict=score["verdict"],
        offset_ms=score["offset_ms"],
        ci95=(low, high),
        confidence=score["confidence"],
        headline=done.result["headline"],
        files=done.artifacts,
        json=MappingProxyType(done.result),
    )
