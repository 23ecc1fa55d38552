"""Renders ``report.html``, one file that needs nothing else."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, Template, select_autoescape
from markupsafe import Markup

from liptune.core.report.headline import clock
from liptune.core.report.words import words
from liptune.core.sync.clip import ClipScore

MARKS = ("score", "moments", "gaps", "cuts")


@dataclass(frozen=True)
class Look:
    """What the page has in common with the web page, to be written into it."""

    css: Markup
    js: Markup


def page(clip: ClipScore, report: dict[str, Any], pictures: Mapping[str, bytes]) -> str:
    """The page for a clip; ``report`` is the content of ``report.json``.

    ``pictures``: PNGs by the name that the template knows them by: chart, warp_chart, speech, preview.
    """
    return template("report.html").render(
        report=report,
        result=report["result"],
        score=report["result"]["score"],
        words=words(clip.speaker),
        delay_seconds=f"{abs(clip.speaker.score.offset_ms) / 1000:.3f}",
        threshold=clip.speaker.threshold,
        look=look(),
        views=views(report),
        **{name: base64.b64encode(png).decode("ascii") for name, png in pictures.items()},
    )


def views(report: dict[str, Any]) -> list[dict[str, Any]]:
    """What is drawn over time: of a repair, the video before it and after."""
    result = report["result"]
    after = _marks(result) | {"timeline": report["timeline"], "warp": None}
    if "before" not in report:
        return [{"title": "", **after}]
    before = _marks(result["before"])
    before |= {"timeline": report["before"]["timeline"], "warp": report["warp"]}
    return [{"title": "Before", **before}, {"title": "After", **after}]


def _marks(result: dict[str, Any]) -> dict[str, Any]:
    return {name: result[name] for name in MARKS} | {"stretches": result["timeline"]}


@cache
def look() -> Look:
    """What all pages have in common."""
    folder = files("liptune.core.report").joinpath("look")
    css, plot, report = (
        folder.joinpath(name).read_text("utf-8") for name in ("look.css", "plot.js", "report.js")
    )
    return Look(Markup(css), Markup(plot + report))  # noqa: S704


@cache
def template(name: str) -> Template:
    """The template of a page."""
    environment = Environment(
        loader=PackageLoader("liptune.core.report"),
        autoescape=select_autoescape(default=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["clock"] = clock
    return environment.get_template(name)
