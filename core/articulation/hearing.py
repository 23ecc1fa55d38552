"""Runs the network over a sound of any length, block by block."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liptune.core.articulation.bilabials import bundled as bilabials
from liptune.core.articulation.loudness import gain
from liptune.core.articulation.network import CONTEXT, Network
from liptune.core.articulation.prosody import features, levels, prosody_of
from liptune.core.articulation.types import Prosody
from liptune.core.engines.features import COLUMNS_PER_FRAME, N_MELS, log_mel_blocks
from liptune.core.engines.lite.branches import one_thread
from liptune.core.media.types import SAMPLE_RATE

BLOCK = 256
"""Frames."""

BILABIALS_SHARE = 0.6
"""Of the log odds of p, b and m that counts beside what the network says of closed lips. Chosen on training
clips (docs/models/articulation.md)."""

LEAST_CHANCE = 1e-6


@dataclass(frozen=True)
class Heard:
    """A sound of T frames: (4·T, mels) log-mel at the level that the network is used to, and its prosody."""

    mel: NDArray[np.float32]
    prosody: Prosody


@dataclass(frozen=True)
class Asked:
    """What a sound asks of any face: (T, P, 2) ``moved`` from its mean in its reach, and (T,) ``closed``, the
    log odds that the lips are."""

    moved: NDArray[np.float32]
    closed: NDArray[np.float32]


def heard_in(samples: NDArray[np.float32]) -> Heard:
    """Of (S,) samples at 16 kHz; what is no number is silence. T = ceil(S / 640)."""
    clean = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0).astype(np.float32, copy=False)
    mel = levelled_mel(clean)
    return Heard(mel, prosody_of(clean, mel))


def levelled_mel(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """(4·T, mels) log-mel of (S,) samples, brought to the level that the network is used to."""
    factor = gain(levels(samples))
    chunks = (samples[at : at + SAMPLE_RATE] * factor for at in range(0, len(samples), SAMPLE_RATE))
    return np.concatenate([np.zeros((0, N_MELS), np.float32), *log_mel_blocks(chunks)])


def asked_by(heard: Heard, network: Network, *, prosody: bool = True) -> Asked:
    """What the network makes of it, with or without how it is said."""
    meeting = np.float32(BILABIALS_SHARE) * bilabials()(heard.mel)
    told = features(heard.prosody) if prosody else None
    blocks = list(_blocks(heard.mel, told, network))
    if not blocks:
        return Asked(np.zeros((0, *network.shapes.shape[1:]), np.float32), np.zeros(0, np.float32))
    moved, closed = zip(*blocks, strict=True)
    chance = np.concatenate(closed).clip(LEAST_CHANCE, 1 - LEAST_CHANCE)
    return Asked(np.concatenate(moved), np.log(chance / (1 - chance)) + meeting)


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
