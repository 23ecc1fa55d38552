import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[2] / "samples" / "astronaut.mp4"
SLOW = {"torch", "librosa", "matplotlib", "scipy.ndimage", "scipy.signal", "scipy.interpolate"}


def imported(code: str) -> set[str]:
    """Which of the packages that are slow to import a new process has after running the code."""
    ask = f"import sys; print('imported', *({SLOW!r} & set(sys.modules)))"
    ended = subprocess.run(
        [sys.executable, "-c", f"{code}\n{ask}"], capture_output=True, text=True, check=True
    )
    return set(ended.stdout.rpartition("imported")[2].split())


def test_the_bundled_engine_and_the_analysis_wait_for_no_slow_import() -> None:
    code = (
        "import liptune.core.operations.measure\n"
        "from liptune.core.engines.registry import load_engine\n"
        "load_engine('lite')"
    )
    assert imported(code) == set()


@pytest.mark.slow
def test_a_measurement_without_a_report_waits_for_no_slow_import() -> None:
    command = ["measure", "--json", str(SAMPLE)]
    assert imported(f"from liptune.cli.main import app\napp({command!r}, standalone_mode=False)") == set()
