"""Weights and inputs that the golden numbers of the published implementations belong to.

``golden.npz`` holds their outputs, computed in float32 on a CPU. Weights and inputs follow from names, shapes
and seeds, so neither need be stored.
"""

import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from liptune.core.engines.stable_syncnet.network import Attention, Block, Branch, StableSyncNet
from liptune.core.engines.syncnet_v2.network import SyncNetV2

GOLDEN: Mapping[str, NDArray[Any]] = np.load(Path(__file__).with_name("golden.npz"))

AUDIO_STRIDES = ((2, 1), (2, 2), (2, 2), None, (2, 2), (2, 2), (2, 3))
VISUAL_STRIDES = ((1, 2), *[(2, 2)] * 7)


def weights(network: nn.Module) -> dict[str, Tensor]:
    """The golden weights of a network, which may be on the ``meta`` device."""
    shapes = {name: tuple(value.shape) for name, value in network.state_dict().items()}
    return {name: torch.from_numpy(_tensor(name, shape)) for name, shape in shapes.items()}


def _tensor(name: str, shape: tuple[int, ...]) -> NDArray[Any]:
    if name.endswith("num_batches_tracked"):
        return np.array(0)
    noise = np.random.default_rng(zlib.crc32(name.encode())).standard_normal(shape, dtype=np.float32)
    if name.endswith("running_var"):
        return 1 + np.float32(0.1) * np.abs(noise)
    if name.endswith(("bias", "running_mean")):
        return np.float32(0.1) * noise
    if len(shape) == 1:
        return 1 + np.float32(0.1) * noise
    noise /= np.float32(np.sqrt(np.prod(shape[1:])))
    return noise


def uniform(seed: int, shape: tuple[int, ...], low: float, high: float) -> Tensor:
    """Golden inputs."""
    return torch.from_numpy(np.random.default_rng(seed).uniform(low, high, shape).astype(np.float32))


def published_branches(visual: tuple[int, ...], audio: tuple[int, ...]) -> tuple[Branch, Branch]:
    """The two encoders with these channels and the published strides and attention."""
    return _branch(48, visual, VISUAL_STRIDES, (4, 5)), _branch(1, audio, AUDIO_STRIDES, (3, 4))


def _branch(
    inputs: int, channels: tuple[int, ...], strides: tuple[Any, ...], attention: tuple[int, ...]
) -> Branch:
    blocks: list[Block | Attention] = []
    for at, (width, stride) in enumerate(zip(channels, strides, strict=True)):
        blocks.append(Block(channels[max(at - 1, 0)], width, stride))
        if at in attention:
            blocks.append(Attention(width))
    return Branch(inputs, tuple(blocks))


def small_stable_syncnet() -> dict[str, Tensor]:
    """The golden tensors of the small StableSyncNet, which are made once: the table is the caller's own."""
    return dict(_small_stable_syncnet())


@cache
def _small_stable_syncnet() -> Mapping[str, Tensor]:
    return stable_syncnet((32, 32, 32, 32, 32, 64, 128, 128), (32, 32, 32, 32, 32, 64, 128))


def full_stable_syncnet() -> dict[str, Tensor]:
    """The golden tensors of StableSyncNet as published, 1.6 GB."""
    return stable_syncnet((64, 128, 256, 256, 512, 1024, 2048, 2048), (32, 64, 128, 256, 512, 1024, 2048))


def stable_syncnet(visual: tuple[int, ...], audio: tuple[int, ...]) -> dict[str, Tensor]:
    """Golden tensors of a StableSyncNet with these channels."""
    with torch.device("meta"):
        network = StableSyncNet(*published_branches(visual, audio))
    return weights(network)


def syncnet_v2() -> dict[str, Tensor]:
    """The golden tensors of SyncNet v2, which are made once: the table is the caller's own."""
    return dict(_syncnet_v2())


@cache
def _syncnet_v2() -> Mapping[str, Tensor]:
    with torch.device("meta"):
        network = SyncNetV2()
    return weights(network)
