"""Augmentation of whole batches in torch: pictures, lip points and log-mel columns."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from liptune.core.engines.features import POWER_FLOOR
from liptune.core.engines.lite.crop import HEIGHT, POINTS, WIDTH

DECIBEL = float(np.log(10) / 10)


@dataclass(frozen=True)
class Chances:
    """How often each distortion is applied to a clip."""

    mirror: float = 0.5
    low_resolution: float = 0.35
    picture_noise: float = 0.3
    cutout: float = 0.35
    drop_picture: float = 0.15
    drop_points: float = 0.25
    babble: float = 0.3
    noise: float = 0.5
    reverberation: float = 0.3
    mask_time: float = 0.25
    mask_frequency: float = 0.4
    low_pass: float = 0.15


def _mirrored_points() -> Tensor:
    """Index of each kept point's mirror image among the kept points (iBUG 68)."""
    mirror = np.arange(68)
    mirror[:17] = np.arange(17)[::-1]
    mirror[48:55] = np.arange(48, 55)[::-1]
    mirror[55:60] = np.arange(55, 60)[::-1]
    mirror[60:65] = np.arange(60, 65)[::-1]
    mirror[65:68] = np.arange(65, 68)[::-1]
    place = {int(point): k for k, point in enumerate(POINTS)}
    return torch.tensor([place[int(mirror[point])] for point in POINTS])


MIRROR = _mirrored_points()


class Augmenter:
    """Distorts a batch; every draw comes from its generator."""

    def __init__(self, chances: Chances | None = None) -> None:
        self.generator = torch.Generator()
        self.chances = chances or Chances()

    def restart(self, seed: int) -> None:
        """Makes what is drawn from here on depend on the seed alone."""
        self.generator.manual_seed(seed)

    def uniform(self, low: float, high: float, *shape: int) -> Tensor:
        """Uniform draws."""
        return low + (high - low) * torch.rand(*shape, generator=self.generator)

    def normal(self, *shape: int) -> Tensor:
        """Standard normal draws."""
        return torch.randn(*shape, generator=self.generator)

    def picks(self, chance: float, count: int) -> Tensor:
        """(count,) bool, each True with the chance."""
        return torch.rand(count, generator=self.generator) < chance

    def pictures(self, crops: Tensor, mirrored: Tensor) -> Tensor:
        """(B, T, H', W') float with margins to (B, T, HEIGHT, WIDTH)."""
        mouths = self._affine(crops, mirrored)
        return self._photometric(mouths)

    def _affine(self, crops: Tensor, mirrored: Tensor) -> Tensor:
        batch, time, height, width = crops.shape
        angle = self.uniform(-0.14, 0.14, batch, 1) + self._drift(0.05, batch, time)
        zoom = self.uniform(0.87, 1.13, batch, 1) * (1 + self._drift(0.04, batch, time))
        aspect = self.uniform(0.94, 1.06, batch, 1)
        shift_x = (
            self.uniform(-5, 5, batch, 1) + self._drift(2, batch, time) + 0.25 * self.normal(batch, time)
        )
        shift_y = (
            self.uniform(-3.5, 3.5, batch, 1) + self._drift(2, batch, time) + 0.25 * self.normal(batch, time)
        )
        sign = torch.where(mirrored, -1.0, 1.0).unsqueeze(1)
        x_scale, y_scale = WIDTH / width, HEIGHT / height
        ratio = height / width
        cos, sin = torch.cos(angle) * zoom, torch.sin(angle) * zoom
        theta = torch.stack(
            [
                torch.stack([sign * cos * aspect * x_scale, -sin * y_scale * ratio, shift_x * 2 / width], -1),
                torch.stack([sign * sin * x_scale / ratio, cos / aspect * y_scale, shift_y * 2 / height], -1),
            ],
            -2,
        ).flatten(0, 1)
        grid = functional.affine_grid(theta, [batch * time, 1, HEIGHT, WIDTH], align_corners=False)
        flat = crops.reshape(batch * time, 1, height, width)
        warped = functional.grid_sample(flat, grid, "bilinear", "border", align_corners=False)
        return warped.view(batch, time, HEIGHT, WIDTH)

    def _drift(self, size: float, batch: int, time: int) -> Tensor:
        """(B, T), a slow change over each clip."""
        return self.uniform(-size, size, batch, 1) * torch.linspace(-0.5, 0.5, time)

    def _photometric(self, mouths: Tensor) -> Tensor:
        batch = len(mouths)
        gamma = torch.exp(self.uniform(-0.5, 0.5, batch, 1, 1, 1))
        mouths = 255 * (mouths / 255).clamp(1e-3, 1) ** gamma
        coarse = self.picks(self.chances.low_resolution, batch)
        if coarse.any():
            factor = float(self.uniform(0.3, 0.8, 1))
            small = functional.interpolate(mouths[coarse], scale_factor=factor, mode="area")
            mouths[coarse] = functional.interpolate(small, (HEIGHT, WIDTH), mode="bilinear")
        noisy = self.picks(self.chances.picture_noise, batch).float().view(-1, 1, 1, 1)
        level = noisy * self.uniform(0, 10, batch, 1, 1, 1)
        mouths = mouths + level * self.normal(*mouths.shape)
        for row in self.picks(self.chances.cutout, batch).nonzero().flatten().tolist():
            high, wide = int(self.uniform(6, 20, 1)), int(self.uniform(8, 32, 1))
            top = int(self.uniform(0, HEIGHT - high, 1))
            left = int(self.uniform(0, WIDTH - wide, 1))
            mouths[row, :, top : top + high, left : left + wide] = self.uniform(0, 255, 1)
        return mouths

    def points(self, points: Tensor, mirrored: Tensor) -> Tensor:
        """(B, T, P, 2): mirrored, turned, stretched, given another face's proportions and jitter."""
        batch, time, count, _ = points.shape
        flipped = points[:, :, MIRROR] * torch.tensor([-1.0, 1.0])
        points = torch.where(mirrored.view(-1, 1, 1, 1), flipped, points)
        angle = self.uniform(-0.1, 0.1, batch)
        turn = torch.stack([torch.cos(angle), -torch.sin(angle), torch.sin(angle), torch.cos(angle)], -1)
        stretch = self.uniform(0.85, 1.15, batch, 1, 1, 2)
        points = torch.einsum("btpi,bji->btpj", points, turn.view(batch, 2, 2)) * stretch
        points = points + 0.08 * self.normal(batch, 1, 1, 2) + 0.025 * self.normal(batch, 1, count, 2)
        jitter = self.uniform(0.0, 0.008, batch, 1, 1, 1)
        return points + jitter * self.normal(batch, time, count, 2)

    def keep(self, batch: int) -> Tensor:
        """(B, 2) modality dropout: the picture or the points vanish, never both; what stays is not scaled."""
        keep = torch.ones(batch, 2)
        picture = self.picks(self.chances.drop_picture, batch)
        keep[picture, 0] = 0
        keep[self.picks(self.chances.drop_points, batch) & ~picture, 1] = 0
        return keep

    def audio(self, mel: Tensor) -> Tensor:
        """(B, C, M) log-mel: reverberation, babble, noise, colour, loudness and masks."""
        batch, columns, mels = mel.shape
        mel = self._reverberate(mel)
        level = mel.mean((1, 2), keepdim=True)
        babble = mel.roll(1, 0).flip(1) - level.roll(1, 0) + level
        ratio = self.uniform(0, 25, batch, 1, 1) * DECIBEL
        mel = self._add(mel, babble - ratio, self.chances.babble)
        position = torch.linspace(-1, 1, mels)
        loud = torch.logsumexp(mel, (1, 2), keepdim=True) - float(np.log(columns * mels))
        noise = (
            loud - self.uniform(0, 45, batch, 1, 1) * DECIBEL + self.uniform(-2, 2, batch, 1, 1) * position
        )
        noise = noise + 0.4 * self.normal(batch, columns, mels)
        mel = self._add(mel, noise, self.chances.noise)
        colour = functional.interpolate(0.7 * self.normal(batch, 1, 8), mels, mode="linear")
        mel = mel + colour + self.uniform(-1.5, 1.5, batch, 1, 1) * position
        mel = mel + self.uniform(-18, 12, batch, 1, 1) * DECIBEL
        mel = self._mask(mel)
        return torch.logaddexp(mel, torch.tensor(float(np.log(POWER_FLOOR))))

    def _add(self, mel: Tensor, other: Tensor, chance: float) -> Tensor:
        chosen = self.picks(chance, len(mel)).view(-1, 1, 1)
        return torch.where(chosen, torch.logaddexp(mel, other), mel)

    def _reverberate(self, mel: Tensor) -> Tensor:
        chosen = self.picks(self.chances.reverberation, len(mel))
        if not chosen.any():
            return mel
        count = int(chosen.sum())
        lag = torch.arange(24.0)
        seconds = self.uniform(0.1, 0.6, count, 1)
        tail = torch.exp(-13.8 * lag * 0.01 / seconds) * self.uniform(0.05, 0.5, count, 1)
        tail[:, 0] = 1.0
        power = mel[chosen].exp().permute(2, 0, 1)
        padded = functional.pad(power, (len(lag) - 1, 0))
        wet = functional.conv1d(padded, tail.flip(1).unsqueeze(1), groups=count)
        mel = mel.clone()
        mel[chosen] = wet.permute(1, 2, 0).clamp_min(POWER_FLOOR).log()
        return mel

    def _mask(self, mel: Tensor) -> Tensor:
        batch, columns, mels = mel.shape
        floor = mel.amin((1, 2), keepdim=True)
        time, band = torch.arange(columns).view(1, -1, 1), torch.arange(mels).view(1, 1, -1)
        start = self.uniform(0, columns, batch, 1, 1)
        hidden = (time >= start) & (time < start + self.uniform(4, 16, batch, 1, 1))
        hidden &= self.picks(self.chances.mask_time, batch).view(-1, 1, 1)
        for _ in range(2):
            low = self.uniform(0, mels, batch, 1, 1)
            strip = (band >= low) & (band < low + self.uniform(2, 10, batch, 1, 1))
            hidden = hidden | (strip & self.picks(self.chances.mask_frequency, batch).view(-1, 1, 1))
        above = band >= self.uniform(mels * 0.6, mels, batch, 1, 1)
        hidden = hidden | (above & self.picks(self.chances.low_pass, batch).view(-1, 1, 1))
        return torch.where(hidden, floor, mel)
