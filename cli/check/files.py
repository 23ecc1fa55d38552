"""The reports of a check: JUnit's XML, for pipelines, and a page, for people."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as Xml

from liptune.cli.check.rows import CheckedRow, Timed
from liptune.core.report.checking import Verdict
from liptune.core.report.profiles import Profile


def junit(rows: Sequence[CheckedRow], profile: Profile) -> str:
    """A test case a video: an error where it could not be measured, skipped where it could not be judged."""
    failures = sum(one.verdict is Verdict.FAILED for one in rows)
    errors = sum(bool(one.row["error"]) for one in rows)
    skipped = sum(one.verdict is Verdict.NOT_JUDGED for one in rows) - errors
    counts = {"tests": len(rows), "failures": failures, "errors": errors, "skipped": skipped}
    told = {name: str(count) for name, count in counts.items()}
    suites = Xml.Element("testsuites", told)
    suite = Xml.SubElement(suites, "testsuite", {"name": f"liptune check {profile.name}", **told})
    for one in rows:
        case = Xml.SubElement(suite, "testcase", {"classname": profile.name, "name": _text(one.name)})
        _outcome(case, one)
    return Xml.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def page(rows: Sequence[CheckedRow], profile: Profile) -> str:
    """Every video, those that fail first."""
    from liptune.core.report.page import look, template

    order = [Verdict.FAILED, Verdict.NOT_JUDGED, Verdict.PASSED]
    lines = [_line(one) for one in sorted(rows, key=lambda one: order.index(one.verdict))]
    return template("check.html").render(lines=lines, profile=profile, limits=limits_of(profile), look=look())


def limits_of(profile: Profile) -> str:
    """The rule in words."""
    if profile.frames is not None:
        limits = f"less than {profile.frames} frame early or late"
    else:
        limits = f"at most {profile.early_ms:g} ms early and {profile.late_ms:g} ms late"
    lasting = f", in any stretch of {profile.min_seconds:g} s and more" if profile.min_seconds else ""
    drift = f"; at most {profile.drift_ms:g} ms of drift a minute" if profile.drift_ms is not None else ""
    return f"{limits}{lasting}{drift}"


@dataclass(frozen=True)
class _Line:
    """What the page tells of a video."""

    name: str
    verdict: str
    kind: str
    failing: tuple[Timed, ...]
    note: str


_KINDS = {
    Verdict.FAILED: "out_of_sync",
    Verdict.NOT_JUDGED: "no_evidence",
    Verdict.PASSED: "in_sync",
}


def _line(one: CheckedRow) -> _Line:
    return _Line(one.name, one.verdict, _KINDS[one.verdict], one.failing, one.note)


def _outcome(case: Xml.Element, one: CheckedRow) -> None:
    if one.verdict is Verdict.FAILED:
        told = [timed.told for timed in one.failing]
        failure = Xml.SubElement(case, "failure", {"message": told[0], "type": one.failing[0].portion.rule})
        failure.text = "\n".join(filter(None, (*told, _text(one.note))))
    elif error := one.row["error"]:
        Xml.SubElement(case, "error", {"message": _text(error["message"]), "type": error["code"]})
    elif one.verdict is Verdict.NOT_JUDGED:
        Xml.SubElement(case, "skipped", {"message": _text(one.note)})
    elif one.note:
        Xml.SubElement(case, "system-out").text = _text(one.note)


def _text(value: Any) -> str:
    """Without what XML cannot hold."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in str(value))
