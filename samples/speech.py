"""Speech with the time of every phoneme, from libespeak-ng."""

import ctypes
from collections.abc import Iterable
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

import numpy as np
from numpy.typing import NDArray

LIBRARY = "libespeak-ng.so.1"
VOICE = b"en-us+f2"
WORDS_PER_MINUTE = 140

# Values of espeak-ng's speak_lib.h.
_AUDIO_OUTPUT_RETRIEVAL = 1
_INITIALIZE_PHONEME_EVENTS = 1
_RATE = 1
_CHARS_UTF8 = 1
_EVENT_LIST_TERMINATED = 0
_EVENT_PHONEME = 7
_BUFFER_MS = 500


class _EventId(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    )


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


@dataclass(frozen=True)
class Phoneme:
    """A phoneme in espeak-ng's own notation, from ``start`` to ``end`` in seconds."""

    name: str
    start: float
    end: float


@dataclass(frozen=True)
class Speech:
    """``samples``: (n,) float32 in -1 … 1 at ``rate`` Hz."""

    samples: NDArray[np.float32]
    rate: int
    phonemes: tuple[Phoneme, ...]

    def after_silence(self, seconds: float) -> "Speech":
        """Returns the same speech, later by a whole number of samples."""
        gap = np.zeros(round(seconds * self.rate), np.float32)
        delay = len(gap) / self.rate
        moved = tuple(Phoneme(p.name, p.start + delay, p.end + delay) for p in self.phonemes)
        return Speech(np.concatenate([gap, self.samples]), self.rate, moved)


class _Recorder:
    """Collects what espeak-ng hands to its callback."""

    def __init__(self) -> None:
        self.chunks: list[NDArray[np.int16]] = []
        self.starts: list[tuple[int, str]] = []

    def __call__(self, wave: Any, count: int, events: Any) -> int:
        if wave and count > 0:
            self.chunks.append(np.ctypeslib.as_array(wave, shape=(count,)).copy())
        position = 0
        while events[position].type != _EVENT_LIST_TERMINATED:
            event = events[position]
            if event.type == _EVENT_PHONEME:
                self.starts.append((event.sample, event.id.string.decode()))
            position += 1
        return 0


def speak(text: str, voice: bytes = VOICE, words_per_minute: int = WORDS_PER_MINUTE) -> Speech:
    """Says ``text``. ``voice``: by espeak-ng's name.

    Needs the Debian package espeak-ng; raises OSError without it.
    """
    library = ctypes.CDLL(LIBRARY)
    rate = library.espeak_Initialize(_AUDIO_OUTPUT_RETRIEVAL, _BUFFER_MS, None, _INITIALIZE_PHONEME_EVENTS)
    recorder = _Recorder()
    callback = _Callback(recorder)
    library.espeak_SetSynthCallback(callback)
    library.espeak_SetVoiceByName(voice)
    library.espeak_SetParameter(_RATE, words_per_minute, 0)
    encoded = text.encode()
    library.espeak_Synth(encoded, len(encoded) + 1, 0, 1, 0, _CHARS_UTF8, None, None)
    library.espeak_Synchronize()
    return _speech(recorder, rate)


def speak_each(said: Iterable[tuple[Any, ...]]) -> list[Speech]:
    """What `speak` says of each of these arguments; espeak-ng, which survives no second beginning, is begun
    anew for each, in a process of its own."""
    with get_context("fork").Pool(1, maxtasksperchild=1) as pool:
        return pool.starmap(speak, said, chunksize=1)


def _speech(recorder: _Recorder, rate: int) -> Speech:
    samples = np.concatenate(recorder.chunks).astype(np.float32) / np.float32(32768)
    starts = [sample / rate for sample, _ in recorder.starts] + [len(samples) / rate]
    names = [name for _, name in recorder.starts]
    spans = zip(names, starts[:-1], starts[1:], strict=True)
    return Speech(samples, rate, tuple(Phoneme(n, s, e) for n, s, e in spans if e > s))
