import json
from dataclasses import asdict, replace

from liptune.core.engines.lite.weights_file import weights_sha256
from liptune.core.sync.calibration import Calibration, calibration_of, uncalibrated
from liptune.core.sync.null import Prior
from tests.core.sync.analyses import ENGINE


def test_the_bundled_weights_are_the_ones_that_were_calibrated() -> None:
    shipped = replace(ENGINE, id="lite", weights_sha256=weights_sha256())
    assert calibration_of(shipped).weights_sha256 == weights_sha256()


def test_other_weights_fall_back_on_the_clips_own_null() -> None:
    assert calibration_of(replace(ENGINE, id="lite", weights_sha256="0" * 64)).prior is None
    assert calibration_of(ENGINE) == uncalibrated(normalised=True)


def test_a_calibration_is_read_as_it_was_written() -> None:
    known = Calibration(0.01, 1.1, Prior(0.3, 20.0), "ab" * 32)
    assert Calibration.parse(json.dumps(asdict(known))) == known
