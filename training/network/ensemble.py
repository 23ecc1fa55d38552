"""An ensemble of lite networks as one network: their vectors joined, of length 1 again."""

from collections.abc import Iterable, Iterator, Sequence
from typing import cast

import torch
from torch import Tensor, nn

from training.network.network import LiteNetwork


class LiteEnsemble(nn.Module):
    """Both branches of all members; unit vectors of ``dimension`` numbers, the sum of the members'."""

    def __init__(self, members: Sequence[LiteNetwork]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)
        self.dimension = sum(member.dimension for member in members)

    def visual(self, mouths: Tensor, points: Tensor, valid: Tensor) -> Tensor:
        """(B, T, H, W) 0…255, (B, T, P, 2), (B, T) to (B, T, dimension)."""
        return _side_by_side([member.visual(mouths, points, valid) for member in self])

    def audio(self, mel: Tensor, valid: Tensor) -> Tensor:
        """(B, 4T, mels) log-mel and (B, T) to (B, T, dimension)."""
        return _side_by_side([member.audio(mel, valid) for member in self])

    def __iter__(self) -> Iterator[LiteNetwork]:
        return iter(cast("Iterable[LiteNetwork]", self.members))


def _side_by_side(vectors: Sequence[Tensor]) -> Tensor:
    joined: Tensor = torch.cat(list(vectors), -1) / len(vectors) ** 0.5
    return joined
