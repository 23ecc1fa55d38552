"""Runs the network over a sound of any length, block by block."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liptune.core.articulation.loudness import gain
from liptune.core.articulation.network import CONTEXT, Network
from liptune.core.articulation.prosody import features, levels, prosody_of
from liptune.core.articulation.types import Prosody
from liptune.core.engines.features import COLUMNS_PER_FRAME, N_MELS, log_mel_blocks
from liptune.core.engines.lite.branches import one_thread
from liptune.core.media.types import SAMPLE_RATE

BLOCK = 256
"""Frames."""


@dataclass(frozen=True)
class Heard:
    """A sound of T frames: (4·T, mels) log-mel at the level that the network is used to, and its prosody."""

    mel: NDArray[np.float32]
    prosody: Prosody


@dataclass(frozen=True)
class Asked:
    """What a sound asks of any face: (T, P, 2) ``moved`` from its mean in its reach, and (T,) ``closed``, how
    surely the lips are, 0 … 1."""

    moved: NDArray[np.float32]
    closed: NDArray[np.float32]


def heard_in(samples: NDArray[np.float32]) -> Heard:
    """Of (S,) samples at 16 kHz; what is no number is silence. T = ceil(S / 640)."""
    clean = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0).astype(np.float32, copy=False)
    factor = gain(levels(clean))
    chunks = (clean[at : at + SAMPLE_RATE] * factor for at in range(0, len(clean), SAMPLE_RATE))
    mel = np.concatenate([np.zeros((0, N_MELS), np.float32), *log_mel_blocks(chunks)])
    return Heard(mel, prosody_of(clean, mel))


def asked_by(heard: Heard, network: Network, *, prosody: bool = True) -> Asked:
    """What the network makes of it, with or without how it is said."""
    told = features(heard.prosody) if prosody else None
    blocks = list(_blocks(heard.mel, told, network))
    if not blocks:
        return Asked(np.zeros((0, *network.shapes.shape[1:]), np.float32), np.zeros(0, np.float32))
    moved, closed = zip(*blocks, strict=True)
    return Asked(np.concatenate(moved), np.concatenate(closed))


def _blocks(
    mel: NDArray[np.float32], prosody: NDArray[np.float32] | None, network: Network
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Blocks with as much around them as the network looks at, which makes them equal to the whole."""
    frames = len(mel) // COLUMNS_PER_FRAME
    for begin in range(0, frames, BLOCK):
        end = min(begin + BLOCK, frames)
        low, high = max(begin - CONTEXT, 0), min(end + CONTEXT, frames)
        around = None if prosody is None else prosody[low:high]
        columns = mel[COLUMNS_PER_FRAME * low : COLUMNS_PER_FRAME * high]
        with one_thread():
            moved, closed = network(columns, around, np.ones(high - low, np.bool_))
        yield moved[begin - low : end - low], closed[begin - low : end - low]
