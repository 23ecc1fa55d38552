"""Where the training clips come from, and by how much the sound of each is late."""

SOURCES = ("arabic_news", "grid")
"""By the beginnings of the files' names; all others are one more source."""

OFFSET_MS = {
    "liveportrait_d10": 109.0,
    "liveportrait_d11": 25.0,
    "liveportrait_d20": -257.0,
    "real3d_01": -92.0,
}
"""Of clips that are out of sync themselves, as an engine saw them that was trained on the other sources: by
how many ms the sound is early."""

FRAME_MS = 40.0


def source_of(name: str) -> int:
    """Index of the clip's source."""
    found = (index for index, prefix in enumerate(SOURCES) if name.startswith(prefix))
    return next(found, len(SOURCES))


def delay_of(name: str) -> float:
    """By how many frames the clip's sound is late."""
    return -OFFSET_MS.get(name.rpartition(".")[0], 0.0) / FRAME_MS
