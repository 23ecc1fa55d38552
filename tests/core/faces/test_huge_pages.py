import subprocess
import sys
from pathlib import Path

import pytest

from liptune.core.faces.huge_pages import gather_heap

MODES = Path("/sys/kernel/mm/transparent_hugepage/enabled")

CODE = """
from pathlib import Path
from liptune.core.faces.dlib68 import predictor
from liptune.core.faces.huge_pages import gather_heap
def huge():
    rollup = Path('/proc/self/smaps_rollup').read_text()
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith('AnonHugePages'))
predictor()
print(gather_heap(), huge())
"""


@pytest.mark.skipif(
    not MODES.exists() or "[never]" in MODES.read_text(), reason="the system has no huge pages to give"
)
def test_the_landmark_model_lies_in_huge_pages() -> None:
    ended = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    given, kilobytes = ended.stdout.split()
    if given == "False":
        pytest.skip("the kernel does not make huge pages on demand")
    assert int(kilobytes) > 32 * 1024


def test_a_heap_that_is_moved_together_keeps_its_content() -> None:
    words = [str(number) * 7 for number in range(200_000)]
    gather_heap()
    assert words == [str(number) * 7 for number in range(200_000)]
