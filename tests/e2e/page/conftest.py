"""A real browser before the real service."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from tests.e2e.conftest import LiveService
from tests.e2e.page.actions import PATIENCE_SECONDS
from tests.e2e.page.browsers import find_browser

SIZE = ViewportSize(width=1100, height=900)


# Not for the whole session: while Playwright runs, nothing else in this thread can run an event loop.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    found = find_browser()
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("there is no chromium: apt-get install chromium")
        pytest.skip("there is no chromium")
    expect.set_options(timeout=1000 * PATIENCE_SECONDS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, live: LiveService) -> Iterator[Page]:
    """A page that has complained of nothing by the end of the test, but of what the service refused."""
    context = browser.new_context(base_url=str(live.client.base_url), viewport=SIZE, accept_downloads=True)
    context.set_default_timeout(1000 * PATIENCE_SECONDS)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield opened
    context.close()
    assert not [text for text in complaints if not text.startswith("Failed to load resource")]
