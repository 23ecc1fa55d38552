"""Which sound is listened to, and which part of the picture is looked at."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.page.actions import drop, fits_a_phone, violations
from tests.media_factory import ffmpeg

EARLY = Path(__file__).parents[3] / "samples" / "astronaut_early.mp4"


@pytest.fixture(scope="module")
def tracks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tone, silence and, not marked, the voice."""
    path = tmp_path_factory.mktemp("tracks") / "tracks.mp4"
    ffmpeg(
        "-i", EARLY, "-f", "lavfi", "-i", "sine=f=1000:r=48000:d=7.9",
        "-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo:d=7.9",
        "-map", "0:v", "-map", "1:a", "-map", "2:a", "-map", "0:a", "-c:v", "copy", "-c:a", "aac",
        "-metadata:s:a:2", "language=eng", "-disposition:a", "0", "-disposition:a:0", "default", path,
    )  # fmt: skip
    return path


@pytest.mark.slow
def test_one_of_several_audio_streams_is_chosen(page: Page, tracks: Path) -> None:
    drop(page, tracks)
    streams = page.get_by_role("group", name="Which sound").get_by_role("radio")
    expect(streams).to_have_count(3)
    expect(streams.nth(0)).to_be_checked()
    rows = page.locator(".sound")
    expect(rows.nth(0)).to_contain_text("-21 dBFS")
    expect(rows.nth(1)).to_contain_text("silent")
    expect(rows.nth(2)).to_contain_text("eng")
    expect(page.locator(".meter rect")).to_have_count(36)
    assert violations(page) == []
    assert fits_a_phone(page)
    streams.nth(1).check()
    expect(page.get_by_label("Channels")).to_contain_text("1 (left): silent")
    streams.nth(0).check()
    page.get_by_role("button", name="Measure this sound").click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("2 other audio streams")
    expect(page.get_by_text("Not listened to: audio stream 2")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Try each of them").click()
    expect(heading).to_have_text(re.compile(r"The sound is 1[0-4]\d ms early\."))
    expect(page.get_by_text("audio stream 3 (eng, mono) fits the lips best").first).to_be_visible()
    assert fits_a_phone(page)
    with page.expect_request(lambda request: request.method == "POST") as asking:
        page.get_by_role("button", name="Repair", exact=True).click()
    asked = json.loads(asking.value.post_data or "")
    assert (asked["operation"], asked["options"]["audio_stream"]) == ("retime", 3)
    expect(heading).to_have_text(re.compile("Repaired: "))


@pytest.mark.slow
def test_a_face_that_is_too_small_is_looked_at_alone(page: Page, tmp_path: Path) -> None:
    tile = tmp_path / "tile.mp4"
    ffmpeg(
        "-f", "lavfi", "-i", "color=gray:s=1920x1080:r=25:d=8", "-i", EARLY, "-filter_complex",
        "[1:v]scale=110:110[s];[0:v][s]overlay=600:300:shortest=1[v]", "-map", "[v]", "-map", "1:a",
        "-c:v", "libx264", "-preset", "ultrafast", "-crf", "16", "-c:a", "copy", tile,
    )  # fmt: skip
    drop(page, tile)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("in a picture of this size they can be followed from 107 pixels")
    assert violations(page) == []
    page.get_by_role("button", name="Look at the largest face alone").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"The sound is 1[0-4]\d ms early\."))
