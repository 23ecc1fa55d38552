"""The published engines on clips: rows, windows and numbers against the networks called window by window."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from liptune.core.engines.device import Placement
from liptune.core.engines.mel import mel
from liptune.core.engines.mfcc import mfcc
from liptune.core.engines.protocol import SyncEngine
from liptune.core.engines.stable_syncnet import architecture as stable
from liptune.core.engines.stable_syncnet.engine import StableSyncNetEngine
from liptune.core.engines.syncnet_v2 import network as v2
from liptune.core.engines.syncnet_v2.engine import SyncNetV2Engine
from liptune.core.engines.weights import read_tensors
from liptune.core.errors import EngineUnavailable
from tests.core.engines import golden

CPU = Placement(torch.device("cpu"))
RNG = np.random.default_rng(0)


def syncnet_v2() -> SyncNetV2Engine:
    return SyncNetV2Engine(v2.build(golden.syncnet_v2(), "golden"), "0" * 64, CPU)


def stable_syncnet(where: Placement = CPU) -> StableSyncNetEngine:
    network, architecture = stable.build(golden.small_stable_syncnet(), "golden")
    return StableSyncNetEngine(network, architecture, "0" * 64, where)


def track(engine: SyncEngine, frames: int) -> NDArray[Any]:
    """Visual inputs of a face that wanders over noise."""
    at = np.array([80, 60]) + np.cumsum(RNG.uniform(-1, 1, (frames, 2)), axis=0)
    shape = RNG.uniform(-30, 30, (68, 2))
    inputs = [
        engine.visual_input(
            RNG.integers(0, 256, (120, 160, 3), dtype=np.uint8), (shape + place).astype(np.float32)
        )
        for place in at
    ]
    return np.stack(inputs)


def embed(engine: SyncEngine, inputs: NDArray[Any], push: int) -> NDArray[np.float32]:
    embedder = engine.video_embedder()
    for start in range(0, len(inputs), push):
        embedder.push(inputs[start : start + push])
    return embedder.finish()


@pytest.mark.parametrize("make", [syncnet_v2, stable_syncnet])
def test_pushes_of_any_length_give_the_same_bits(make: Callable[[], SyncEngine]) -> None:
    engine = make()
    inputs = track(engine, 22)
    whole = embed(engine, inputs, 22)
    np.testing.assert_array_equal(embed(make(), inputs, 5), whole)
    windows = np.flatnonzero(np.isfinite(whole).all(axis=1))
    assert windows[0] == engine.centre
    assert len(whole) == 22


def test_stable_syncnet_sees_16_normalised_frames_in_order() -> None:
    engine = stable_syncnet()
    faces = track(engine, 20)
    network, _ = stable.build(golden.small_stable_syncnet(), "golden")
    pixels = torch.from_numpy(faces["face"].copy()).permute(0, 3, 1, 2).float()
    window = ((pixels / 255 - 0.5) / 0.5)[3:19].reshape(1, 48, 128, 256)
    with torch.inference_mode():
        expected = network.embed_lips(window)[0]
    np.testing.assert_allclose(embed(engine, faces, 20)[3 + 8], expected, rtol=1e-4, atol=1e-5)


def test_stable_syncnet_hears_52_columns_from_3_2_times_the_frame() -> None:
    wave = RNG.uniform(-0.5, 0.5, 16_000 * 2 + 100).astype(np.float32)
    sound = stable_syncnet().embed_audio([wave[:7_000], wave[7_000:]])
    assert len(sound) == 51
    assert np.flatnonzero(np.isfinite(sound).all(axis=1)).tolist() == list(range(8, 8 + 50 - 15))
    network, _ = stable.build(golden.small_stable_syncnet(), "golden")
    window = torch.from_numpy(mel(wave)[None, None, :, 22:74].copy())
    with torch.inference_mode():
        expected = network.embed_sound(window)[0]
    np.testing.assert_allclose(sound[7 + 8], expected, rtol=1e-4, atol=1e-5)


def test_syncnet_v2_sees_bgr_and_leaves_out_the_last_window_as_published() -> None:
    engine = syncnet_v2()
    views = track(engine, 20)
    timeline = embed(engine, views, 20)
    assert np.flatnonzero(np.isfinite(timeline).all(axis=1)).tolist() == list(range(2, 2 + 20 - 5))
    from liptune.core.engines.syncnet_v2.crop import Cropper

    cropper = Cropper()
    faces = [face for view in views for face in cropper.push(view)] + list(cropper.finish())
    window = torch.from_numpy(np.stack(faces[4:9])[..., ::-1].copy()).permute(3, 0, 1, 2).float()
    with torch.inference_mode():
        expected = v2.build(golden.syncnet_v2(), "golden").embed_lips(window)[0]
    np.testing.assert_allclose(timeline[4 + 2], expected, rtol=1e-4, atol=1e-3)


def test_syncnet_v2_hears_20_columns_from_4_times_the_frame() -> None:
    wave = RNG.uniform(-0.5, 0.5, 640 * 30 + 639).astype(np.float32)
    sound = syncnet_v2().embed_audio([wave])
    assert len(sound) == 31
    assert np.flatnonzero(np.isfinite(sound).all(axis=1)).tolist() == list(range(2, 2 + 30 - 5))
    window = torch.from_numpy(mfcc(wave)[4 * 6 : 4 * 6 + 20].T.astype(np.float32)[None, None])
    with torch.inference_mode():
        expected = v2.build(golden.syncnet_v2(), "golden").embed_sound(window)[0]
    np.testing.assert_allclose(sound[6 + 2], expected, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("make", [syncnet_v2, stable_syncnet])
@pytest.mark.parametrize("samples", [0, 1, 3_000])
def test_sound_too_short_for_a_window_is_missing(make: Callable[[], SyncEngine], samples: int) -> None:
    sound = make().embed_audio([np.zeros(samples, np.float32)])
    assert len(sound) == -(-samples // 640)
    assert np.isnan(sound).all()


@pytest.mark.parametrize("make", [syncnet_v2, stable_syncnet])
def test_sound_delayed_by_frames_moves_by_rows(make: Callable[[], SyncEngine]) -> None:
    """Five frames are 16 mel columns and 20 MFCC columns, so both move by whole columns."""
    wave = RNG.uniform(-0.5, 0.5, 16_000 * 2).astype(np.float32)
    late = np.concatenate([np.zeros(5 * 640, np.float32), wave])
    engine = make()
    plain, moved = engine.embed_audio([wave]), engine.embed_audio([late])
    inner = np.flatnonzero(np.isfinite(plain).all(axis=1))[2:-2]
    np.testing.assert_allclose(moved[inner + 5], plain[inner], rtol=1e-3, atol=1e-3)


def similarity_of(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cosines: a narrow type rounds the length of a vector, too."""
    rows = np.isfinite(first).all(axis=1)
    lengths = np.linalg.norm(first[rows], axis=1) * np.linalg.norm(second[rows], axis=1)
    return np.asarray((first[rows] * second[rows]).sum(axis=1) / lengths)


def test_bfloat16_turns_no_embedding_by_more_than_a_thousandth() -> None:
    """The tolerance behind the narrow precision on GPUs, here on the CPU's own bfloat16."""
    narrow = Placement(torch.device("cpu"), torch.bfloat16)
    faces = track(stable_syncnet(), 18)
    wide, short = embed(stable_syncnet(), faces, 18), embed(stable_syncnet(narrow), faces, 18)
    assert similarity_of(wide, short).min() > 0.999
    assert stable_syncnet(narrow).preprocessing == stable_syncnet().preprocessing + "-bfloat16"


@pytest.mark.one_in(2)
@pytest.mark.parametrize(("make", "branch"), [(syncnet_v2, "_lips"), (stable_syncnet, "_network")])
def test_running_out_of_memory_changes_no_number(
    make: Callable[[], Any], branch: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    faces = track(make(), 20)
    whole, short = embed(make(), faces, 20), make()
    tried: list[int] = []
    network = getattr(short, branch)
    within = network.forward if branch == "_lips" else network.embed_lips

    def scarce(inputs: torch.Tensor) -> torch.Tensor:
        windows = len(inputs) - 4 if branch == "_lips" else len(inputs)
        tried.append(windows)
        if windows > 2:
            raise torch.OutOfMemoryError
        result: torch.Tensor = within(inputs)
        return result

    monkeypatch.setattr(network, "forward" if branch == "_lips" else "embed_lips", scarce)
    np.testing.assert_allclose(embed(short, faces, 20), whole, rtol=1e-4, atol=1e-4)
    assert tried[0] > 2
    assert max(tried[tried.index(2) :]) <= 2


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_agrees_with_the_cpu() -> None:
    faces = track(stable_syncnet(), 18)
    wide = embed(stable_syncnet(), faces, 18)
    for precision, least in ((torch.float32, 1 - 1e-5), (torch.bfloat16, 0.999)):
        where = Placement(torch.device("cuda:0"), precision)
        first, second = (embed(stable_syncnet(where), faces, 18) for _ in range(2))
        np.testing.assert_array_equal(first, second)
        assert similarity_of(wide, first).min() > least


@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
def test_tensors_survive_both_file_formats(suffix: str, tmp_path: Path) -> None:
    from safetensors.torch import save_file

    tensors = golden.small_stable_syncnet()
    path = tmp_path / f"weights{suffix}"
    if suffix == ".pt":
        torch.save({"state_dict": tensors, "global_step": 7}, path)
    else:
        save_file(tensors, path)
    read = read_tensors(path)
    assert read.keys() == tensors.keys()
    assert all(torch.equal(read[name], tensors[name]) for name in tensors)


class Harmful:
    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        return open, ("/dev/null",)


@pytest.mark.parametrize("content", ["pickle", "garbage", "empty", "list", "numbers", "safetensors"])
def test_files_that_are_no_tables_of_tensors_are_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / ("file.safetensors" if content == "safetensors" else "file.pt")
    match content:
        case "pickle":
            torch.save({"state_dict": Harmful()}, path)
        case "list":
            torch.save([torch.zeros(1)], path)
        case "numbers":
            torch.save({"state_dict": {"a": 1}}, path)
        case "empty":
            path.touch()
        case _:
            path.write_bytes(b"not a checkpoint" * 10)
    with pytest.raises(EngineUnavailable, match="not a checkpoint"):
        read_tensors(path)
