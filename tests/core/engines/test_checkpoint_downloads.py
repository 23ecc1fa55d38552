"""Fetching from a server that cuts connections, lies about lengths and serves wrong bytes."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from liptune.core.engines.checkpoints.fetch import fetch
from liptune.core.engines.checkpoints.folder import CheckpointFolder
from liptune.core.engines.checkpoints.installed import verified
from liptune.core.engines.checkpoints.table import Checkpoint, HubFile, Url, checkpoint
from liptune.core.errors import EngineUnavailable
from tests.core.engines import golden
from tests.core.engines.hostile_server import Behaviour, serving


@pytest.fixture(scope="module")
def content() -> bytes:
    """A checkpoint file: the small StableSyncNet."""
    file = io.BytesIO()
    torch.save({"state_dict": golden.small_stable_syncnet()}, file)
    return file.getvalue()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CheckpointFolder:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return CheckpointFolder(tmp_path / "checkpoints")


def published(*sources: Url | HubFile, sha256: str | None = None, size: int | None = None) -> Checkpoint:
    return replace(checkpoint("stable_syncnet"), sources=sources, sha256=sha256, bytes=size)


def left_over(folder: CheckpointFolder) -> list[str]:
    """Files of the folder that look installed."""
    return sorted(path.name for path in folder.path.glob("*") if path.is_file())


def test_a_whole_file_is_installed_and_pinned(content: bytes, folder: CheckpointFolder) -> None:
    with serving(Behaviour(content)) as address:
        installed = fetch(published(Url(f"{address}/file.pt")), folder)
    assert installed.path.read_bytes() == content
    assert installed.sha256 == Behaviour(content).sha256
    assert left_over(folder) == ["stable_syncnet.pt", "stable_syncnet.pt.sha256"]
    assert verified(installed.checkpoint, folder) == installed


def test_progress_ends_at_one_and_never_falls(content: bytes, folder: CheckpointFolder) -> None:
    fractions: list[float] = []
    behaviour = Behaviour(content, cut_after=1_500_000, cuts=2)
    with serving(behaviour) as address:
        fetch(published(Url(address)), folder, lambda _stage, fraction: fractions.append(fraction))
    assert fractions[-1] == 1.0
    assert fractions == sorted(fractions)


def test_cut_connections_are_resumed_where_they_broke(content: bytes, folder: CheckpointFolder) -> None:
    behaviour = Behaviour(content, cut_after=1_000_000, cuts=2)
    with serving(behaviour) as address:
        installed = fetch(published(Url(address), sha256=behaviour.sha256), folder)
    assert installed.path.read_bytes() == content
    assert behaviour.requested[0] is None
    assert [int(str(wanted).strip("bytes=-")) for wanted in behaviour.requested[1:]] == [1_000_000, 2_000_000]


def break_off(behaviour: Behaviour, wanted: Checkpoint, folder: CheckpointFolder, after: int) -> None:
    """A fetch that gives up with the first ``after`` bytes of the file."""
    behaviour.cut_after, behaviour.cuts, behaviour.ranges = after, 99, False
    with pytest.raises(EngineUnavailable):
        fetch(wanted, folder)
    behaviour.cuts, behaviour.ranges = 0, True
    behaviour.requested.clear()


def test_a_later_fetch_goes_on_with_an_earlier_one(content: bytes, folder: CheckpointFolder) -> None:
    behaviour = Behaviour(content)
    with serving(behaviour) as address:
        wanted = published(Url(address), sha256=behaviour.sha256)
        break_off(behaviour, wanted, folder, 700_000)
        assert fetch(wanted, folder).path.read_bytes() == content
    assert behaviour.requested == ["bytes=700000-"]


def test_a_file_that_changed_is_not_glued_to_its_old_half(content: bytes, folder: CheckpointFolder) -> None:
    behaviour = Behaviour(bytes(len(content)))
    with serving(behaviour) as address:
        wanted = published(Url(address))
        break_off(behaviour, wanted, folder, 500_000)
        behaviour.content, behaviour.etag = content, '"two"'
        assert fetch(wanted, folder).path.read_bytes() == content


@pytest.mark.parametrize("etag", [None, 'W/"weak"'])
def test_without_a_version_to_trust_the_download_starts_again(
    etag: str | None, content: bytes, folder: CheckpointFolder
) -> None:
    behaviour = Behaviour(content, etag=etag)
    with serving(behaviour) as address:
        break_off(behaviour, published(Url(address)), folder, 500_000)
        assert fetch(published(Url(address)), folder).path.read_bytes() == content
    assert behaviour.requested == [None]


@pytest.mark.parametrize("lie", [-1_000, 1_000])
def test_a_wrong_length_installs_nothing(lie: int, content: bytes, folder: CheckpointFolder) -> None:
    with serving(Behaviour(content, length_lie=lie)) as address, pytest.raises(EngineUnavailable):
        fetch(published(Url(address)), folder)
    assert left_over(folder) == []


def test_a_part_from_elsewhere_is_not_taken(content: bytes, folder: CheckpointFolder) -> None:
    behaviour = Behaviour(content)
    with serving(behaviour) as address:
        wanted = published(Url(address))
        break_off(behaviour, wanted, folder, 500_000)
        behaviour.shift = 5
        with pytest.raises(EngineUnavailable, match="another part"):
            fetch(wanted, folder)
        assert fetch(wanted, folder).path.read_bytes() == content


def test_more_bytes_than_published_are_not_taken(content: bytes, folder: CheckpointFolder) -> None:
    with (
        serving(Behaviour(content)) as address,
        pytest.raises(EngineUnavailable, match="more than 1000 bytes"),
    ):
        fetch(published(Url(address), size=1_000), folder)


def test_wrong_bytes_install_nothing_and_the_mirror_is_tried(
    content: bytes, folder: CheckpointFolder
) -> None:
    wrong = Behaviour(bytes(reversed(content)))
    right = Behaviour(content)
    with serving(wrong) as bad, serving(right) as good:
        one_source = published(Url(bad), sha256=right.sha256)
        with pytest.raises(EngineUnavailable) as caught:
            fetch(one_source, folder)
        assert left_over(folder) == []
        assert caught.value.remedy is not None
        assert "liptune engines import" in caught.value.remedy
        installed = fetch(replace(one_source, sources=(Url(bad), Url(good))), folder)
    assert installed.sha256 == right.sha256


@pytest.mark.parametrize("status", [404, 500])
def test_a_refusal_says_which_source_refused(status: int, content: bytes, folder: CheckpointFolder) -> None:
    refused = pytest.raises(EngineUnavailable, match=str(status))
    with serving(Behaviour(content, status=status)) as address, refused as caught:
        fetch(published(Url(f"{address}/gone")), folder)
    assert "/gone" in caught.value.message


def test_a_page_in_place_of_the_file_is_no_checkpoint(folder: CheckpointFolder) -> None:
    refused = pytest.raises(EngineUnavailable, match="not a checkpoint")
    with serving(Behaviour(b"<html>Sign in</html>")) as address, refused:
        fetch(published(Url(address)), folder)
    assert left_over(folder) == []


def test_the_hub_is_asked_for_its_sha256(content: bytes, folder: CheckpointFolder) -> None:
    behaviour = Behaviour(content)
    behaviour.etag = f'"{behaviour.sha256}"'
    with serving(behaviour) as address:
        installed = fetch(published(HubFile("someone/model", "stable_syncnet.pt", address)), folder)
    assert installed.path.read_bytes() == content
    assert left_over(folder) == ["stable_syncnet.pt", "stable_syncnet.pt.sha256"]


def test_a_hub_that_serves_other_bytes_than_it_names_is_refused(
    content: bytes, folder: CheckpointFolder
) -> None:
    behaviour = Behaviour(content, etag='"' + "0" * 64 + '"')
    with serving(behaviour) as address, pytest.raises(EngineUnavailable, match="sha256 is not 0000"):
        fetch(published(HubFile("someone/model", "stable_syncnet.pt", address)), folder)
    assert left_over(folder) == []


def test_a_hub_that_breaks_off_is_asked_again(content: bytes, folder: CheckpointFolder) -> None:
    behaviour = Behaviour(content, cut_after=2_000_000, cuts=1)
    with serving(behaviour) as address:
        installed = fetch(published(HubFile("someone/model", "stable_syncnet.pt", address)), folder)
    assert installed.path.read_bytes() == content
    assert len(behaviour.requested) == 2
