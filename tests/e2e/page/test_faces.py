"""Two faces, one of which speaks."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.page.actions import measure, until, violations
from tests.media_factory import ffmpeg


def test_one_of_two_faces_is_chosen(page: Page, sample: Path, tmp_path: Path) -> None:
    both = tmp_path / "both.mp4"
    still = "trim=end_frame=1,loop=-1:1,setpts=N/25/TB"
    beside = f"[0:v]split[left][copy];[copy]{still}[right];[left][right]hstack=shortest=1[out]"
    ffmpeg("-i", sample, "-filter_complex", beside, "-map", "[out]", "-map", "0:a", "-c:a", "copy", both)
    measure(page, both)
    expect(page.get_by_role("radio", name="Whoever speaks")).to_be_checked()
    until(page, "document.querySelectorAll('face-portrait canvas').length === 2")
    faces = page.get_by_role("radio", name=re.compile(r"Face \d"))
    verdicts = [faces.nth(i).locator("xpath=..").inner_text() for i in range(2)]
    silent = next(i for i, text in enumerate(verdicts) if "No evidence" in text)
    faces.nth(silent).check()
    expect(page.get_by_text("Nothing here stands above what unrelated sound reaches.")).to_be_visible()
    assert violations(page) == []
