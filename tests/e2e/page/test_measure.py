"""From the drop to what was found."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.page.actions import measure, violations

EARLY = Path(__file__).parents[3] / "samples" / "astronaut_early.mp4"


def test_a_dropped_video_is_judged_in_one_sentence_and_over_time(page: Page) -> None:
    measure(page, EARLY)
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(re.compile(r"The sound is 1[0-4]\d ms early\."))
    expect(page.get_by_text(re.compile(r"Sure \(95 %: \d+.\d+ ms\)\."))).to_be_visible()
    expect(page.get_by_text("400 × 400")).to_be_visible()
    plot = page.locator("timeline-plot .plot-host")
    expect(plot).to_have_attribute("aria-label", re.compile(r"of \d+ moments"))
    assert page.locator(".dot").count() > 10
    assert violations(page) == []

    box = plot.bounding_box()
    assert box is not None
    plot.click(position={"x": box["width"] / 2, "y": 100})
    page.wait_for_function("document.querySelector('video').currentTime > 3.9")
    page.get_by_role("button", name="Pause").click()
    shown = page.evaluate("document.querySelector('video').currentTime")
    expect(page.locator(".readout")).to_contain_text(re.compile(rf"At 0:0{shown:.1f}"[:8]))
    playhead = float(page.locator(".playhead").get_attribute("x1") or "nan")
    assert abs(playhead / box["width"] - shown / 7.88) < 0.02
