"""Which codecs of sound give back what they were given."""

ENCODED = frozenset({"flac", "alac", "wavpack", "tta"})
"""Beside PCM: those that ffmpeg encodes."""

_OTHERS = frozenset({"truehd", "mlp", "ape", "wmalossless", "shorten", "als", "ralf", "tak"})


def is_lossless(codec: str) -> bool:
    """Whether sound in the codec is kept as it is, but for its depth."""
    return codec.startswith("pcm_") or codec in ENCODED | _OTHERS
