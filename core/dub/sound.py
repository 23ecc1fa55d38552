"""The new sound on the picture's clock: how long it lasts beside the picture, and its samples."""

from contextlib import closing

import numpy as np
from numpy.typing import NDArray

from liptune.core.errors import NoSpeech
from liptune.core.media.inventory.losses import WHOLE_FILE, Loss, Lost
from liptune.core.media.laying import later_seconds, picture_begins
from liptune.core.media.probe.probe import require_audio, require_video
from liptune.core.media.read.audio import decode_audio
from liptune.core.media.sounds import Sound
from liptune.core.media.types import SAMPLE_RATE, MediaInfo

SHORTEST_SECONDS = 1.0
"""Of sound beside the picture: less cannot be measured."""

NOTICED_SECONDS = 0.1


def require_length(sound: MediaInfo, picture: MediaInfo) -> None:
    """Raises `NoSpeech` where too little of the sound, as it is laid, is heard while the picture lasts."""
    begins = max(0.0, later_seconds(sound))
    heard = min(ends_seconds(sound), _lasts_seconds(picture)) - begins
    if heard < SHORTEST_SECONDS:
        raise NoSpeech(
            f"Only {max(0.0, heard):.1f} s of the new sound are heard while the picture lasts; a dub needs "
            f"{SHORTEST_SECONDS:.0f} s.",
            remedy="Give a longer sound.",
            details={"seconds": round(max(0.0, heard), 2)},
        )


def ends_seconds(sound: MediaInfo) -> float:
    """When the sound, as it is laid, ends after the picture's begin."""
    return later_seconds(sound) + require_audio(sound).duration_seconds


def outlasts(sound: MediaInfo, picture: MediaInfo) -> bool:
    """Whether there is sound after the picture, which is to be left out."""
    return ends_seconds(sound) - _lasts_seconds(picture) > NOTICED_SECONDS


def lost_in_length(sound: MediaInfo, picture: MediaInfo) -> frozenset[Loss]:
    """What is not heard, or silent, because sound and picture are not of one length."""
    over = ends_seconds(sound) - _lasts_seconds(picture)
    if abs(over) <= NOTICED_SECONDS:
        return frozenset()
    return frozenset({Loss(WHOLE_FILE, Lost.SOUND_CUT if over > 0 else Lost.SILENCE, f"{abs(over):.1f}")})


def samples_of(sound: MediaInfo, chosen: Sound, picture: MediaInfo) -> NDArray[np.float32]:
    """(S,) at 16 kHz, the first at the picture's first frame, until the picture's end.

    Raises as `decode_audio`.
    """
    wanted = round(_lasts_seconds(picture) * SAMPLE_RATE)
    begins = picture_begins(sound, chosen.stream)
    samples, filled = np.zeros(wanted, np.float32), 0
    with closing(decode_audio(sound, origin_seconds=begins, sound=chosen)) as chunks:
        for chunk in chunks:
            part = chunk[: wanted - filled]
            samples[filled : filled + len(part)] = part
            filled += len(part)
            if filled == wanted:
                break
    return samples[:filled]


def _lasts_seconds(picture: MediaInfo) -> float:
    return require_video(picture).duration_seconds
