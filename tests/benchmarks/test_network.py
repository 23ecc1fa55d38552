from collections.abc import Callable

import numpy as np
import pytest

from benchmarks import network
from benchmarks.network import network_speed
from liptune.core.engines.protocol import SyncEngine
from tests.core.engines.test_published_engines import stable_syncnet, syncnet_v2
from tests.engines import NoiseEngine


@pytest.mark.parametrize("make", [NoiseEngine, stable_syncnet, syncnet_v2])
def test_every_engine_can_be_timed(make: Callable[[], SyncEngine], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "SPEED_SECONDS", 0.0)
    monkeypatch.setattr(network, "FIRST_FRAMES", 20)
    found = network_speed(make())
    assert 0 < found["both_fps"] < min(found["visual_fps"], found["audio_fps"])
    np.testing.assert_allclose(1 / found["both_fps"], 1 / found["visual_fps"] + 1 / found["audio_fps"])


def test_the_number_of_frames_grows_until_it_can_be_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("benchmarks.network.time.perf_counter", lambda: clock[0])
    asked: list[int] = []

    def work(frames: int) -> None:
        asked.append(frames)
        clock[0] += frames / 100

    assert network._rate(work) == pytest.approx(100)
    assert asked == [32, 64, 128]
