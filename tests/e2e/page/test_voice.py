"""Giving a measured video another voice."""

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.page.actions import fits_a_phone, measure, violations
from tests.media_factory import ffmpeg


def asked_by(page: Page, action: str, *given: Any) -> dict[str, Any]:
    """The job that the page asks for after an ``action`` of the form's input for a sound, or of a button."""
    with page.expect_request(
        lambda request: request.url.endswith("/v1/jobs") and request.method == "POST"
    ) as asking:
        if action == "drop":
            page.locator("input[name=voice]").set_input_files(*given)
        else:
            page.get_by_role("button", name=action).click()
    asked: dict[str, Any] = json.loads(asking.value.post_data or "")
    return asked


def test_a_sound_is_dropped_and_a_dub_begins(page: Page, sample: Path) -> None:
    measure(page, sample)
    page.get_by_text("Give it another voice").click()
    expect(page.get_by_text("your right to change what somebody says")).to_be_visible()
    page.locator("select[name=length]").select_option("sound")
    page.locator("select[name=fill]").select_option("bounce")
    page.get_by_label("Keep the old sound as another track").check()
    assert violations(page) == []
    assert fits_a_phone(page)
    asked = asked_by(page, "drop", sample)
    assert asked["operation"] == "dub"
    assert asked["audio"]
    assert "gallery" not in asked
    assert asked["options"]["face"] == "active"
    lasting = {name: asked["options"][name] for name in ("length", "fill", "keep_audio")}
    assert lasting == {"length": "sound", "fill": "bounce", "keep_audio": True}
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Canceled")


def test_another_video_gives_mouths(page: Page, sample: Path, tmp_path: Path) -> None:
    ffmpeg("-ss", "2", "-i", sample, "-t", "3", "-c:v", "libx264", tmp_path / "holiday.mp4")
    measure(page, sample)
    page.get_by_text("Give it another voice").click()
    page.get_by_label("another video of the same person").set_input_files(tmp_path / "holiday.mp4")
    lent = page.locator(".lent")
    expect(lent).to_contain_text("holiday.mp4")
    expect(lent).to_contain_text("0:03.0")
    assert violations(page) == []
    assert fits_a_phone(page)
    asked = asked_by(page, "drop", sample.with_name("other_words.m4a"))
    assert asked["operation"] == "dub"
    assert len({asked[which] for which in ("video", "audio", "gallery")}) == 3
    expect(page.locator(".about")).to_contain_text("and mouths of holiday.mp4")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Canceled")
    again = asked_by(page, "Run it again")
    assert again["gallery"] == asked["gallery"]
    page.get_by_role("button", name="Cancel").click()


def test_a_gallery_may_be_left_out_again(page: Page, sample: Path, tmp_path: Path) -> None:
    ffmpeg("-i", sample, "-t", "2", tmp_path / "speech.wav")
    measure(page, sample)
    page.get_by_text("Give it another voice").click()
    chosen = page.get_by_label("another video of the same person")
    chosen.set_input_files(tmp_path / "speech.wav")
    expect(page.get_by_role("alert")).to_contain_text("There is no picture in it")
    chosen.set_input_files(sample)
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("button", name="Without its mouths").click()
    expect(chosen).to_be_visible()
    assert "gallery" not in asked_by(page, "drop", sample)
    page.get_by_role("button", name="Cancel").click()
