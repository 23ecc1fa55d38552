import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner, Result

from liptune.cli.main import app
from liptune.core.settings import settings
from tests.core.engines import golden


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("LIPTUNE_CHECKPOINTS", str(tmp_path / "checkpoints"))
    settings.cache_clear()
    yield tmp_path / "checkpoints"
    settings.cache_clear()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    torch.save({"state_dict": golden.small_stable_syncnet()}, tmp_path / "mine.pt")
    return tmp_path / "mine.pt"


def liptune(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["engines", *map(str, words)])


def test_the_list_says_what_to_type() -> None:
    assert "liptune engines fetch stable_syncnet\n" in liptune().stdout
    assert liptune("list").stdout == liptune().stdout


def test_an_imported_checkpoint_is_listed_with_its_hash(file: Path) -> None:
    imported = liptune("import", file)
    assert imported.exit_code == 0
    (status,) = (
        each for each in json.loads(liptune("list", "--json").stdout) if each["id"] == "stable_syncnet"
    )
    assert status["ready"]
    assert status["weights_sha256"] in imported.stdout
    assert liptune("verify").stdout == imported.stdout


def test_a_damaged_checkpoint_fails_verification(file: Path, folder: Path) -> None:
    liptune("import", file)
    (folder / "stable_syncnet.pt").write_bytes(b"damaged")
    verified = liptune("verify")
    assert verified.exit_code == 5
    assert "liptune engines fetch stable_syncnet" in verified.stderr


def test_nothing_to_verify_is_said() -> None:
    assert "no checkpoint" in liptune("verify").stderr


@pytest.mark.parametrize("words", [("fetch", "wav2lip"), ("import", "nowhere.pt")])
def test_unknown_names_and_files_are_wrong_usage(words: tuple[str, str]) -> None:
    assert liptune(*words).exit_code == 2


def test_a_file_that_is_no_checkpoint_is_refused(tmp_path: Path) -> None:
    (tmp_path / "page.pt").write_text("<html>")
    refused = liptune("import", tmp_path / "page.pt")
    assert refused.exit_code == 5
    assert "not a checkpoint" in refused.stderr
