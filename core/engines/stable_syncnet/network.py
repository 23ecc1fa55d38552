"""StableSyncNet (Li et al., LatentSync, 2024), with the published state-dict names."""

from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn import functional as F

GROUPS = 32
EPSILON = 1e-6
HEADS = 8

Stride = tuple[int, int]


@dataclass(frozen=True)
class Block:
    """A residual block. ``stride``: (rows, columns) of the convolution after it, None for none."""

    inputs: int
    outputs: int
    stride: Stride | None


@dataclass(frozen=True)
class Attention:
    """An attention block; it keeps the ``channels``."""

    channels: int


@dataclass(frozen=True)
class Branch:
    """The shape of one encoder. ``heads``: the width of a projection after it, None where there is none."""

    inputs: int
    blocks: tuple[Block | Attention, ...]
    projection: int | None = None

    @property
    def channels(self) -> tuple[int, int]:
        """Channels after the first and after the last convolution."""
        residual = [block for block in self.blocks if isinstance(block, Block)]
        return residual[0].inputs, residual[-1].outputs


class StableSyncNet(nn.Module):
    """Two encoders into one space; embeddings are unit vectors without negative parts."""

    def __init__(self, visual: Branch, audio: Branch) -> None:
        super().__init__()
        self.visual_encoder = Encoder(visual)
        self.audio_encoder = Encoder(audio)
        self.visual_proj = _projection(visual)
        self.audio_proj = _projection(audio)

    def embed_lips(self, windows: Tensor) -> Tensor:
        """Embeds (B, 3·frames, 128, 256), frame by frame RGB in ±1, to (B, D) unit vectors."""
        return _unit(self.visual_proj(self.visual_encoder(windows).flatten(1)))

    def embed_sound(self, windows: Tensor) -> Tensor:
        """Embeds mel windows (B, 1, 80, columns) to (B, D) unit vectors."""
        return _unit(self.audio_proj(self.audio_encoder(windows).flatten(1)))


def _projection(branch: Branch) -> nn.Module:
    """The head of a fork's checkpoint; the published model has none."""
    if branch.projection is None:
        return nn.Identity()
    return nn.Linear(branch.channels[1], branch.projection)


def _unit(embeddings: Tensor) -> Tensor:
    return F.normalize(embeddings, dim=1)


class Encoder(nn.Module):
    """Residual and attention blocks that narrow the input to 1×1."""

    def __init__(self, branch: Branch) -> None:
        super().__init__()
        first, last = branch.channels
        self.conv_in = nn.Conv2d(branch.inputs, first, 3, padding=1)
        self.down_blocks = nn.ModuleList(
            ResidualBlock(block) if isinstance(block, Block) else AttentionBlock(block.channels)
            for block in branch.blocks
        )
        self.norm_out = nn.GroupNorm(GROUPS, last, EPSILON)

    def forward(self, inputs: Tensor) -> Tensor:
        """(B, inputs, H, W) to (B, outputs, 1, 1)."""
        hidden: Tensor = self.conv_in(inputs)
        for block in self.down_blocks:
            hidden = block(hidden)
        return F.relu(self.norm_out(hidden))


class ResidualBlock(nn.Module):
    """Two normalised 3×3 convolutions and a shortcut, then a strided one."""

    def __init__(self, block: Block) -> None:
        super().__init__()
        self.norm1 = nn.GroupNorm(GROUPS, block.inputs, EPSILON)
        self.conv1 = nn.Conv2d(block.inputs, block.outputs, 3, padding=1)
        self.norm2 = nn.GroupNorm(GROUPS, block.outputs, EPSILON)
        self.conv2 = nn.Conv2d(block.outputs, block.outputs, 3, padding=1)
        widens = block.inputs != block.outputs
        self.conv_shortcut = nn.Conv2d(block.inputs, block.outputs, 1) if widens else nn.Identity()
        self.padding = _padding(block.stride) if block.stride else (0, 0, 0, 0)
        self.downsample_conv = (
            nn.Conv2d(block.outputs, block.outputs, 3, block.stride) if block.stride else nn.Identity()
        )

    def forward(self, inputs: Tensor) -> Tensor:
        """(B, inputs, H, W) to (B, outputs, H / stride, W / stride)."""
        hidden = self.conv1(F.silu(self.norm1(inputs)))
        hidden = self.conv2(F.silu(self.norm2(hidden)))
        hidden = hidden + self.conv_shortcut(inputs)
        narrowed: Tensor = self.downsample_conv(F.pad(hidden, self.padding))
        return narrowed


def _padding(stride: Stride) -> tuple[int, int, int, int]:
    """Zeros left, right, above and below: one after for a halved axis, one on each side for a kept one."""
    rows, columns = stride
    return (int(columns == 1), 1, int(rows == 1), 1)


class AttentionBlock(nn.Module):
    """Self-attention and a gated feed-forward over all positions, between 1×1 convolutions."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm1 = nn.GroupNorm(GROUPS, channels, EPSILON)
        self.norm2 = nn.LayerNorm(channels)
        self.norm3 = nn.LayerNorm(channels)
        self.conv_in = nn.Conv2d(channels, channels, 1)
        self.attn = SelfAttention(channels)
        self.ff = FeedForward(channels)
        self.conv_out = nn.Conv2d(channels, channels, 1)

    def forward(self, inputs: Tensor) -> Tensor:
        """(B, C, H, W) to the same shape."""
        hidden = self.conv_in(self.norm1(inputs)).flatten(2).transpose(1, 2)
        hidden = hidden + self.attn(self.norm2(hidden))
        hidden = hidden + self.ff(self.norm3(hidden))
        hidden = hidden.transpose(1, 2).reshape(inputs.shape)
        mixed: Tensor = self.conv_out(hidden)
        return mixed + inputs


class SelfAttention(nn.Module):
    """Eight heads, with bias on queries, keys and values."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.to_q = nn.Linear(channels, channels)
        self.to_k = nn.Linear(channels, channels)
        self.to_v = nn.Linear(channels, channels)
        self.to_out = nn.ModuleList([nn.Linear(channels, channels)])

    def forward(self, hidden: Tensor) -> Tensor:
        """(B, positions, C) to the same shape."""
        query, key, value = (
            project(hidden).unflatten(2, (HEADS, -1)).transpose(1, 2)
            for project in (self.to_q, self.to_k, self.to_v)
        )
        attended = F.scaled_dot_product_attention(query, key, value).transpose(1, 2).flatten(2)
        mixed: Tensor = self.to_out[0](attended)
        return mixed


class FeedForward(nn.Module):
    """A GEGLU layer four times as wide; the empty place is the published code's dropout."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.net = nn.ModuleList(
            [GatedLinear(channels, 4 * channels), nn.Identity(), nn.Linear(4 * channels, channels)]
        )

    def forward(self, hidden: Tensor) -> Tensor:
        """(B, positions, C) to the same shape."""
        for layer in self.net:
            hidden = layer(hidden)
        return hidden


class GatedLinear(nn.Module):
    """Half of a projection, gated by the GELU of the other half (Shazeer 2020)."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.proj = nn.Linear(inputs, 2 * outputs)

    def forward(self, hidden: Tensor) -> Tensor:
        """(…, inputs) to (…, outputs)."""
        value, gate = self.proj(hidden).chunk(2, dim=-1)
        gated: Tensor = value * F.gelu(gate)
        return gated
