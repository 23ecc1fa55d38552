from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.typing import NDArray

from liptune.core.engines.batches import BATCHES, Batches, noted
from liptune.core.engines.lite.branches import BLOCK
from liptune.core.engines.lite.engine import load
from liptune.core.engines.protocol import SyncEngine
from tests.core.engines.test_lite import faces
from tests.core.engines.test_published_engines import embed, stable_syncnet, syncnet_v2, track

SOUND = np.zeros(640 * 30, np.float32)


def doubled(inputs: NDArray[np.float32]) -> NDArray[np.float32]:
    if not len(inputs):
        raise ValueError("nothing to embed")
    return 2 * inputs


def test_calls_are_noted_by_their_size_and_once() -> None:
    BATCHES.take()
    embed = noted("mine", "faces", doubled)
    for rows in (3, 5, 3):
        np.testing.assert_array_equal(embed(np.ones((rows, 2), np.float32)), np.full((rows, 2), 2))
    with pytest.raises(ValueError, match="nothing"):
        embed(np.ones((0, 2), np.float32))
    assert BATCHES.take() == {("mine", "faces", 3): 2, ("mine", "faces", 5): 1}
    assert BATCHES.take() == {}


def test_threads_note_together() -> None:
    batches = Batches()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: batches.note("mine", "sound", 1), range(2000)))
    assert batches.take() == {("mine", "sound", 1): 2000}


@pytest.mark.parametrize("make", [syncnet_v2, stable_syncnet])
def test_a_published_engine_notes_every_window(make: Callable[[], SyncEngine]) -> None:
    engine = make()
    BATCHES.take()
    embed(engine, track(engine, 20), 20)
    engine.embed_audio([SOUND])
    calls = BATCHES.take()
    assert {(name, branch) for name, branch, _ in calls} == {(engine.id, "faces"), (engine.id, "sound")}
    windows = sum(size * times for (_, branch, size), times in calls.items() if branch == "faces")
    assert windows == 20 - engine.window + 1


def test_the_bundled_engine_notes_frames_in_blocks() -> None:
    engine = load()
    BATCHES.take()
    embed(engine, faces(2 * BLOCK + 3), 50)
    engine.embed_audio([SOUND])
    expected = {("lite", "faces", BLOCK): 2, ("lite", "faces", 3): 1, ("lite", "sound", 30): 1}
    assert BATCHES.take() == expected
