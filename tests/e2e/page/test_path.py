"""The whole path: from the drop, over what was found, to the repaired video."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.page.actions import fits_a_phone, measure, until, violations

EARLY = Path(__file__).parents[3] / "samples" / "astronaut_early.mp4"
IN_STEP = """() => {
    const [before, after] = [...document.querySelectorAll("video")].map((video) => video.currentTime);
    return before > 1 && Math.abs(before - after) < 0.08;
}"""


@pytest.mark.timeout(600)
def test_from_drop_to_download(page: Page, tmp_path: Path) -> None:
    measure(page, EARLY)
    _judged(page)
    _played_from_the_plot(page)
    _asked_for_a_mouth(page)
    page.get_by_role("button", name="Repair", exact=True).click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(re.compile("Repaired: "))
    _compared(page)
    _downloaded(page, tmp_path)
    _reported(page)


def _judged(page: Page) -> None:
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(re.compile(r"The sound is 1[0-4]\d ms early\."))
    expect(page.get_by_text(re.compile(r"Sure \(95 %: \d+.\d+ ms\)\."))).to_be_visible()
    expect(page.get_by_text("400 × 400")).to_be_visible()
    expect(page.locator(".summary")).to_contain_text("by themselves")
    assert page.locator(".plot .dot").count() > 10
    assert violations(page) == []
    assert fits_a_phone(page)


def _played_from_the_plot(page: Page) -> None:
    plot = page.locator("timeline-plot .plot-host")
    box = plot.bounding_box()
    assert box is not None
    plot.click(position={"x": box["width"] / 2, "y": 100})
    until(page, "document.querySelector('video').currentTime > 3.9")
    page.get_by_role("button", name="Pause").click()
    shown = page.evaluate("document.querySelector('video').currentTime")
    expect(page.locator(".readout")).to_contain_text(re.compile(r"At 0:0[3-7]\.\d: "))
    page.get_by_role("button", name="One frame on").click()
    until(page, f"Math.abs(document.querySelector('video').currentTime - {shown} - 0.04) < 0.001")
    shown += 0.04
    playhead = float(page.locator(".playhead").get_attribute("x1") or "nan")
    assert abs(playhead / box["width"] - shown / 7.88) < 0.02


def _asked_for_a_mouth(page: Page) -> None:
    page.get_by_role("radio", name="Repair the mouth").check()
    page.get_by_label("Edges of the mouth").select_option("poisson")
    assert violations(page) == []
    assert fits_a_phone(page)
    with page.expect_request(lambda request: request.method == "POST") as asking:
        page.get_by_role("button", name="Repair", exact=True).click()
    asked = json.loads(asking.value.post_data or "")
    assert (asked["operation"], asked["options"]["blend"]) == ("warp", "poisson")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Canceled")
    page.go_back()


def _compared(page: Page) -> None:
    expect(page.get_by_text(re.compile(r"Before: the sound is 1[0-4]\d ms early\."))).to_be_visible()
    expect(page.locator(".plot .warp")).to_have_count(1)
    assert violations(page) == []
    assert fits_a_phone(page)
    heard = page.evaluate("[...document.querySelectorAll('video')].filter((video) => !video.muted).length")
    assert heard == 1
    page.get_by_label("Wipe").check()
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, IN_STEP)
    page.get_by_role("group", name="Sound").get_by_label("Before").check()
    muted = page.evaluate("[...document.querySelectorAll('video')].map((video) => video.muted)")
    assert muted == [False, True]
    page.get_by_label("Seam of the wipe").fill("20")
    clipped = page.evaluate("document.querySelectorAll('.decks figure')[1].style.clipPath")
    assert clipped == "inset(0px 0px 0px 20%)"


def _downloaded(page: Page, folder: Path) -> None:
    expected = {"video.mp4", "timewarp.json", "report.json", "report.html"}
    links = page.locator(".files a[download]")
    assert expected <= set(links.all_inner_texts())
    for name in ("video.mp4", "report.json"):
        with page.expect_download() as downloading:
            page.get_by_role("link", name=name).click()
        downloading.value.save_as(folder / name)
    assert (folder / "video.mp4").read_bytes()[4:8] == b"ftyp"
    assert json.loads((folder / "report.json").read_bytes())["result"]["score"]["verdict"] == "in_sync"


def _reported(page: Page) -> None:
    """``report.html`` draws the same."""
    with page.expect_popup() as opening:
        page.get_by_role("link", name="open", exact=True).click()
    report = opening.value
    expect(report.locator(".plot")).to_have_count(2)
    expect(report.locator(".plot .warp")).to_have_count(1)
    assert violations(report) == []
