"""Which browser the page is tried in."""

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_browser() -> str | None:
    """The system's own; Playwright's download is never used."""
    return next(filter(None, map(shutil.which, NAMES)), None)
