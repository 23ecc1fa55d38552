"""Giving a measured video another voice."""

import json
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.page.actions import fits_a_phone, measure, violations


def test_a_sound_is_dropped_and_a_dub_begins(page: Page, sample: Path) -> None:
    measure(page, sample)
    page.get_by_text("Give it another voice").click()
    expect(page.get_by_text("your right to change what somebody says")).to_be_visible()
    page.locator("select[name=length]").select_option("sound")
    page.locator("select[name=fill]").select_option("bounce")
    page.get_by_label("Keep the old sound as another track").check()
    assert violations(page) == []
    assert fits_a_phone(page)
    with page.expect_request(
        lambda request: request.url.endswith("/v1/jobs") and request.method == "POST"
    ) as asking:
        page.locator("input[name=voice]").set_input_files(sample)
    asked = json.loads(asking.value.post_data or "")
    assert asked["operation"] == "dub"
    assert asked["audio"]
    assert asked["options"]["face"] == "active"
    lasting = {name: asked["options"][name] for name in ("length", "fill", "keep_audio")}
    assert lasting == {"length": "sound", "fill": "bounce", "keep_audio": True}
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Canceled")
