import numpy as np
import pytest
import torch
from torch import Tensor

from liptune.core.engines.stable_syncnet.architecture import build, read_architecture
from liptune.core.engines.stable_syncnet.network import Attention, Block, StableSyncNet
from liptune.core.errors import EngineUnavailable
from tests.core.engines import golden


def embed(network: StableSyncNet) -> tuple[Tensor, Tensor]:
    with torch.inference_mode():
        lips = network.embed_lips(golden.uniform(1, (2, 48, 128, 256), -1, 1))
        return lips, network.embed_sound(golden.uniform(2, (2, 1, 80, 52), -4, 4))


@pytest.mark.parametrize(
    ("size", "parameters"),
    [("small", 1_000_000), pytest.param("full", 401_300_000, marks=pytest.mark.slow)],
)
def test_embeddings_equal_the_published_code(size: str, parameters: int) -> None:
    tensors = getattr(golden, f"{size}_stable_syncnet")()
    network, _ = build(tensors, "golden")
    count = sum(value.numel() for value in network.parameters())
    assert size == "small" or count == pytest.approx(parameters, rel=1e-3)
    lips, sound = embed(network)
    np.testing.assert_allclose(lips, golden.GOLDEN[f"stable_{size}_visual"], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(sound, golden.GOLDEN[f"stable_{size}_audio"], rtol=1e-4, atol=1e-6)


def test_the_architecture_is_read_from_the_tensors() -> None:
    architecture = read_architecture(golden.small_stable_syncnet(), "golden")
    assert (architecture.window, architecture.columns, architecture.dim) == (16, 52, 128)
    attention = [isinstance(block, Attention) for block in architecture.visual.blocks]
    assert [at for at, attends in enumerate(attention) if attends] == [5, 7]
    strides = [block.stride for block in architecture.audio.blocks if isinstance(block, Block)]
    assert strides == [(2, 1), (2, 2), (2, 2), None, (2, 2), (2, 2), (2, 2)]


def test_a_window_of_25_frames_is_read_too() -> None:
    tensors = golden.small_stable_syncnet()
    tensors["visual_encoder.conv_in.weight"] = torch.zeros(32, 75, 3, 3)
    architecture = read_architecture(tensors, "golden")
    assert (architecture.window, architecture.columns) == (25, 80)


def test_heads_exist_only_where_the_file_has_them() -> None:
    tensors = golden.small_stable_syncnet()
    plain, _ = build(tensors, "golden")
    assert not [name for name in plain.state_dict() if "proj." in name and "ff.net" not in name]
    for branch in ("visual", "audio"):
        tensors[f"{branch}_proj.weight"] = torch.eye(64, 128)
        tensors[f"{branch}_proj.bias"] = torch.zeros(64)
    projected, architecture = build(tensors, "golden")
    assert architecture.dim == 64
    lips, _ = embed(projected)
    half = golden.GOLDEN["stable_small_visual"][:, :64]
    np.testing.assert_allclose(lips, half / np.linalg.norm(half, axis=1, keepdims=True), rtol=1e-4, atol=1e-6)


def test_a_head_without_its_bias_is_refused() -> None:
    tensors = golden.small_stable_syncnet()
    tensors["visual_proj.weight"] = torch.eye(64, 128)
    with pytest.raises(EngineUnavailable, match=r"visual_proj\.bias"):
        build(tensors, "golden")


def test_two_builds_agree_to_the_bit() -> None:
    tensors = golden.small_stable_syncnet()
    first, second = (embed(build(tensors, "golden")[0]) for _ in range(2))
    assert torch.equal(first[0], second[0])
    assert torch.equal(first[1], second[1])


def test_missing_unknown_and_misshaped_tensors_are_all_named() -> None:
    tensors = golden.small_stable_syncnet()
    del tensors["audio_encoder.down_blocks.1.norm1.bias"]
    tensors["stray"] = torch.zeros(1)
    tensors["visual_encoder.norm_out.weight"] = torch.zeros(64)
    with pytest.raises(EngineUnavailable) as caught:
        build(tensors, "some file")
    assert caught.value.details == {
        "missing": ["audio_encoder.down_blocks.1.norm1.bias"],
        "unknown": ["stray"],
        "misshaped": ["visual_encoder.norm_out.weight (64,) instead of (128,)"],
    }
    for name in ("some file", "stray", "norm1.bias", "norm_out.weight"):
        assert name in caught.value.message


@pytest.mark.parametrize(
    ("name", "shape", "why"),
    [
        ("visual_encoder.conv_in.weight", (32, 64, 3, 3), "not RGB"),
        ("visual_encoder.conv_in.weight", (32,), "four dimensions"),
        ("visual_encoder.down_blocks.12.norm1.bias", (32,), "gaps"),
        ("audio_encoder.down_blocks.3.downsample_conv.weight", (32, 32, 3, 3), "1×1"),
    ],
)
def test_other_networks_are_refused(name: str, shape: tuple[int, ...], why: str) -> None:
    with pytest.raises(EngineUnavailable, match=why):
        build({**golden.small_stable_syncnet(), name: torch.zeros(shape)}, "golden")
