"""A clip whose sound is late in its second half: bands, sentences, and a repair."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.page.actions import fits_a_phone, measure, until, violations
from tests.media_factory import ffmpeg

AGREE = re.compile(r"^0:00\.0–0:0[78]\.\d: the lips and the sound agree\.$")
LATE = re.compile(r"^0:0[78]\.\d–0:15\.\d: the sound is (3[5-9]|4[0-4])\d ms late\.$")
SECOND_HALF = "document.querySelector('video').currentTime > 7"
FIRST_HALF = "document.querySelector('video').currentTime < 7"


@pytest.fixture(scope="module")
def halves(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """7.8 seconds as they are, then the same with the sound 400 ms late."""
    path = tmp_path_factory.mktemp("halves") / "halves.mp4"
    graph = (
        "[0:v]trim=0:7.8,setpts=PTS-STARTPTS,split[v0][v1];"
        "[0:a]atrim=0:7.8,asetpts=PTS-STARTPTS,asplit[a0][b];[b]adelay=400:all=1,atrim=0:7.8[a1];"
        "[v0][a0][v1][a1]concat=n=2:v=1:a=1[v][a]"
    )
    ffmpeg(
        "-i", sample, "-filter_complex", graph, "-map", "[v]", "-map", "[a]",
        "-c:v", "libx264", "-preset", "ultrafast", "-crf", "18", path,
    )  # fmt: skip
    return path


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_stretches_are_bands_that_play_and_a_repair_moves_what_is_asked_for(page: Page, halves: Path) -> None:
    measure(page, halves)
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile(r"from 0:07\.\d to 0:15\.\d"))
    expect(page.get_by_text("Sure (95 %")).to_have_count(0)
    _told_by_bands_and_list(page)
    _played_from_bands(page)
    _reported(page)
    _moved_the_picture(page)


def _told_by_bands_and_list(page: Page) -> None:
    first, second = page.get_by_role("button", name=AGREE), page.get_by_role("button", name=LATE)
    expect(first).to_have_class("band in_sync")
    expect(second).to_have_class("band out_of_sync")
    looks = [
        band.evaluate("(made) => getComputedStyle(made, '::before').backgroundImage")
        for band in (first, second)
    ]
    assert looks[0] == "none"
    assert "repeating-linear-gradient" in looks[1]
    left, right, plot = (box.bounding_box() for box in (first, second, page.locator(".plot-host")))
    assert left
    assert right
    assert plot
    assert left["x"] == pytest.approx(plot["x"], abs=1)
    assert right["x"] == pytest.approx(left["x"] + left["width"], abs=1)
    assert right["x"] + right["width"] == pytest.approx(plot["x"] + plot["width"], abs=3)
    sentences = page.locator(".stretches li span")
    expect(sentences).to_have_text([AGREE, LATE])
    expect(page.locator(".plot .tint")).to_have_count(2)
    expect(page.locator(".legend")).to_contain_text("a stretch out of sync")
    assert violations(page) == []
    assert fits_a_phone(page)


def _played_from_bands(page: Page) -> None:
    page.get_by_role("button", name=LATE).click()
    until(page, SECOND_HALF)
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.get_by_role("button", name=AGREE).focus()
    page.keyboard.press("Enter")
    until(page, FIRST_HALF)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    until(page, SECOND_HALF)
    page.get_by_role("button", name="Play from 0:00.0").click()
    until(page, FIRST_HALF)
    page.get_by_role("button", name="Pause").click()


def _reported(page: Page) -> None:
    with page.expect_popup() as opening:
        page.get_by_role("link", name="open", exact=True).click()
    report = opening.value
    bands = report.locator(".bands .band")
    expect(bands).to_have_text([AGREE, LATE])
    expect(report.get_by_role("button")).to_have_count(0)
    expect(report.get_by_role("cell", name=LATE)).to_be_visible()
    assert violations(report) == []
    report.close()


def _moved_the_picture(page: Page) -> None:
    moves = page.get_by_role("group", name="What is moved").get_by_role("radio")
    expect(moves).to_have_count(3)
    expect(moves.nth(0)).to_be_checked()
    moves.nth(2).check()
    assert violations(page) == []
    assert fits_a_phone(page)
    with page.expect_request(lambda request: request.method == "POST") as asking:
        page.get_by_role("button", name="Repair", exact=True).click()
    assert json.loads(asking.value.post_data or "")["options"]["move"] == "picture"
    expect(page.locator(".moved")).to_have_text("Moved: the picture.")
    expect(
        page.get_by_text("The picture is drawn again, as asked; the sound is copied.").first
    ).to_be_visible()
    names = page.locator(".files a[download]").all_inner_texts()
    assert {"timewarp.edl", "markers.csv", "markers.otio", "markers.edl"} <= set(names)
    expect(page.locator("section", has_text="Before").locator(".stretches").first).to_contain_text("ms late")


def test_an_interval_is_told_of_a_clip_with_one_offset_alone(page: Page) -> None:
    page.goto("/")
    steady, drifting = {"rate": 0}, {"rate": -0.004}
    score = {"verdict": "out_of_sync", "ci95": [104, 131]}
    said = [
        page.evaluate(
            "async (result) => (await import('/page/words.js')).sure(result)",
            {"score": score, "timeline": timeline},
        )
        for timeline in ([steady], [steady, steady], [drifting])
    ]
    assert said == ["Sure (95 %: 104–131 ms).", "", ""]
