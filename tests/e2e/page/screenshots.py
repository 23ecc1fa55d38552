"""Pictures of the page in each of its states, to be looked at: ``make screenshots``.

``python -m tests.e2e.page.screenshots FOLDER STATE ...`` takes those states alone. `docs/page.jpg` is the
upper part of the state ``repaired`` in the light look.
"""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.conftest import ENDED, LiveService
from tests.e2e.page.actions import drop
from tests.e2e.page.browsers import find_browser
from tests.media_factory import ffmpeg

if TYPE_CHECKING:
    from liptune.client import NewItem

SAMPLES = Path(__file__).parents[3] / "samples"
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1100, "height": 900}},
    "dark": {"viewport": {"width": 1100, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 800}},
}
State = tuple[str, Callable[[Page], None]]


def states(live: LiveService, folder: Path) -> Iterator[State]:
    """Each state's name, and what brings a page into it."""
    letter = folder / "letter.mp4"
    letter.write_text("Dear editor, ...")
    early = live.upload(SAMPLES / "astronaut_early.mp4")
    yield "new", lambda page: _open(page, "/", "text=Drop a video here")
    yield "sending", _sending
    yield "refused", lambda page: _refused(page, letter)
    yield "many", lambda page: _many(page, letter)
    yield "batch", _batch(live, folder)
    yield "out-of-sync", _result(live, "measure", early)
    yield "in-sync", _result(live, "measure", live.upload(SAMPLES / "astronaut.mp4"))
    yield "no-evidence", _result(live, "measure", early, audio=live.upload(_other_sound(folder)))
    yield "two-faces", _result(live, "measure", live.upload(_two_faces(folder)))
    yield "repaired", _result(live, "retime", early)
    yield "wiped", _result(live, "retime", early, then=lambda page: page.get_by_label("Wipe").check())
    yield "report", _report(live, "retime", early)
    long = live.upload(_long(folder))
    yield "running", _running(live, long)
    yield "jobs", lambda page: _open(page, "/#/jobs", "text=Really delete? >> nth=0", _ask)


def _open(page: Page, path: str, until: str, then: Callable[[Page], None] | None = None) -> None:
    page.goto(path)
    if then:
        then(page)
    page.locator(until).first.wait_for()


def _ask(page: Page) -> None:
    page.get_by_role("button", name="Delete").first.click()


def _sending(page: Page) -> None:
    page.route("**/v1/uploads/*", lambda route: route.abort())
    drop(page, SAMPLES / "astronaut.mp4")
    page.get_by_role("progressbar").wait_for()


def _refused(page: Page, letter: Path) -> None:
    drop(page, letter)
    page.get_by_role("alert").wait_for()


def _many(page: Page, letter: Path) -> None:
    drop(page, SAMPLES / "astronaut.mp4", SAMPLES / "astronaut_early.mp4", letter)
    page.get_by_role("button", name="Measure the other 2").wait_for()


def _batch(live: LiveService, folder: Path) -> Callable[[Page], None]:
    """Three videos with their own sounds and with each other's, of which the last still waits."""
    early, good, other = (
        live.upload(path)
        for path in (SAMPLES / "astronaut_early.mp4", SAMPLES / "astronaut.mp4", _other_sound(folder))
    )
    items: list[NewItem] = [
        {"video": good, "name": "season 2/episode 1.mp4"},
        {"video": early, "name": "season 2/episode 2.mp4"},
        {"video": good, "audio": other, "name": "season 2/episode 1.mp4 + episode 1.deu.wav"},
        {"video": early, "audio": good, "name": "season 2/episode 2.mp4 + episode 2.deu.wav"},
        {"video": live.upload(_long(folder)), "name": "season 2/all.mp4"},
    ]
    batch = live.liptune.batches.submit("measure", items, metadata={"folder": "Nordwind"})["id"]
    return lambda page: _open(page, f"/#/batches/{batch}", "text=/[45] of 5/")


def _result(
    live: LiveService, operation: str, video: str, then: Callable[[Page], None] | None = None, **more: str
) -> Callable[[Page], None]:
    job = _ended(live, operation, video, **more)
    return lambda page: _open(page, f"/#/jobs/{job}", "timeline-plot svg", then)


def _report(live: LiveService, operation: str, video: str) -> Callable[[Page], None]:
    job = _ended(live, operation, video)
    return lambda page: _open(page, f"/v1/jobs/{job}/artifacts/report.html", "svg")


def _running(live: LiveService, video: str) -> Callable[[Page], None]:
    def open_and_cancel(page: Page) -> None:
        job = live.measure(video)
        _open(page, f"/#/jobs/{job}", "text=Watching the lips")

        def cancel(_page: Page) -> None:
            live.client.post(f"/v1/jobs/{job}/cancel")

        page.on("close", cancel)

    return open_and_cancel


def _ended(live: LiveService, operation: str, video: str, **more: str) -> str:
    answer = live.client.post("/v1/jobs", json={"operation": operation, "video": video} | more)
    job: str = answer.raise_for_status().json()["id"]
    live.until(job, *ENDED)
    return job


def _other_sound(folder: Path) -> Path:
    ffmpeg("-i", SAMPLES / "astronaut.mp4", "-af", "areverse", folder / "reversed.wav")
    return folder / "reversed.wav"


def _two_faces(folder: Path) -> Path:
    beside = "[0:v][1:v]hstack=shortest=1[out]"
    inputs = ("-i", SAMPLES / "astronaut.mp4", "-i", SAMPLES / "astronaut_early.mp4")
    ffmpeg(*inputs, "-filter_complex", beside, "-map", "[out]", "-map", "1:a", folder / "two.mp4")
    return folder / "two.mp4"


def _long(folder: Path) -> Path:
    ffmpeg("-stream_loop", "40", "-i", SAMPLES / "astronaut.mp4", "-c", "copy", folder / "long.mp4")
    return folder / "long.mp4"


def take(browser: Browser, live: LiveService, state: State, output: Path) -> None:
    """One state in every look."""
    name, bring = state
    for look, options in LOOKS.items():
        with closing(browser.new_context(base_url=str(live.client.base_url), **options)) as context:
            page = context.new_page()
            page.set_default_timeout(200_000)
            bring(page)
            page.wait_for_timeout(500)
            page.screenshot(path=output / f"{name}-{look}.png", full_page=True)


def main(output: Path, *wanted: str) -> None:
    """Starts a service of its own and writes the pictures of the ``wanted`` states into ``output``.

    ``wanted``: names of `states`; none means all of them.
    """
    folder = Path(tempfile.mkdtemp())
    live = LiveService(folder)
    try:
        live.until_ready()
        output.mkdir(parents=True, exist_ok=True)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_browser())
            for state in states(live, folder):
                if not wanted or state[0] in wanted:
                    take(browser, live, state, output)
    finally:
        live.close()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
