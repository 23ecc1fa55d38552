import os
import subprocess
import sys

import numpy as np
import pytest

from liptune.core.faces.mesh.network import POINTS, SIDE, mesh_of
from liptune.core.faces.mesh.points68 import IBUG

CODE = """
import numpy as np
from liptune.core.faces.mesh.network import SIDE, mesh_of
mesh_of(np.zeros((SIDE, SIDE), np.uint8))
"""


def test_the_runtime_says_nothing_of_itself() -> None:
    ended = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert ended.stderr == ended.stdout == ""


def test_shapes() -> None:
    points, presence = mesh_of(np.full((SIDE, SIDE), 128, np.uint8))
    assert points.shape == (POINTS, 2)
    assert presence < 0


def test_errors_are_where_they_were_afterwards(capfd: pytest.CaptureFixture[str]) -> None:
    mesh_of(np.zeros((SIDE, SIDE), np.uint8))
    os.write(2, b"still here")
    assert capfd.readouterr().err.endswith("still here")


def test_each_of_the_68_points_is_another_of_the_mesh() -> None:
    assert len(set(IBUG)) == len(IBUG) == 68
    assert max(IBUG) < POINTS
