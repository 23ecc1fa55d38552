"""A service that wants a key."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pydantic import SecretStr

from liptune.api.app import create_app
from liptune.core.settings import Settings
from liptune.core.store.store import Store
from tests.api.served import served
from tests.e2e.page.actions import violations
from tests.media_factory import talking
from tests.tables import make_tables


@pytest.fixture
def guarded(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """A page before a service with a key, and without a worker."""
    settings = Settings(data=tmp_path, api_keys=(SecretStr("a key, not easy to guess"),))
    store = Store.open(settings)
    make_tables(store.database)
    store.close()
    with served(create_app(settings)) as url:
        context = browser.new_context(base_url=url)
        yield context.new_page()
        context.close()


def test_the_key_is_asked_for_once_and_opens_everything(guarded: Page, tmp_path: Path) -> None:
    guarded.goto("/#/jobs")
    dialog = guarded.get_by_role("dialog", name="This service wants an API key")
    dialog.get_by_label("API key").fill("a guess")
    dialog.get_by_role("button", name="Use it").click()
    expect(dialog.get_by_role("alert")).to_have_text("The key that was given is not valid.")
    assert violations(guarded) == []
    dialog.get_by_label("API key").fill("a key, not easy to guess")
    dialog.get_by_label("API key").press("Enter")
    expect(guarded.get_by_text("There are none.")).to_be_visible()

    clip = tmp_path / "talking.mp4"
    talking(clip, seconds=1.0, burst=0.5)
    guarded.goto("/")
    guarded.locator("input[name=video]").set_input_files(clip)
    expect(guarded.get_by_text("Waiting for its turn …")).to_be_visible()
    watched = guarded.request.get("/v1/jobs").json()["items"][0]["video"]
    part = guarded.request.get(f"/v1/media/{watched}/content", headers={"Range": "bytes=0-9"})
    assert part.status == 206
    guarded.reload()
    guarded.get_by_role("button", name="Cancel").click()
    expect(guarded.get_by_role("heading", level=1)).to_have_text("Canceled")
