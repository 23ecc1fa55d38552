from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file

from liptune.core.engines.features import N_MELS, POWER_FLOOR, log_mel_blocks
from liptune.core.engines.levelling import levelled
from liptune.core.engines.lite import crop
from liptune.core.engines.lite.branches import BLOCK, LAST_BLOCK
from liptune.core.engines.lite.engine import ZERO_COLUMNS, LiteEngine, load
from liptune.core.engines.lite.network import CONTEXT
from liptune.core.engines.lite.weights import load_network
from liptune.core.engines.lite.weights_file import JUDGE_WEIGHTS, WEIGHTS
from liptune.core.errors import EngineUnavailable
from training.network.ensemble import LiteEnsemble
from training.network.network import LiteNetwork, Widths
from training.network.weights import load_ensemble, save_weights


@pytest.fixture(scope="module")
def engine() -> LiteEngine:
    return load()


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def faces(count: int) -> NDArray[np.void]:
    random = np.random.default_rng(5)
    inputs = np.zeros(count, crop.VISUAL_DTYPE)
    inputs["mouth"] = random.integers(0, 256, inputs["mouth"].shape)
    inputs["points"] = random.normal(0, 0.3, inputs["points"].shape)
    return inputs


def embedded(engine: LiteEngine, inputs: NDArray[np.void], *cuts: int) -> NDArray[np.float32]:
    embedder = engine.video_embedder()
    for part in np.split(inputs, list(cuts)):
        embedder.push(part)
    return embedder.finish()


@pytest.mark.parametrize(
    "count", [1, 7, LAST_BLOCK, LAST_BLOCK + 1, BLOCK, BLOCK + CONTEXT, BLOCK + CONTEXT + 1, 2 * BLOCK + 3]
)
def test_video_in_blocks_equals_the_whole_and_chunks_change_no_bit(engine: LiteEngine, count: int) -> None:
    inputs = faces(count)
    streamed = embedded(engine, inputs)
    mouths = torch.from_numpy(inputs["mouth"].astype(np.float32))[None]
    points = torch.from_numpy(inputs["points"].copy())[None]
    with torch.inference_mode():
        whole = load_ensemble().visual(mouths, points, torch.ones(1, count, dtype=torch.bool))[0]
    np.testing.assert_allclose(streamed, whole.numpy(), atol=2e-5)
    assert np.array_equal(streamed, embedded(engine, inputs, *range(1, count, 3)))


def test_audio_in_blocks_equals_the_whole_and_chunks_change_no_bit(engine: LiteEngine) -> None:
    samples = (0.1 * np.random.default_rng(1).standard_normal(640 * 120 - 77)).astype(np.float32)
    streamed = engine.embed_audio([samples])
    silence = np.full((ZERO_COLUMNS, N_MELS), np.log(POWER_FLOOR), np.float32)
    mel = torch.from_numpy(np.concatenate([silence, *log_mel_blocks(levelled([samples]))])[: 4 * 120])[None]
    with torch.inference_mode():
        whole = load_ensemble().audio(mel, torch.ones(1, 120, dtype=torch.bool))[0]
    np.testing.assert_allclose(streamed, whole.numpy(), atol=2e-5)
    assert np.array_equal(streamed, engine.embed_audio(iter(np.split(samples, [5, 30_000]))))


def test_embeddings_are_unit_vectors(engine: LiteEngine) -> None:
    vectors = embedded(engine, faces(9))
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_nothing_in_nothing_out(engine: LiteEngine) -> None:
    width = embedded(engine, faces(1)).shape[1]
    assert engine.video_embedder().finish().shape == (0, width)
    assert engine.embed_audio([]).shape == (0, width)


def test_no_embedding_sees_further_than_the_context(engine: LiteEngine) -> None:
    inputs = faces(60)
    changed = inputs.copy()
    changed[30] = faces(31)[-1]
    changed["mouth"][30] = 255 - changed["mouth"][30]
    differs = (embedded(engine, inputs) != embedded(engine, changed)).any(axis=1)
    assert differs[30]
    assert not differs[: 30 - CONTEXT].any()
    assert not differs[31 + CONTEXT :].any()


def test_weights_that_do_not_fit_are_named(tmp_path: Path) -> None:
    state = load_file(WEIGHTS)
    state["surplus"] = state["members.0.audio.head.leave.bias"].clone()
    path = tmp_path / "bad.safetensors"
    save_file(state, path)
    with pytest.raises(EngineUnavailable, match=r"unknown surplus"):
        load_network(path)


def test_weights_that_lack_something_are_named(tmp_path: Path) -> None:
    state = load_file(WEIGHTS)
    del state["members.0.visual.picture.layers.0.0.weight"]
    save_file(state, path := tmp_path / "bad.safetensors")
    with pytest.raises(EngineUnavailable, match=r"missing members\.0\.visual\.picture\.layers\.0\.0\.weight"):
        load_network(path)


@pytest.mark.parametrize("widths", [Widths(), Widths(points=0)])
def test_numpy_and_torch_give_the_same_vectors(widths: Widths, tmp_path: Path) -> None:
    torch.manual_seed(3)
    made = LiteEnsemble([LiteNetwork(widths), LiteNetwork(widths)])
    for name, buffer in made.named_buffers():
        if "running" in name:
            buffer.uniform_(0.5, 1.5)
    save_weights(made, path := tmp_path / "made.safetensors")
    ours, theirs = load_network(path), load_ensemble(path)
    mouths, points = faces(40)["mouth"].astype(np.float32), faces(40)["points"]
    mel = np.random.default_rng(2).normal(-5, 2, (160, N_MELS)).astype(np.float32)
    valid = np.arange(40) % 39 > 3
    with torch.inference_mode():
        given = (torch.from_numpy(each.copy())[None] for each in (mouths, points, valid))
        seen = theirs.visual(*given)[0].numpy()
        heard = theirs.audio(torch.from_numpy(mel)[None], torch.from_numpy(valid)[None])[0].numpy()
    np.testing.assert_allclose(ours.visual(mouths, points, valid), seen, atol=1e-5)
    np.testing.assert_allclose(ours.audio(mel, valid), heard, atol=1e-5)


def test_missing_weights_come_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable) as caught:
        load_network(tmp_path / "none.safetensors")
    assert caught.value.remedy


def test_the_weights_are_small() -> None:
    assert WEIGHTS.stat().st_size <= 10 * 2**20
    assert JUDGE_WEIGHTS.stat().st_size <= 4 * 2**20


def test_ends_do_not_give_the_moment_away(engine: LiteEngine) -> None:
    """Unrelated lips and sounds of one length: a network that knows clip ends would find them in sync."""
    random = np.random.default_rng(11)
    found = []
    for _ in range(24):
        inputs = faces(40)
        inputs["points"] = np.cumsum(random.normal(0, 0.02, inputs["points"].shape), axis=0)
        video = embedded(engine, inputs)
        audio = engine.embed_audio([(0.1 * random.standard_normal(640 * 40)).astype(np.float32)])
        distances = np.linalg.norm(video[:, None] - audio[None], axis=2)
        found.append(min(range(-10, 11), key=lambda shift: float(np.diagonal(distances, shift).mean())))
    assert np.mean(np.abs(found) <= 1) < 0.5


def test_joined_vectors_are_the_members_side_by_side() -> None:
    torch.manual_seed(0)
    members = [LiteNetwork().eval(), LiteNetwork().eval()]
    mel, valid = torch.randn(1, 160, 64), torch.ones(1, 40, dtype=torch.bool)
    with torch.inference_mode():
        joined = LiteEnsemble(members).audio(mel, valid)
        each = [member.audio(mel, valid) for member in members]
    torch.testing.assert_close(joined.norm(dim=-1), torch.ones(1, 40))
    squares = [torch.cdist(own, own) ** 2 for own in each]
    torch.testing.assert_close(
        torch.cdist(joined, joined) ** 2, (squares[0] + squares[1]) / 2, atol=1e-4, rtol=1e-3
    )


def test_weights_come_back_within_half_a_step(tmp_path: Path) -> None:
    torch.manual_seed(0)
    saved = LiteEnsemble([LiteNetwork(), LiteNetwork()])
    path = tmp_path / "two.safetensors"
    save_weights(saved, path)
    loaded = load_ensemble(path).state_dict()
    for name, tensor in saved.state_dict().items():
        if tensor.ndim >= 2:
            step = tensor.flatten(1).abs().amax(1) / 127
            gap = (loaded[name] - tensor).flatten(1).abs().amax(1)
            assert (gap <= 0.51 * step + 1e-7).all(), name
    save_weights(load_ensemble(path), again := tmp_path / "again.safetensors")
    assert again.read_bytes() == path.read_bytes()
