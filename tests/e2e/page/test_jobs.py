"""Jobs that go on without the page, and the list of them."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import LiveService
from tests.e2e.page.actions import fits_a_phone, until, violations
from tests.media_factory import ffmpeg


@pytest.fixture(scope="module")
def long_video(live: LiveService, sample: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The id of a video that takes a while."""
    long = tmp_path_factory.mktemp("long") / "long.mp4"
    ffmpeg("-stream_loop", "40", "-i", sample, "-c", "copy", long)
    return live.upload(long)


def test_a_job_is_found_again_after_a_reload_and_canceled(
    page: Page, live: LiveService, long_video: str
) -> None:
    page.goto(f"/#/jobs/{live.measure(long_video)}")
    for _ in range(2):
        expect(page.get_by_text("Watching the lips and listening to the sound …")).to_be_visible()
        until(page, "document.querySelector('progress').value > 0")
        page.reload()
    assert violations(page) == []
    assert fits_a_phone(page)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Canceled")


def pretend(page: Page, live: LiveService, video: str, stands: dict[str, object], events: str) -> str:
    """Has the service say that a job of its own stands so, and tell these events of it; returns its id."""
    job = live.measure(video)
    live.liptune.cancel(job)
    said = live.until(job, "canceled") | stands | {"finished_at": None}
    page.route(f"**/v1/jobs/{job}", lambda route: route.fulfill(json=said))
    page.route("**/events", lambda route: route.fulfill(content_type="text/event-stream", body=events))
    return job


def test_a_film_that_waits_for_its_turn_shows_how_far_it_is(
    page: Page, live: LiveService, long_video: str
) -> None:
    waits = {"status": "queued", "stage": "analyse", "progress": 0.4}
    again = 'event: status\ndata: {"status": "queued"}\n\n'
    page.goto(f"/#/jobs/{pretend(page, live, long_video, waits, again)}")
    expect(page.get_by_text("Waiting for its turn …")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_js_property("value", 0.4)


def test_what_is_told_again_of_a_job_does_not_throw_it_back(
    page: Page, live: LiveService, long_video: str
) -> None:
    runs = {"status": "running", "stage": "analyse", "progress": 0.4}
    told = "".join(
        f'event: progress\ndata: {{"stage": "analyse", "progress": {progress}}}\n\n'
        for progress in (0.1, 0.45, 0.2)
    )
    page.goto(f"/#/jobs/{pretend(page, live, long_video, runs, told)}")
    expect(page.get_by_role("progressbar")).to_have_js_property("value", 0.45)


def test_the_list_filters_runs_again_cancels_and_deletes(
    page: Page, live: LiveService, long_video: str
) -> None:
    job = live.measure(long_video)
    live.client.post(f"/v1/jobs/{job}/cancel")
    live.until(job, "canceled")
    page.goto("/#/jobs")
    rows = page.get_by_role("row").filter(has_text="long.mp4")
    page.get_by_label("State").select_option("canceled")
    expect(page.get_by_text("Out of sync")).to_have_count(0)
    assert violations(page) == []
    assert fits_a_phone(page)
    page.get_by_label("State").select_option("")
    before = rows.count()
    rows.first.get_by_role("button", name="again").click()
    expect(rows).to_have_count(before + 1)
    rows.first.get_by_role("button", name="Cancel").click()
    expect(rows.first).to_contain_text("canceled")
    rows.first.get_by_role("button", name="Delete").click()
    rows.first.get_by_role("button", name="Really delete?").click()
    expect(rows).to_have_count(before)


def test_an_answer_that_stays_away_is_told_and_waited_for(
    page: Page, live: LiveService, long_video: str
) -> None:
    job = live.measure(long_video)
    page.route("**/events", lambda route: route.abort())
    page.goto(f"/#/jobs/{job}")
    expect(page.get_by_role("alert")).to_contain_text("The service does not answer")
    page.unroute("**/events")
    expect(page.get_by_text("Watching the lips and listening to the sound …")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    live.client.post(f"/v1/jobs/{job}/cancel")
    expect(page.get_by_role("heading", level=1)).to_have_text("Canceled")
