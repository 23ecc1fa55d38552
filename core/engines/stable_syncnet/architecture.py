"""Tells from the shapes of a StableSyncNet checkpoint's tensors which network it belongs to."""

import math
from dataclasses import dataclass

import torch

from liptune.core.engines.mel import COLUMNS_PER_SECOND, N_MELS
from liptune.core.engines.stable_syncnet.network import Attention, Block, Branch, StableSyncNet, Stride
from liptune.core.engines.weights import Tensors, fill
from liptune.core.errors import EngineUnavailable
from liptune.core.media.types import ANALYSIS_FPS

HEIGHT = 128
WIDTH = 256
RGB = 3


@dataclass(frozen=True)
class Architecture:
    """``window``: frames a visual window spans. ``columns``: mel columns of the sound beside them."""

    visual: Branch
    audio: Branch

    @property
    def window(self) -> int:
        """Frames of a visual window, from the first convolution's channels."""
        return self.visual.inputs // RGB

    @property
    def columns(self) -> int:
        """Mel columns that cover the window."""
        return mel_columns(self.window)

    @property
    def dim(self) -> int:
        """Dimensions of an embedding."""
        return self.visual.projection or self.visual.channels[1]


def mel_columns(window: int) -> int:
    """Mel columns that cover ``window`` frames, rounded up: 52 for 16."""
    return math.ceil(window * COLUMNS_PER_SECOND / ANALYSIS_FPS)


def build(tensors: Tensors, source: str) -> tuple[StableSyncNet, Architecture]:
    """Makes the network of a checkpoint's tensors.

    Raises:
        EngineUnavailable: They are not those of a pixel-space StableSyncNet; the message lists what differs.
    """
    architecture = read_architecture(tensors, source)
    with torch.device("meta"):
        network = StableSyncNet(architecture.visual, architecture.audio)
    return fill(network, tensors, source), architecture


def read_architecture(tensors: Tensors, source: str) -> Architecture:
    """Reads widths, attention, downsampling and heads from the names and shapes of the tensors.

    Raises:
        EngineUnavailable: The tensors are not those of a pixel-space StableSyncNet.
    """
    shapes = {name: tuple(value.shape) for name, value in tensors.items()}
    frames = _input_channels(shapes, "visual", source) / RGB
    if not frames.is_integer():
        raise _unsuitable(source, f"its visual input of {frames * RGB:.0f} channels is not RGB frames")
    visual = _branch(shapes, "visual", (HEIGHT, WIDTH), source)
    audio = _branch(shapes, "audio", (N_MELS, mel_columns(int(frames))), source)
    return Architecture(visual, audio)


Shapes = dict[str, tuple[int, ...]]


def _input_channels(shapes: Shapes, branch: str, source: str) -> int:
    shape = shapes.get(f"{branch}_encoder.conv_in.weight", ())
    if len(shape) != 4:
        raise _unsuitable(source, f"it has no {branch}_encoder.conv_in.weight of four dimensions")
    return shape[1]


def _branch(shapes: Shapes, branch: str, size: tuple[int, int], source: str) -> Branch:
    inputs = _input_channels(shapes, branch, source)
    prefix = f"{branch}_encoder.down_blocks."
    numbers = {int(name[len(prefix) :].split(".")[0]) for name in shapes if name.startswith(prefix)}
    if numbers != set(range(len(numbers))) or not numbers:
        raise _unsuitable(source, f"the blocks of its {branch} encoder are not numbered from 0 without gaps")
    names = [f"{prefix}{number}" for number in range(len(numbers))]
    strided = [name for name in names if f"{name}.downsample_conv.weight" in shapes]
    strides = dict(zip(strided, _strides(len(strided), size, branch, source), strict=True))
    projection = shapes.get(f"{branch}_proj.weight")
    blocks = _blocks(shapes, names, shapes[f"{branch}_encoder.conv_in.weight"][0], strides)
    return Branch(inputs, blocks, projection[0] if projection else None)


def _blocks(
    shapes: Shapes, names: list[str], channels: int, strides: dict[str, Stride]
) -> tuple[Block | Attention, ...]:
    """Each block takes what the one before it gives, so that a tensor of another width is found out."""
    blocks: list[Block | Attention] = []
    for name in names:
        if f"{name}.attn.to_q.weight" in shapes:
            blocks.append(Attention(channels))
        else:
            widened = shapes.get(f"{name}.conv1.weight", (channels,))[0]
            blocks.append(Block(channels, widened, strides.get(name)))
            channels = widened
    return tuple(blocks)


def _strides(count: int, size: tuple[int, int], branch: str, source: str) -> list[Stride]:
    """The strides of ``count`` convolutions that narrow ``size`` to 1×1.

    A checkpoint does not tell them. As published, an axis that needs fewer halvings than there are
    convolutions is kept by the first of them. (The published stride (2, 3) at the end of the audio encoder
    meets three columns, of which (2, 2) reads the same ones.)
    """
    rows, columns = (_halvings(length) for length in size)
    if max(rows, columns) != count:
        raise _unsuitable(
            source, f"its {branch} encoder narrows {count} times, which does not take {size} to 1×1"
        )
    return [(2 if count - at <= rows else 1, 2 if count - at <= columns else 1) for at in range(count)]


def _halvings(length: int) -> int:
    return length.bit_length() - 1


def _unsuitable(source: str, why: str) -> EngineUnavailable:
    return EngineUnavailable(
        f"{source} is not a pixel-space StableSyncNet checkpoint: {why}",
        remedy="use the checkpoint as published (`liptune engines list` names it)",
    )
