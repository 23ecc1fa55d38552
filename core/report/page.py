"""``report.html``: the score for a person, in one file that needs nothing else."""

import base64
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, Template, select_autoescape

from core.report.spans import stretches
from core.report.words import timing, words
from core.sync.clip import ClipScore


def page(
    clip: ClipScore, report: dict[str, Any], chart_png: bytes, warp_chart_png: bytes | None = None
) -> str:
    """The page for a clip; ``report`` is the content of ``report.json``."""
    return _template().render(
        report=report,
        result=report["result"],
        score=report["result"]["score"],
        words=words(clip.speaker.score, clip.speaker.threshold),
        stretches=stretches(clip.moments),
        delay_seconds=f"{abs(clip.speaker.score.offset_ms) / 1000:.3f}",
        threshold=clip.speaker.threshold,
        chart=base64.b64encode(chart_png).decode("ascii"),
        warp_chart=base64.b64encode(warp_chart_png).decode("ascii") if warp_chart_png else None,
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("core.report"),
        autoescape=select_autoescape(default=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["clock"] = clock
    environment.filters["timing"] = timing
    return environment.get_template("report.html")


def clock(seconds: float) -> str:
    """``1:02:03.4``, without the hours where there are none."""
    tenths = round(seconds * 10)
    hours, rest = divmod(tenths, 36000)
    minutes, rest = divmod(rest, 600)
    text = f"{minutes}:{rest / 10:04.1f}"
    return f"{hours}:{text:0>7}" if hours else text
