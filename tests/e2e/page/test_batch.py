"""Many files at a time: dropped, sent, measured as one batch, and told of in one table."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.page.actions import drop, fits_a_phone, violations

SAMPLES = Path(__file__).parents[3] / "samples"
EARLY, GOOD = SAMPLES / "astronaut_early.mp4", SAMPLES / "astronaut.mp4"
PAIRS = """async (names) => {
    const { pairsOf } = await import("/page/pairs.js");
    const files = names.map((path) => Object.assign(new File([], path.split("/").pop()), { path }));
    const { pairs, left, folder } = pairsOf(files);
    const named = pairs.map(({ name, audio }) => [name, audio?.name ?? null]);
    return [named, left.map(({ name }) => name), folder];
}"""


@pytest.mark.timeout(600)
def test_files_become_a_batch_whose_worst_comes_first(page: Page, tmp_path: Path) -> None:
    letter, good, early = (tmp_path / name for name in ("letter.mp4", "1 good.mp4", "2 early.mp4"))
    letter.write_text("Dear editor, ...")
    good.symlink_to(GOOD)
    early.symlink_to(EARLY)
    drop(page, early, good, letter)
    expect(page.locator(".many strong")).to_have_text("1 of 3 cannot be measured.")
    expect(page.get_by_role("status")).to_have_text("1 of 3 cannot be measured.")
    expect(page.get_by_role("row").filter(has_text="letter.mp4")).to_contain_text("The media cannot be read")
    assert violations(page) == []
    assert fits_a_phone(page)
    page.get_by_role("button", name="Measure the other 2").click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("0 of 2 done")
    expect(heading).to_have_text("1 of 2 out of sync")
    links = page.get_by_role("rowheader")
    expect(links).to_have_text(["2 early.mp4", "1 good.mp4"])
    expect(page.get_by_role("row").nth(1)).to_contain_text(re.compile(r"Out of sync: 1[0-4]\d ms early"))
    assert violations(page) == []
    assert fits_a_phone(page)
    _sorted_and_filtered(page)
    _given_out(page, tmp_path)
    page.get_by_role("link", name="2 early.mp4").click()
    expect(heading).to_have_text(re.compile(r"The sound is 1[0-4]\d ms early\."))
    page.get_by_role("link", name="All files of the batch").click()
    expect(heading).to_have_text("1 of 2 out of sync")
    page.goto("/#/jobs")
    expect(page.get_by_role("row").filter(has_text="2 files")).to_contain_text("Out of sync: 1")
    assert violations(page) == []
    page.get_by_role("link", name="2 files").click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Really delete").click()
    expect(heading).to_have_text("Jobs")
    expect(page.get_by_role("row").filter(has_text="2 files")).to_have_count(0)


def _sorted_and_filtered(page: Page) -> None:
    names = page.get_by_role("rowheader")
    page.get_by_label("Order").select_option("name")
    expect(names).to_have_text(["1 good.mp4", "2 early.mp4"])
    page.get_by_role("button", name="In sync").click()
    expect(names).to_have_text(["1 good.mp4"])
    page.get_by_role("button", name="In sync").click()
    expect(names).to_have_count(2)


def _given_out(page: Page, folder: Path) -> None:
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Table as CSV").click()
    downloading.value.save_as(folder / "results.csv")
    with (folder / "results.csv").open() as table:
        assert [row["verdict"] for row in csv.DictReader(table)] == ["in_sync", "out_of_sync"]


def test_sounds_go_with_the_videos_that_they_are_called_as(page: Page) -> None:
    page.goto("/")
    folder = [
        "s/b/2.mp4",
        "s/10.mov",
        "s/9.mov",
        "s/9.deu.wav",
        "s/9-eng.wav",
        "s/91.wav",
        "s/.9.mp4",
        "s/a.txt",
    ]
    pairs, left, name = page.evaluate(PAIRS, folder)
    assert pairs == [
        ["9.mov + 9.deu.wav", "9.deu.wav"],
        ["9.mov + 9-eng.wav", "9-eng.wav"],
        ["10.mov", None],
        ["b/2.mp4", None],
    ]
    assert (left, name) == (["91.wav", "a.txt"], "s")
    dubs, left, name = page.evaluate(PAIRS, ["film.mp4", "deu.wav", "fra.wav"])
    assert ([sound for _, sound in dubs], left, name) == (["deu.wav", "fra.wav"], [], "")


def test_videos_of_one_name_are_told_apart_and_get_the_sounds_of_their_folders(page: Page) -> None:
    page.goto("/")
    season = ["s/e1/clip.mp4", "s/e2/clip.mp4", "s/dubs/e1/clip.wav", "s/dubs/e2/de/clip.wav"]
    pairs, left, _ = page.evaluate(PAIRS, season)
    names = ["e1/clip.mp4 + dubs/e1/clip.wav", "e2/clip.mp4 + dubs/e2/de/clip.wav"]
    assert ([name for name, _ in pairs], left) == (names, [])
    pairs, _, name = page.evaluate(PAIRS, ["a/clip.mp4", "b/clip.mp4", "clip.wav"])
    assert pairs == [["a/clip.mp4 + clip.wav", "clip.wav"], ["b/clip.mp4 + clip.wav", "clip.wav"]]
    assert name == ""


def test_of_a_folder_too_many_are_refused_before_anything_is_sent(page: Page, tmp_path: Path) -> None:
    folder = tmp_path / "season"
    folder.mkdir()
    for name in ("a.mp4", "b.mp4", "b.deu.wav", "notes.txt"):
        (folder / name).write_text(name)
    page.route(
        "**/v1/usage",
        lambda route: route.fulfill(json={"batches": {"most_items": 1, "limit": 8, "unfinished": 0}}),
    )
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if "/v1/uploads" in request.url else None)
    page.goto("/")
    page.get_by_label("Or choose a whole folder").set_input_files(folder)
    expect(page.get_by_role("alert")).to_contain_text("There are 2 videos; there may be 1 at a time")
    expect(page.get_by_role("rowheader")).to_have_text(["a.mp4", "b.mp4 + b.deu.wav"])
    expect(page.get_by_text("1 file left out")).to_be_visible()
    expect(page.get_by_text("Nothing was sent.")).to_be_visible()
    assert sent == []
