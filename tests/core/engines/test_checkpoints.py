import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from liptune.core.engines.checkpoints.fetch import fetch
from liptune.core.engines.checkpoints.folder import CheckpointFolder, checkpoint_folder, file_sha256
from liptune.core.engines.checkpoints.importing import import_file
from liptune.core.engines.checkpoints.installed import installed, verified
from liptune.core.engines.checkpoints.table import CHECKPOINTS, HubFile, checkpoint
from liptune.core.engines.listing import engine_status, list_engines
from liptune.core.engines.registry import engine_ids, load_engine
from liptune.core.errors import EngineUnavailable, NotFound
from liptune.core.settings import settings
from tests.core.engines import golden

STABLE = checkpoint("stable_syncnet")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CheckpointFolder]:
    """The folder that ``LIPTUNE_CHECKPOINTS`` names, still to be made."""
    monkeypatch.setenv("LIPTUNE_CHECKPOINTS", str(tmp_path / "offline"))
    monkeypatch.setenv("LIPTUNE_DEVICE", "cpu")
    settings.cache_clear()
    yield checkpoint_folder()
    settings.cache_clear()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "downloaded by hand.pt"
    torch.save({"state_dict": golden.small_stable_syncnet()}, path)
    return path


def test_what_is_published_names_its_bytes() -> None:
    assert len({each.name for each in CHECKPOINTS}) == len(CHECKPOINTS)
    assert {each.engine for each in CHECKPOINTS} == set(engine_ids()) - {"lite", "judge"}
    assert [len(each.sha256) for each in CHECKPOINTS if each.sha256] == [64]
    hub = [source for each in CHECKPOINTS for source in each.sources if isinstance(source, HubFile)]
    assert {source.repository for source in hub} == {"ByteDance/LatentSync-1.5", "ByteDance/LatentSync-1.6"}


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(NotFound, match="stable_syncnet"):
        checkpoint("wav2lip")


@pytest.mark.parametrize("engine", ["stable_syncnet", "syncnet_v2"])
def test_a_missing_checkpoint_names_the_one_command(engine: str, folder: CheckpointFolder) -> None:
    with pytest.raises(EngineUnavailable) as caught:
        load_engine(engine)
    assert caught.value.remedy == f"liptune engines fetch {engine}"
    assert str(folder.path) not in caught.value.message
    status = engine_status(engine)
    assert (status.ready, status.weights_sha256, status.install) == (False, None, caught.value.remedy)


def test_an_imported_file_is_pinned_and_its_engine_ready(folder: CheckpointFolder, file: Path) -> None:
    kept = import_file(file, folder)
    assert kept == installed("stable_syncnet")
    assert (kept.path.name, kept.sha256) == ("stable_syncnet.pt", file_sha256(file))
    assert file.is_file()
    status = engine_status("stable_syncnet")
    assert (status.ready, status.weights_sha256, status.install) == (True, kept.sha256, None)
    assert load_engine("stable_syncnet").weights_sha256 == kept.sha256
    pin = subprocess.run(["sha256sum", "--check", "stable_syncnet.pt.sha256"], cwd=folder.path, check=False)
    assert pin.returncode == 0


def test_a_converted_file_is_taken_too(folder: CheckpointFolder, tmp_path: Path) -> None:
    save_file(golden.small_stable_syncnet(), tmp_path / "weights.safetensors")
    assert import_file(tmp_path / "weights.safetensors", folder).path.name == "stable_syncnet.safetensors"
    assert load_engine("stable_syncnet").id == "stable_syncnet"


def test_the_other_release_is_kept_beside_the_first(folder: CheckpointFolder, file: Path) -> None:
    other = import_file(file, folder, "stable_syncnet_1.6")
    assert other.path.name == "stable_syncnet_1.6.pt"
    assert installed("stable_syncnet") == other
    first = import_file(file, folder)
    assert installed("stable_syncnet") == first


def test_a_file_put_there_by_hand_is_used_only_once_checked(folder: CheckpointFolder, file: Path) -> None:
    folder.path.mkdir()
    file.rename(folder.path / "stable_syncnet.pt")
    with pytest.raises(EngineUnavailable, match="never checked") as caught:
        load_engine("stable_syncnet")
    assert caught.value.remedy == "liptune engines fetch stable_syncnet"
    assert fetch(STABLE, folder) == installed("stable_syncnet")


def test_a_changed_file_is_found_out(folder: CheckpointFolder, file: Path) -> None:
    kept = import_file(file, folder)
    content = bytearray(kept.path.read_bytes())
    content[len(content) // 2] ^= 1
    kept.path.write_bytes(content)
    os.utime(kept.path, ns=(0, 0))
    with pytest.raises(EngineUnavailable, match=f"not {kept.sha256}"):
        verified(STABLE, folder)


@pytest.mark.parametrize(
    ("tensors", "why"),
    [
        ({"netcnnlip.0.weight": torch.zeros(1)}, "not the published syncnet_v2.model"),
        ({"visual_encoder.conv_in.weight": torch.zeros(1)}, "four dimensions"),
        ({"audio_proj.weight": torch.zeros(1)}, "no engine"),
    ],
)
def test_other_files_are_not_kept(
    tensors: dict[str, torch.Tensor], why: str, folder: CheckpointFolder, tmp_path: Path
) -> None:
    torch.save(tensors, tmp_path / "other.pt")
    with pytest.raises(EngineUnavailable, match=why):
        import_file(tmp_path / "other.pt", folder)
    assert not folder.path.exists()


def test_a_missing_file_is_said_to_be_missing(folder: CheckpointFolder, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        import_file(tmp_path / "nowhere.pt", folder)


def test_the_list_loads_no_network(folder: CheckpointFolder) -> None:
    assert [status.id for status in list_engines()] == list(engine_ids())
    check = (
        "import sys, liptune.core.engines.listing as listing\n"
        "listing.list_engines(); print({'torch', 'cv2'} & set(sys.modules))"
    )
    completed = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert not {"torch", "cv2", "librosa", "huggingface_hub"} & set(completed.stdout.split())
