"""What goes wrong, told to a person."""

import random
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Page, expect

from liptune.core.settings import Settings
from liptune.core.store.ids import now
from liptune.core.store.store import Store
from tests.core.store.rows import insert_job
from tests.e2e.conftest import LiveService
from tests.e2e.page.actions import drop, fits_a_phone, violations
from tests.media_factory import ffmpeg


def test_a_file_that_is_no_video(page: Page, tmp_path: Path) -> None:
    letter = tmp_path / "letter.mp4"
    letter.write_text("Dear editor, ...")
    drop(page, letter)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("media_unreadable")
    expect(alert).to_contain_text("letter.mp4")
    expect(page.get_by_text("Drop a video here")).to_be_visible()
    assert violations(page) == []
    assert fits_a_phone(page)


def test_a_video_without_sound_arrives_over_a_bad_line_and_asks_for_its_sound(
    page: Page, tmp_path: Path
) -> None:
    silent, sound = tmp_path / "silent.mp4", tmp_path / "sound.wav"
    ffmpeg("-f", "lavfi", "-i", "testsrc=d=1:s=64x64:r=25", silent)
    ffmpeg("-f", "lavfi", "-i", "sine=d=1", sound)
    page.route("**/v1/uploads/*", lambda route: route.abort(), times=2)
    drop(page, silent)
    expect(page.get_by_role("alert")).to_contain_text("This video has no sound.")
    assert violations(page) == []
    assert fits_a_phone(page)
    page.get_by_label("Choose the file that has its sound:").set_input_files(sound)
    expect(page.get_by_text("with the sound of sound.wav")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("That did not work")


def test_a_clip_without_a_face(page: Page, live: LiveService, tmp_path: Path) -> None:
    clip = tmp_path / "noise.mkv"
    raw = ("-f", "rawvideo", "-pix_fmt", "gray", "-s", "64x64", "-r", "25", "-i", "pipe:0")
    sound = ("-f", "lavfi", "-i", "sine=d=1", "-shortest", "-c:v", "ffv1")
    ffmpeg(*raw, *sound, clip, stdin=random.Random(0).randbytes(64 * 64 * 25))
    page.goto(f"/#/jobs/{live.measure(live.upload(clip))}")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("No face can be scored")
    expect(alert).to_contain_text("Choose a stretch in which a face is seen")
    expect(page.get_by_role("button", name="Run it again")).to_be_visible()


def test_a_job_that_is_not_there(page: Page) -> None:
    page.goto("/#/jobs/01a20483-0000-7000-8000-000000000000")
    expect(page.get_by_role("alert")).to_contain_text("Not found")


def test_a_copy_that_is_refused_is_told_and_not_served(page: Page, live: LiveService) -> None:
    refused = {
        "code": "repair_refused",
        "detail": "The repair made the video worse: the sound was 40 ms early and is 200 ms early.",
        "remedy": "Keep the video as it is, or name another mode or stretch.",
        "details": {},
    }
    ended = {"finished_at": now(), "status": "failed", "error": refused}
    with closing(Store.open(Settings(data=live.data))) as store:
        job_id = insert_job(store.database, owner="anybody", operation="retime", **ended)
    page.goto(f"/#/jobs/{job_id}")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The repaired video is not given out")
    expect(alert).to_contain_text("The repair made the video worse")
    expect(alert).to_contain_text("Keep the video as it is")
    assert live.client.get(f"/v1/jobs/{job_id}/artifacts/video.mp4").status_code == 404
    assert violations(page) == []
