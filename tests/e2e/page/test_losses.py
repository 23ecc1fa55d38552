"""What a repair would cost, told while it can still be canceled."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.conftest import LiveService
from tests.e2e.page.actions import fits_a_phone, violations
from tests.media_factory import ffmpeg


def test_a_repair_says_what_its_copy_may_lose_before_it_is_made(
    page: Page, live: LiveService, sample: Path, tmp_path: Path
) -> None:
    video = tmp_path / "long.avi"
    ffmpeg("-stream_loop", "9", "-i", sample, "-c:v", "huffyuv", "-c:a", "pcm_s16le", video)
    job = live.liptune.submit("warp", live.upload(video))
    page.goto(f"/#/jobs/{job['id']}")
    told = page.locator(".losses")
    expect(told).to_contain_text("its copy may differ from it:")
    expect(told).to_contain_text("Picture stream 0 (huffyuv) is encoded anew as h264.")
    assert violations(page) == []
    assert fits_a_phone(page)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Canceled")
