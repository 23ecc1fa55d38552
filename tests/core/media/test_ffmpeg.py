import os
import stat
from contextlib import closing
from pathlib import Path

import pytest

from liptune.core.errors import Canceled, MediaUnreadable, TimedOut
from liptune.core.media.ffmpeg import Child
from liptune.core.media.probe.probe import probe
from liptune.core.media.read.decode import decode_frames
from liptune.core.media.types import FrameBatch


def children() -> set[str]:
    """Ids of this process's children, the ended but unreaped included."""
    listed = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return {child for tasks in listed for child in tasks.read_text().split()}


def interrupt(_batch: FrameBatch) -> None:
    raise TimeoutError


def script(folder: Path, body: str) -> str:
    path = folder / "ffmpeg"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="lists processes through /proc")
def test_abandoned_decoding_leaves_no_child(clip: Path) -> None:
    before = children()
    frames = decode_frames(probe(clip), side=64, colour="gray", batch=2)
    next(frames)
    assert children() != before
    frames.close()
    assert children() == before


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="lists processes through /proc")
def test_an_error_between_batches_leaves_no_child(clip: Path) -> None:
    before = children()
    with pytest.raises(TimeoutError), closing(decode_frames(probe(clip), side=64, colour="gray")) as frames:
        interrupt(next(frames))
    assert children() == before


def test_a_stalled_child_is_ended(tmp_path: Path) -> None:
    sleeper = Child([script(tmp_path, "exec sleep 60")], tmp_path / "x.mp4", stall_seconds=0.2)
    with sleeper as child, pytest.raises(TimedOut):
        child.read_into(memoryview(bytearray(10)))


@pytest.mark.parametrize("waiting", ["reading", "ending"])
def test_whoever_waits_for_a_child_can_be_stopped(waiting: str, tmp_path: Path) -> None:
    beats = 0

    def stop() -> None:
        nonlocal beats
        beats += 1
        if beats == 2:
            raise Canceled("enough")

    sleeper = Child([script(tmp_path, "exec sleep 60")], tmp_path / "x.mp4", heartbeat=stop)
    with sleeper as child, pytest.raises(Canceled):
        child.read_into(memoryview(bytearray(10))) if waiting == "reading" else child.finish()
    assert beats == 2


def test_a_child_that_dribbles_is_ended_at_its_limit(tmp_path: Path) -> None:
    dribble = script(tmp_path, "while :; do echo x; sleep 0.05; done")
    with Child([dribble], tmp_path / "x.mp4", limit_seconds=0.4) as child, pytest.raises(TimedOut):
        list(child.chunks())


def test_a_flood_of_messages_neither_blocks_nor_grows(tmp_path: Path) -> None:
    flood = script(tmp_path, "yes message | head -c 3000000 >&2; echo last words >&2; echo done")
    with Child([flood], tmp_path / "x.mp4") as child:
        assert b"".join(child.chunks()) == b"done\n"
        assert child.finish() == 0
        assert child.stderr.endswith("last words")
        assert len(child.stderr) <= 4096


def test_a_killed_child_is_an_error_with_its_last_words(
    tmp_path: Path, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = probe(clip)
    script(tmp_path, f"head -c 40000 /dev/zero; echo died at {clip} >&2; kill -9 $$")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(MediaUnreadable, match="died at input"):
        list(decode_frames(info, side=64, colour="gray"))


def test_the_environment_and_input_stay_away(tmp_path: Path) -> None:
    with Child([script(tmp_path, "cat; echo end")], tmp_path / "x.mp4", limit_seconds=5) as child:
        assert b"".join(child.chunks()) == b"end\n"
