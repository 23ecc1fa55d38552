"""The network that hears which shape a mouth has, in torch, to be trained.

``core.articulation.network`` is the same in numpy, and says what it is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from liptune.core.articulation.network import DILATIONS, PROSODY_DILATIONS
from liptune.core.articulation.prosody import FEATURES
from liptune.core.engines.features import N_MELS
from liptune.core.engines.lite.network import MEL_SCALE, MEL_SHIFT, SOUND_STRIDES
from training.network.network import mel_layer

KERNELS = ((5, 5), (3, 4), (3, 3), (3, 4))


@dataclass(frozen=True)
class Widths:
    """Channels of each part; ``outputs``: coefficients of shapes, and one for closed lips."""

    sound: tuple[int, ...] = (24, 40, 64, 96)
    prosody: int = 24
    hidden: int = 192
    outputs: int = 13
    dropout: float = 0.2


class ArticulationNetwork(nn.Module):
    """One member."""

    def __init__(self, widths: Widths) -> None:
        super().__init__()
        inputs = (1, *widths.sound[:-1])
        self.sound = nn.ModuleList(map(mel_layer, inputs, widths.sound, KERNELS, SOUND_STRIDES))
        bands = N_MELS // 2 ** len(SOUND_STRIDES)
        hidden = widths.hidden
        self.enter = nn.Sequential(nn.Linear(widths.sound[-1] * bands, hidden), nn.BatchNorm1d(hidden))
        self.blocks = nn.ModuleList(
            nn.ModuleList(_in_time(hidden, apart) for apart in pair) for pair in DILATIONS
        )
        features = (FEATURES, *[widths.prosody] * (len(PROSODY_DILATIONS) - 1))
        self.prosody = nn.ModuleList(
            nn.Conv1d(count, widths.prosody, 3, padding=apart, dilation=apart)
            for count, apart in zip(features, PROSODY_DILATIONS, strict=True)
        )
        self.films = nn.ModuleList(nn.Linear(widths.prosody, 2 * hidden) for _ in range(2 * len(DILATIONS)))
        for film in self.films:
            nn.init.zeros_(cast("nn.Linear", film).weight)
            nn.init.zeros_(cast("nn.Linear", film).bias)
        self.dropout = nn.Dropout(widths.dropout)
        self.leave = nn.Linear(hidden, widths.outputs)

    def forward(self, mel: Tensor, prosody: Tensor, valid: Tensor, keep: Tensor | None = None) -> Tensor:
        """(B, 4T, mels), (B, T, features), (B, T) to (B, T, outputs).

        ``keep``: (B,), 0 where prosody has no say.
        """
        mask = valid.unsqueeze(1).to(mel.dtype)
        films = self._films(prosody, mask, keep)
        entered = self.enter(self.dropout(self._heard(mel, valid)).flatten(0, 1))
        hidden = functional.relu(entered.view(*valid.shape, -1).transpose(1, 2)) * mask
        for at, (first, second) in enumerate(cast("Iterable[nn.ModuleList]", self.blocks)):
            inner = functional.relu(_filmed(first(hidden), films[2 * at])) * mask
            inner = functional.dropout1d(inner, self.dropout.p / 2, self.training)
            hidden = functional.relu(hidden + _filmed(second(inner), films[2 * at + 1])) * mask
        told: Tensor = self.leave(self.dropout(hidden.transpose(1, 2)))
        return told

    def _heard(self, mel: Tensor, valid: Tensor) -> Tensor:
        maps = ((mel + MEL_SHIFT) / MEL_SCALE).transpose(1, 2).unsqueeze(1)
        for layer in self.sound:
            mask = valid.repeat_interleave(maps.shape[-1] // valid.shape[1], 1).view(len(valid), 1, 1, -1)
            maps = layer((maps * mask.to(maps.dtype)).contiguous(memory_format=torch.channels_last))
        return maps.permute(0, 3, 1, 2).flatten(2)

    def _films(self, prosody: Tensor, mask: Tensor, keep: Tensor | None) -> list[Tensor]:
        """(B, 2 · hidden, T) each."""
        embedded = prosody.transpose(1, 2) * mask
        for layer in self.prosody:
            embedded = functional.relu(layer(embedded)) * mask
        films = [film(embedded.transpose(1, 2)).transpose(1, 2) for film in self.films]
        return films if keep is None else [film * keep.view(-1, 1, 1) for film in films]


class ArticulationEnsemble(nn.Module):
    """Members whose answers are averaged, and the shapes they speak in, (K, P · 2)."""

    shapes: Tensor

    def __init__(self, members: Sequence[ArticulationNetwork], shapes: Tensor) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)
        self.register_buffer("shapes", shapes)

    def forward(self, mel: Tensor, prosody: Tensor, valid: Tensor, keep: Tensor | None = None) -> Tensor:
        """(B, T, outputs)."""
        return torch.stack([member(mel, prosody, valid, keep) for member in self.members]).mean(0)


def _in_time(width: int, apart: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv1d(width, width, 3, padding=apart, dilation=apart, bias=False), nn.BatchNorm1d(width)
    )


def _filmed(rows: Tensor, film: Tensor) -> Tensor:
    """Scaled by one more than the first half of ``film``, shifted by the other; (B, width, T)."""
    scale, shift = film.chunk(2, 1)
    return rows * (1 + scale) + shift
