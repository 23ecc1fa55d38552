"""What a person does with the page."""

import base64
import time
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

PATIENCE_SECONDS = 200
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DROP = """(files) => {
    const dropped = new DataTransfer();
    for (const [name, base64] of files) {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        dropped.items.add(new File([bytes], name, { type: "video/mp4" }));
    }
    const options = { dataTransfer: dropped, bubbles: true, cancelable: true };
    document.body.dispatchEvent(new DragEvent("drop", options));
}"""


def drop(page: Page, *files: Path) -> None:
    """Drops files from the desktop onto the page."""
    page.goto("/")
    page.get_by_text("Drop a video here").wait_for()
    page.evaluate(DROP, [[file.name, base64.b64encode(file.read_bytes()).decode()] for file in files])


def measure(page: Page, file: Path) -> None:
    """Drops a file and waits for what is found."""
    drop(page, file)
    page.locator("timeline-plot svg").first.wait_for()


def fits_a_phone(page: Page) -> bool:
    """Whether nothing reaches beyond the screen of a phone, 390 pixels wide."""
    usual = page.viewport_size
    assert usual is not None
    page.set_viewport_size({"width": 390, "height": 800})
    fits: bool = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size(usual)
    return fits


def until(page: Page, condition: str) -> None:
    """Waits for something only JavaScript sees; Playwright's own way needs an eval that the page forbids."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, condition
        page.wait_for_timeout(50)


def violations(page: Page) -> list[str]:
    """What axe finds wrong with the page as it stands."""
    found: dict[str, Any] = Axe().run(page, options={"runOnly": AXE_TAGS}).response
    return [
        f"{each['impact']} {each['id']}: {node['html']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]
