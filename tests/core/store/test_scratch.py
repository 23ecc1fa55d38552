import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from liptune.core.store.scratch import Scratch

HOLD = """
import sys, time
from pathlib import Path
from liptune.core.store.scratch import Scratch
opened = Scratch.open(Path(sys.argv[1]))
(opened.path / "half").write_text("half")
print("held", flush=True)
time.sleep(600)
"""


def folders(root: Path) -> list[Path]:
    return [path for path in root.iterdir() if path.is_dir()]


def test_what_a_killed_process_left_goes_when_the_next_begins(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        mine = Scratch.open(tmp_path)
        assert len(list(tmp_path.glob("*/half"))) == 1
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    other = Scratch.open(tmp_path)
    assert set(folders(tmp_path)) == {mine.path, other.path}
    mine.close()
    other.close()
    assert folders(tmp_path) == []


def test_those_who_open_at_once_leave_each_other_alone(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: Scratch.open(tmp_path), range(24)))
    assert set(folders(tmp_path)) == {scratch.path for scratch in opened}
    for scratch in opened:
        scratch.close()
