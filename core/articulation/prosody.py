"""How something is said: pitch, energy, spectral tilt and rate, a value a frame, and the same as features."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from liptune.core.articulation.pitch import pitch
from liptune.core.articulation.types import Prosody
from liptune.core.engines.features import COLUMNS_PER_FRAME, F_MAX, F_MIN, N_FFT, N_MELS
from liptune.core.engines.mel_filters import mel_filters
from liptune.core.media.decibels import SILENCE_DBFS, dbfs
from liptune.core.media.types import SAMPLE_RATE, SAMPLES_PER_FRAME
from liptune.core.plan.syllables import syllable_rate

LOUD_PERCENTILE = 95
SPEECH_DB = 25.0
"""Speech lies within so many dB of its loudest frames."""

FEATURES = 5
USUAL_RATE = 4.0
"""Syllables a second."""

TILT_FROM, TILT_TO = 200.0, 5000.0
"""Hz between which the tilt is taken."""


def prosody_of(samples: NDArray[np.float32], mel: NDArray[np.float32]) -> Prosody:
    """Of (S,) samples at 16 kHz and their log-mel columns, (4·T, mels)."""
    energy = levels(samples)
    return Prosody(
        f0=pitch(samples),
        energy=energy,
        tilt=_tilt(mel),
        rate=syllable_rate(energy).astype(np.float32) if len(energy) else energy,
    )


def levels(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """(ceil(S / 640),) dBFS of each frame."""
    power = [np.square(frames).mean(1) for frames in _framed(samples)]
    return dbfs(np.concatenate([np.zeros(0), *power])).astype(np.float32)


def loud(energy: NDArray[np.float32]) -> float:
    """dBFS of the loudest speech."""
    return float(np.percentile(energy, LOUD_PERCENTILE)) if len(energy) else SILENCE_DBFS


def features(prosody: Prosody) -> NDArray[np.float32]:
    """(T, FEATURES) of order one, normalised by the speaker: octaves above its middle pitch, whether there is
    a voice, level below the loudest, tilt and rate against the usual."""
    voiced = prosody.f0 > 0
    speech = prosody.energy > loud(prosody.energy) - SPEECH_DB
    octaves = np.zeros(len(voiced), np.float32)
    if voiced.any():
        octaves[voiced] = np.log2(prosody.f0[voiced] / np.median(prosody.f0[voiced]))
    usual_tilt = np.median(prosody.tilt[speech]) if speech.any() else 0.0
    told = (
        2 * octaves.clip(-1, 1),
        voiced.astype(np.float32),
        ((prosody.energy - loud(prosody.energy)) / 20 + 0.5).clip(-2, 1),
        ((prosody.tilt - usual_tilt) / 6).clip(-2, 2),
        (prosody.rate - USUAL_RATE) / 3,
    )
    return np.stack(told, axis=1).astype(np.float32)


def _framed(samples: NDArray[np.float32], block: int = 1024) -> Iterator[NDArray[np.float64]]:
    span = block * SAMPLES_PER_FRAME
    for begin in range(0, len(samples), span):
        part = samples[begin : begin + span].astype(np.float64)
        yield np.pad(part, (0, -len(part) % SAMPLES_PER_FRAME)).reshape(-1, SAMPLES_PER_FRAME)


def _tilt(mel: NDArray[np.float32]) -> NDArray[np.float32]:
    """(T,) dB an octave: the slope of a straight line through the bands of a frame."""
    filters = mel_filters(N_FFT, N_MELS, F_MIN, F_MAX)
    hertz = filters @ np.linspace(0, SAMPLE_RATE / 2, filters.shape[1]) / filters.sum(1)
    used = (hertz >= TILT_FROM) & (hertz <= TILT_TO)
    octaves = np.log2(hertz[used])
    away = octaves - octaves.mean()
    decibels = mel.reshape(-1, COLUMNS_PER_FRAME, N_MELS)[:, :, used].mean(1) * (10 / np.log(10))
    return np.asarray(decibels @ (away / (away @ away)), np.float32)
