"""The shapes that a sound asks of a face.

>>> speech = spoken(samples, speaker_of(landmarks))
>>> placed(speech.points, poses(landmarks))  # in pixels, as many frames as both have
"""

import numpy as np
from numpy.typing import NDArray

from liptune.core.articulation.hearing import Asked, Heard, asked_by, heard_in
from liptune.core.articulation.lips import centred, parted, pressed, rested
from liptune.core.articulation.loudness import speaking
from liptune.core.articulation.network import Network
from liptune.core.articulation.speaker import reach
from liptune.core.articulation.types import Speaker, Speech
from liptune.core.articulation.weights import bundled

AS_HEARD = 0.5
"""The expression with which prosody moves the face as far as the network says."""


def spoken(samples: NDArray[np.float32], speaker: Speaker, expression: float = AS_HEARD) -> Speech:
    """How the speaker would say it: ceil(S / 640) frames of (S,) samples at 16 kHz.

    ``expression``: 0 … 1, how far prosody moves the face: not at all, as heard, twice as far. In pauses of
    0.3 s and more the mouth rests closed. Samples that are no numbers count as silence. Raises
    EngineUnavailable where the weights are missing.
    """
    network, heard = bundled(), heard_in(samples)
    asked = _expressed(heard, network, expression)
    speaks = speaking(heard.prosody.energy)
    points = speaker.mean + np.float32(reach(speaker)) * centred(asked.moved, speaks)
    drawn = pressed(parted(points), asked.closed, speaker)
    return Speech(rested(drawn, speaks, speaker), speaks, heard.prosody)


def _expressed(heard: Heard, network: Network, expression: float) -> Asked:
    """Between what is asked without prosody and twice as far as it goes with it."""
    lively = asked_by(heard, network)
    if expression == AS_HEARD:
        return lively
    flat, share = asked_by(heard, network, prosody=False), np.float32(expression / AS_HEARD)
    return Asked(flat.moved + share * (lively.moved - flat.moved), lively.closed)
