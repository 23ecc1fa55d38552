"""The network that hears which shape a mouth has: log-mel and prosody to coefficients of shapes, in numpy.

Nothing looks further than ``CONTEXT`` frames to either side, so a sound can be heard in blocks. ``valid``
masks mark what lies within the sound, as in `core.engines.lite.network`. Prosody has no say of its own: its
embedding scales and shifts what the hidden layers make of the sound (FiLM; Perez et al. 2018).
``training.articulation.network`` is the same in torch.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from liptune.core.engines.lite.layers import Affine, Convolution, InTime, Rows, State, relu
from liptune.core.engines.lite.network import SOUND_STRIDES, frames_of

SOUND_REACH = 12
"""Frames of sound to either side that a shape depends on: half a second."""

CONTEXT = 21
"""Of its prosody, which is heard over a second and scales layers that look further."""

DILATIONS = ((1, 2), (3, 4))
"""Of the pairs of convolutions over three frames; ten more frames."""

PROSODY_DILATIONS = (1, 3, 8)

Valid = NDArray[np.bool_]


@dataclass(frozen=True)
class Member:
    """One network, from sound and prosody to numbers a frame."""

    sound: tuple[Convolution, ...]
    enter: Affine
    prosody: tuple[InTime, ...]
    films: tuple[Affine, ...]
    blocks: tuple[tuple[InTime, InTime], ...]
    leave: Affine

    @classmethod
    def read(cls, state: State, name: str) -> Self:
        """By its name."""
        sound = [
            Convolution.read(state, f"{name}.sound.{at}.0", f"{name}.sound.{at}.1", stride)
            for at, stride in enumerate(SOUND_STRIDES)
        ]
        prosody = [
            InTime.read(state, f"{name}.prosody.{at}", dilation=each)
            for at, each in enumerate(PROSODY_DILATIONS)
        ]
        blocks = [
            (
                InTime.read(state, f"{name}.blocks.{at}.0.0", f"{name}.blocks.{at}.0.1", first),
                InTime.read(state, f"{name}.blocks.{at}.1.0", f"{name}.blocks.{at}.1.1", second),
            )
            for at, (first, second) in enumerate(DILATIONS)
        ]
        films = [Affine.read(state, f"{name}.films.{at}") for at in range(2 * len(DILATIONS))]
        enter = Affine.read(state, f"{name}.enter.0", f"{name}.enter.1")
        leave = Affine.read(state, f"{name}.leave")
        return cls(tuple(sound), enter, tuple(prosody), tuple(films), tuple(blocks), leave)

    def __call__(self, mel: Rows, prosody: Rows | None, valid: Valid) -> Rows:
        """(4T, mels), (T, features) or None for speech without one, (T,) to (T, outputs)."""
        mask = valid[:, None].astype(np.float32)
        films = self._films(prosody, mask)
        hidden = relu(self.enter(frames_of(mel, self.sound, valid))) * mask
        for at, (first, second) in enumerate(self.blocks):
            inner = relu(_filmed(first(hidden), films[2 * at])) * mask
            hidden = relu(hidden + _filmed(second(inner), films[2 * at + 1])) * mask
        return self.leave(hidden)

    def _films(self, prosody: Rows | None, mask: Rows) -> list[Rows | None]:
        """(T, 2 · width) each."""
        if prosody is None:
            return [None] * len(self.films)
        embedded = prosody * mask
        for layer in self.prosody:
            embedded = relu(layer(embedded)) * mask
        return [film(embedded) for film in self.films]


@dataclass(frozen=True)
class Network:
    """Members that began differently, whose answers are averaged, and the shapes they speak in.

    ``shapes``: (K, P, 2), principal components of displacements from a speaker's mean, in its reach.
    """

    members: tuple[Member, ...]
    shapes: Rows

    @classmethod
    def read(cls, state: State) -> Self:
        """Of ``members.0`` and so on, and ``shapes``."""
        names = sorted({".".join(key.split(".")[:2]) for key in state if key.startswith("members.")})
        shapes = state["shapes"]
        return cls(tuple(Member.read(state, name) for name in names), shapes.reshape(len(shapes), -1, 2))

    def __call__(self, mel: Rows, prosody: Rows | None, valid: Valid) -> tuple[Rows, Rows]:
        """(4T, mels), (T, features) or None, (T,) to (T, P, 2) displacements in the speaker's reach, and (T,)
        how surely the lips are closed, 0 … 1."""
        told = np.mean([member(mel, prosody, valid) for member in self.members], axis=0)
        moved = np.tensordot(told[:, :-1], self.shapes, 1)
        return np.asarray(moved, np.float32), np.asarray(1 / (1 + np.exp(-told[:, -1])), np.float32)


def _filmed(rows: Rows, film: Rows | None) -> Rows:
    """Scaled by one more than the first half of ``film``, shifted by the other."""
    if film is None:
        return rows
    scale, shift = np.split(film, 2, axis=1)
    return rows * (1 + scale) + shift
