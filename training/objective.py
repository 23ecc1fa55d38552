"""The contrastive objective over single frames and over windows of several."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.batches import Batch

EXCLUDED = -1e4


def window_means(similarity: Tensor, frames: int) -> Tensor:
    """Mean similarity of windows: (B, T, B, T) to (B, T', B, T'), both streams moving together."""
    starts = similarity.shape[1] - frames + 1
    total = sum(similarity[:, k : k + starts, :, k : k + starts] for k in range(frames))
    assert isinstance(total, Tensor)  # noqa: S101
    return total / frames


class WindowContrast(nn.Module):
    """InfoNCE that picks the true moment among all windows of the batch, and among those of the same clip.

    Scores are mean euclidean distances, as the distance band has them. Windows one frame off are neither
    right nor wrong. One learned temperature per window length.
    """

    def __init__(self, lengths: tuple[int, ...] = (1, 5, 13), within: float = 1.0) -> None:
        super().__init__()
        self.lengths = lengths
        self.within = within
        self.log_scale = nn.Parameter(torch.tensor([2.5 + 0.35 * k for k in range(len(lengths))]))

    def forward(self, video: Tensor, audio: Tensor, batch: Batch) -> Tensor:
        """Unit vectors (B, T, D) to a scalar."""
        clips, time, _ = video.shape
        cosine = (video.flatten(0, 1) @ audio.flatten(0, 1).T).view(clips, time, clips, time)
        similarity = -(2 - 2 * cosine).clamp_min(1e-3).sqrt()
        terms = [
            self._term(
                window_means(similarity, frames),
                windows_valid(batch.seen, frames),
                windows_valid(batch.heard, frames),
                scale,
            )
            for frames, scale in zip(self.lengths, self.log_scale.clamp(max=4.6).exp(), strict=True)
        ]
        return torch.stack(terms).mean()

    def _term(self, similarity: Tensor, seen: Tensor, heard: Tensor, scale: Tensor) -> Tensor:
        batch, starts = seen.shape
        near = (torch.arange(starts)[:, None] - torch.arange(starts)).abs() == 1
        same = torch.eye(batch, dtype=torch.bool)
        blank = near.view(1, starts, 1, starts) & same.view(batch, 1, batch, 1)
        logits = (similarity * scale).masked_fill(blank, EXCLUDED)
        of_video = logits.masked_fill(~heard.view(1, 1, batch, starts), EXCLUDED)
        of_audio = logits.masked_fill(~seen.view(batch, starts, 1, 1), EXCLUDED)
        both = seen & heard
        chosen = both.flatten()
        target = torch.arange(batch * starts)[chosen]
        size = (batch * starts, batch * starts)
        everywhere = functional.cross_entropy(of_video.reshape(size)[chosen], target)
        everywhere = everywhere + functional.cross_entropy(of_audio.reshape(size).T[chosen], target)
        moment = torch.arange(starts).expand(batch, starts)[both]
        own = torch.arange(batch)
        inside = functional.cross_entropy(of_video[own, :, own][both], moment)
        inside = inside + functional.cross_entropy(of_audio[own, :, own].transpose(1, 2)[both], moment)
        return 0.5 * (everywhere + self.within * inside)


def windows_valid(valid: Tensor, frames: int) -> Tensor:
    """(B, T) to (B, T'), True where the whole window lies within the clip."""
    return valid.unfold(1, frames, 1).all(-1)
