"""The lite network in torch, to be trained: two branches that give one unit vector per 25 fps frame.

``core.engines.lite.network`` is the same in numpy, and says what it is.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from liptune.core.engines.features import COLUMNS_PER_FRAME, N_MELS
from liptune.core.engines.lite.crop import POINTS
from liptune.core.engines.lite.network import (
    CELL,
    CONTRAST_FLOOR,
    HEAD_BLOCKS,
    MEL_SCALE,
    MEL_SHIFT,
    PICTURE_GAINS,
    PICTURE_STRIDES,
    POINT_GAINS,
    SOUND_STRIDES,
    STEM_FRAMES,
    STEM_RADIUS,
    THUMBNAIL,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Widths:
    """Channels of each part. Without ``points`` (0) a network goes by the picture alone."""

    convolutions: tuple[int, ...] = (32, 64, 96)
    picture: int = 256
    points: int = 128
    audio: tuple[int, ...] = (24, 48, 96, 128)
    head: int = 256
    embedding: int = 128


class PictureFeatures(nn.Module):
    """Convolutions over a thumbnail and its differences from its neighbours, then a full connection."""

    def __init__(self, widths: Widths) -> None:
        super().__init__()
        inputs = (STEM_FRAMES, *widths.convolutions[:-1])
        self.layers = nn.Sequential(*map(_picture_layer, inputs, widths.convolutions, PICTURE_STRIDES))
        shrunk = 2 ** len(PICTURE_STRIDES)
        cells = (THUMBNAIL[0] // shrunk) * (THUMBNAIL[1] // shrunk)
        self.leave = nn.Sequential(
            nn.Linear(widths.convolutions[-1] * cells, widths.picture),
            nn.BatchNorm1d(widths.picture),
            nn.ReLU(),
        )

    def forward(self, looks: Tensor) -> Tensor:
        """(N, 5·H·W) to (N, picture)."""
        maps = looks.view(len(looks), STEM_FRAMES, *THUMBNAIL)
        features: Tensor = self.leave(
            self.layers(maps.contiguous(memory_format=torch.channels_last)).flatten(1)
        )
        return features


def _picture_layer(inputs: int, outputs: int, stride: tuple[int, int]) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    )


class PointFeatures(nn.Sequential):
    """Two fully connected layers over where the points are and how they move."""

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__(
            nn.Linear(STEM_FRAMES * inputs, width),
            nn.BatchNorm1d(width),
            nn.ReLU(),
            nn.Linear(width, width),
            nn.BatchNorm1d(width),
            nn.ReLU(),
        )


class TemporalHead(nn.Module):
    """Residual pairs of 3-frame convolutions, then the unit vector."""

    def __init__(self, inputs: int, widths: Widths, dropout: float = 0.1) -> None:
        super().__init__()
        width = widths.head
        self.enter = nn.Sequential(nn.Linear(inputs, width), nn.BatchNorm1d(width), nn.ReLU())
        self.blocks = nn.ModuleList(
            nn.ModuleList(
                nn.Sequential(nn.Conv1d(width, width, 3, padding=1, bias=False), nn.BatchNorm1d(width))
                for _ in range(2)
            )
            for _ in range(HEAD_BLOCKS)
        )
        self.dropout = nn.Dropout(dropout)
        self.leave = nn.Linear(width, widths.embedding)

    def forward(self, frames: Tensor, valid: Tensor) -> Tensor:
        """(B, T, inputs) and (B, T) to (B, T, embedding)."""
        batch, time = valid.shape
        mask = valid.unsqueeze(1).to(frames.dtype)
        entered = self.enter(self.dropout(frames.flatten(0, 1)))
        features = entered.view(batch, time, -1).transpose(1, 2) * mask
        for first, second in cast("Iterable[nn.ModuleList]", self.blocks):
            inner = functional.relu(first(features)) * mask
            features = functional.relu(features + second(inner)) * mask
        vectors = self.leave(self.dropout(features.transpose(1, 2)))
        return functional.normalize(vectors.float(), dim=-1)


def standardise(mouths: Tensor) -> Tensor:
    """Removes brightness and contrast of each picture: (..., H, W) to zero mean and unit deviation."""
    mean = mouths.mean((-2, -1), keepdim=True)
    deviation = mouths.std((-2, -1), keepdim=True)
    return (mouths - mean) / (deviation + CONTRAST_FLOOR)


def neighbours(frames: Tensor, valid: Tensor) -> Tensor:
    """Stacks each frame with those around it: (B, T, ...) to (B, T, 5, ...), zero outside the clip."""
    shape = (*valid.shape, *([1] * (frames.ndim - 2)))
    masked = frames * valid.view(shape).to(frames.dtype)
    padding = [0, 0] * (frames.ndim - 2) + [STEM_RADIUS, STEM_RADIUS]
    padded = functional.pad(masked, padding)
    time = frames.shape[1]
    return torch.stack([padded[:, k : k + time] for k in range(STEM_FRAMES)], 2)


def motion(frames: Tensor, valid: Tensor, position_gain: float, motion_gain: float) -> Tensor:
    """What a frame is and how its neighbours differ: (B, T, C) to (B, T, 5·C), zero outside the clip."""
    around = neighbours(frames, valid)
    present = neighbours(valid.to(frames.dtype).unsqueeze(2), valid)
    moves = (around - frames.unsqueeze(2)) * present * motion_gain
    moves[:, :, STEM_RADIUS] = frames * position_gain
    return moves.flatten(2)


def thumbnails(mouths: Tensor) -> Tensor:
    """(B, T, H, W) 0…255 to (B, T, H·W / 4): small, of zero mean and unit deviation."""
    return functional.avg_pool2d(standardise(mouths), CELL).flatten(2)


class VisualBranch(nn.Module):
    """Mouth pictures and lip points to one vector per frame."""

    def __init__(self, widths: Widths) -> None:
        super().__init__()
        self.picture = PictureFeatures(widths)
        self.points = PointFeatures(len(POINTS) * 2, widths.points) if widths.points else None
        self.head = TemporalHead(widths.picture + widths.points, widths)

    def forward(self, mouths: Tensor, points: Tensor, valid: Tensor, keep: Tensor | None = None) -> Tensor:
        """(B, T, H, W) 0…255, (B, T, P, 2), (B, T) to (B, T, embedding).

        ``keep``: (B, 2), multiplies the picture's and the points' features (modality dropout in training).
        """
        looks = motion(thumbnails(mouths), valid, *PICTURE_GAINS)
        seen = [self.picture(looks.flatten(0, 1)).view(*valid.shape, -1)]
        if self.points is not None:
            moves = motion(points.flatten(2), valid, *POINT_GAINS)
            seen.append(self.points(moves.flatten(0, 1)).view(*valid.shape, -1))
            if keep is not None:
                seen = [part * keep[:, None, at : at + 1] for at, part in enumerate(seen)]
        embedded: Tensor = self.head(torch.cat(seen, -1), valid)
        return embedded


class AudioBranch(nn.Module):
    """Log-mel columns at 100 Hz to one vector per frame at 25 Hz."""

    def __init__(self, widths: Widths) -> None:
        super().__init__()
        a, b, c, d = widths.audio
        self.layers = nn.ModuleList(
            [
                mel_layer(1, a, (5, 5), SOUND_STRIDES[0]),
                mel_layer(a, b, (3, 4), SOUND_STRIDES[1]),
                mel_layer(b, c, (3, 3), SOUND_STRIDES[2]),
                mel_layer(c, d, (3, 4), SOUND_STRIDES[3]),
            ]
        )
        self.head = TemporalHead(d * N_MELS // 16, widths)

    def forward(self, mel: Tensor, valid: Tensor) -> Tensor:
        """(B, 4T, mels) log-mel and (B, T) to (B, T, embedding)."""
        maps = ((mel + MEL_SHIFT) / MEL_SCALE).transpose(1, 2).unsqueeze(1)
        for layer in self.layers:
            rate = maps.shape[-1] // valid.shape[1]
            mask = valid.repeat_interleave(rate, 1).view(len(valid), 1, 1, -1)
            maps = layer((maps * mask.to(maps.dtype)).contiguous(memory_format=torch.channels_last))
        embedded: Tensor = self.head(maps.permute(0, 3, 1, 2).flatten(2), valid)
        return embedded


def mel_layer(inputs: int, outputs: int, kernel: tuple[int, int], stride: tuple[int, int]) -> nn.Sequential:
    """A convolution over (bands, columns), padded by half a kernel."""
    padding = (kernel[0] // 2, (kernel[1] - 1) // 2)
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class LiteNetwork(nn.Module):
    """Both branches."""

    def __init__(self, widths: Widths | None = None) -> None:
        super().__init__()
        widths = widths or Widths()
        self.dimension = widths.embedding
        self.visual = VisualBranch(widths)
        self.audio = AudioBranch(widths)


assert N_MELS % 16 == 0 and COLUMNS_PER_FRAME == 4  # noqa: PT018, S101  (the audio layers count on both)
