"""The lite network: two convolutional branches that give one unit vector per 25 fps frame.

It runs in numpy: it is small, and a network library would take longer to load than it to run. Nothing looks
further than ``CONTEXT`` frames to either side, so a clip can be embedded in blocks. ``valid`` masks mark what
lies within the clip; features outside are zeroed before every layer that looks across time, which makes a
block with context equal to the whole. ``training.network`` is the same in torch.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from liptune.core.engines.lite.crop import HEIGHT, WIDTH
from liptune.core.engines.lite.layers import Affine, Convolution, InTime, Rows, State, relu

STEM_RADIUS = 2
STEM_FRAMES = 2 * STEM_RADIUS + 1
CONTEXT = 8
CELL = 2
THUMBNAIL = (HEIGHT // CELL, WIDTH // CELL)
HEAD_BLOCKS = 2
# Gains of positions and of moves between frames that bring both to order one.
PICTURE_GAINS = (1.0, 2.5)
POINT_GAINS = (3.0, 12.0)
CONTRAST_FLOOR = 4.0
# Log-mel that is brought to order one: (mel + MEL_SHIFT) / MEL_SCALE.
MEL_SHIFT = 4.0
MEL_SCALE = 4.0
PICTURE_STRIDES = ((2, 2), (2, 2), (2, 2))
# Of (bands, columns).
SOUND_STRIDES = ((2, 1), (2, 2), (2, 1), (2, 2))

Valid = NDArray[np.bool_]


@dataclass(frozen=True)
class Head:
    """Residual pairs of 3-frame convolutions, then the unit vector."""

    enter: Affine
    blocks: tuple[tuple[InTime, InTime], ...]
    leave: Affine

    @classmethod
    def read(cls, state: State, name: str) -> Self:
        """Of a branch, by its name."""
        blocks = [
            (_block(state, f"{name}.blocks.{block}.0"), _block(state, f"{name}.blocks.{block}.1"))
            for block in range(HEAD_BLOCKS)
        ]
        enter = Affine.read(state, f"{name}.enter.0", f"{name}.enter.1")
        return cls(enter, tuple(blocks), Affine.read(state, f"{name}.leave"))

    def __call__(self, frames: Rows, valid: Valid) -> Rows:
        """(T, inputs) and (T,) to (T, embedding)."""
        mask = valid[:, None].astype(np.float32)
        features = relu(self.enter(frames)) * mask
        for first, second in self.blocks:
            inner = relu(first(features)) * mask
            features = relu(features + second(inner)) * mask
        vectors = self.leave(features)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-12), np.float32)


@dataclass(frozen=True)
class Seeing:
    """Mouth pictures, and lip points where the network was trained with them, to one vector per frame."""

    picture: tuple[Convolution, ...]
    picture_out: Affine
    points: tuple[Affine, ...]
    head: Head

    @classmethod
    def read(cls, state: State, name: str) -> Self:
        """Of a member, by its name."""
        picture, points = f"{name}.picture", f"{name}.points"
        layers = [
            Convolution.read(state, f"{picture}.layers.{at}.0", f"{picture}.layers.{at}.1", stride)
            for at, stride in enumerate(PICTURE_STRIDES)
        ]
        leave = Affine.read(state, f"{picture}.leave.0", f"{picture}.leave.1")
        shapes = [
            Affine.read(state, f"{points}.{at}", f"{points}.{at + 1}")
            for at in (0, 3)
            if f"{points}.{at}.weight" in state
        ]
        return cls(
            tuple(layers), _channels_last(leave, layers[-1]), tuple(shapes), Head.read(state, f"{name}.head")
        )

    def __call__(self, looks: Rows, moves: Rows, valid: Valid) -> Rows:
        """``motion`` of thumbnails (T, h, w, 5) and of points (T, 5·2·P), (T,) to (T, embedding)."""
        maps = looks
        for layer in self.picture:
            maps = relu(layer(maps))
        seen = [relu(self.picture_out(maps.reshape(len(maps), -1)))]
        if self.points:
            shape = moves
            for affine in self.points:
                shape = relu(affine(shape))
            seen.append(shape)
        return self.head(np.concatenate(seen, axis=1), valid)


def frames_of(mel: Rows, layers: Iterable[Convolution], valid: Valid) -> Rows:
    """(4T, mels) log-mel as convolutions over (bands, columns) see it, a row a frame, (T, features)."""
    maps = ((mel + MEL_SHIFT) / MEL_SCALE).T[None, :, :, None]
    for layer in layers:
        mask = np.repeat(valid, maps.shape[2] // len(valid)).astype(np.float32)
        maps = relu(layer(maps * mask[:, None]))
    # As trained: channels before bands.
    return np.asarray(maps[0].transpose(1, 2, 0).reshape(len(valid), -1), np.float32)


@dataclass(frozen=True)
class Hearing:
    """Log-mel columns at 100 Hz to one vector per frame at 25 Hz."""

    layers: tuple[Convolution, ...]
    head: Head

    @classmethod
    def read(cls, state: State, name: str) -> Self:
        """Of a member, by its name."""
        layers = [
            Convolution.read(state, f"{name}.layers.{at}.0", f"{name}.layers.{at}.1", stride)
            for at, stride in enumerate(SOUND_STRIDES)
        ]
        return cls(tuple(layers), Head.read(state, f"{name}.head"))

    def __call__(self, mel: Rows, valid: Valid) -> Rows:
        """(4T, mels) log-mel and (T,) to (T, embedding)."""
        return self.head(frames_of(mel, self.layers, valid), valid)


@dataclass(frozen=True)
class Network:
    """An ensemble: the members' vectors side by side, of length 1 again.

    Networks trained from different beginnings err at different moments. The squared distance between joined
    vectors is the mean of the members' squared distances.
    """

    seeing: tuple[Seeing, ...]
    hearing: tuple[Hearing, ...]

    @classmethod
    def read(cls, state: State) -> Self:
        """Of ``members.0`` and so on."""
        names = sorted({".".join(key.split(".")[:2]) for key in state if key.startswith("members.")})
        return cls(
            tuple(Seeing.read(state, f"{name}.visual") for name in names),
            tuple(Hearing.read(state, f"{name}.audio") for name in names),
        )

    @property
    def dimension(self) -> int:
        """Numbers of a vector."""
        return sum(len(member.head.leave.bias) for member in self.seeing)

    def visual(self, mouths: Rows, points: Rows, valid: Valid) -> Rows:
        """(T, H, W) 0…255, (T, P, 2), (T,) to (T, dimension)."""
        looks = motion(thumbnails(mouths), valid, *PICTURE_GAINS)
        looks = looks.reshape(len(looks), STEM_FRAMES, *THUMBNAIL).transpose(0, 2, 3, 1)
        moves = motion(points.reshape(len(points), -1), valid, *POINT_GAINS)
        return _side_by_side([member(looks, moves, valid) for member in self.seeing])

    def audio(self, mel: Rows, valid: Valid) -> Rows:
        """(4T, mels) log-mel and (T,) to (T, dimension). The members listen at once."""
        with ThreadPoolExecutor(len(self.hearing)) as pool:
            return _side_by_side(list(pool.map(lambda member: member(mel, valid), self.hearing)))


def thumbnails(mouths: Rows) -> Rows:
    """(T, H, W) 0…255 to (T, H·W / 4): small, of zero mean and unit deviation."""
    pixels = mouths.reshape(len(mouths), -1)
    mean = pixels.mean(1, keepdims=True)
    away = pixels - mean
    deviation = np.sqrt(np.einsum("tp,tp->t", away, away) / (away.shape[1] - 1))[:, None]
    rows = away.reshape(len(mouths), THUMBNAIL[0], CELL, WIDTH).sum(2)
    cells = rows.reshape(len(mouths), -1, CELL).sum(2) / np.float32(CELL**2)
    return np.asarray(cells / (deviation + np.float32(CONTRAST_FLOOR)), np.float32)


def motion(frames: Rows, valid: Valid, position_gain: float, motion_gain: float) -> Rows:
    """What a frame is and how its neighbours differ: (T, C) to (T, 5·C), zero outside the clip."""
    present = np.pad(valid, STEM_RADIUS).astype(np.float32)[:, None]
    around = np.pad(frames, ((STEM_RADIUS, STEM_RADIUS), (0, 0)))
    count = len(frames)
    moves = [
        (around[at : at + count] - frames) * present[at : at + count] * np.float32(motion_gain)
        for at in range(STEM_FRAMES)
    ]
    moves[STEM_RADIUS] = frames * np.float32(position_gain)
    return np.concatenate(moves, axis=1)


def _block(state: State, name: str) -> InTime:
    return InTime.read(state, f"{name}.0", f"{name}.1")


def _channels_last(leave: Affine, layer: Convolution) -> Affine:
    """For maps that are laid out channels last: as trained, channels came before cells."""
    channels = len(layer.bias)
    weight = leave.weight.reshape(channels, -1, len(leave.bias)).transpose(1, 0, 2)
    return Affine(np.ascontiguousarray(weight.reshape(-1, len(leave.bias))), leave.bias)


def _side_by_side(vectors: Sequence[Rows]) -> Rows:
    return np.asarray(np.concatenate(vectors, axis=1) / np.float32(len(vectors) ** 0.5), np.float32)
