"""What comes back is what went in: names, order, files, alpha, matrices, sound that outlasts the picture."""

import json
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from liptune.core.errors import RepairRefused
from liptune.core.media.clock.frames import frame_times
from liptune.core.media.inventory.losses import Lost
from liptune.core.media.inventory.read import read_headers, read_inventory
from liptune.core.media.inventory.types import Inventory
from liptune.core.media.inventory.words import Told
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.write.containers import output_suffix
from liptune.core.media.write.copy import Copy
from liptune.core.media.write.faithful import faithfully
from liptune.core.media.write.remux import shift_audio
from liptune.core.media.write.render import render_picks
from liptune.core.progress import Remembered, silent
from tests.core.media.read.test_audio import sound_of
from tests.media_factory import bursts, ffmpeg, find_bursts, numbered_video, sound_file

SECONDS, FRAMES = 1.0, 25
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-pix_fmt", "yuv420p")
Repair = Callable[[Path, Path], tuple[Told, ...]]


def moved_later(path: Path, output: Path) -> tuple[Told, ...]:
    return shift_audio(probe(path), 0.2, output).losses


def moved_earlier(path: Path, output: Path) -> tuple[Told, ...]:
    return shift_audio(probe(path), -0.2, output).losses


def redrawn(path: Path, output: Path) -> tuple[Told, ...]:
    info = probe(path)
    return render_picks(info, np.arange(len(frame_times(info).ticks)), output).losses


SHIFTS: dict[Repair, float] = {moved_later: 0.2, moved_earlier: -0.2, redrawn: 0.0}
EVERY = pytest.mark.parametrize("repair", [moved_later, moved_earlier, redrawn])


def repaired(path: Path, repair: Repair) -> tuple[Path, tuple[Told, ...]]:
    output = path.with_name(f"copy{output_suffix(probe(path))}")
    assert output.suffix == path.suffix
    return output, repair(path, output)


def described(path: Path, entries: str) -> Any:
    command = ["ffprobe", "-v", "error", "-show_entries", entries, "-of", "json", str(path)]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def names(path: Path) -> list[tuple[str, str | None, str | None, frozenset[str]]]:
    streams = read_inventory(path).streams
    return [(each.kind, each.language, each.title, each.dispositions) for each in streams]


def bilingual(path: Path, *codecs: str, titles: bool = True) -> Path:
    """German, picture, English by order; English is the default."""
    sound = sound_file(path.with_name("x.wav"), bursts([0.4], SECONDS))
    marks = ["-metadata:s:0", "language=ger", "-metadata:s:2", "language=eng"]
    marks += ["-metadata:s:0", "title=Deutsch"] if titles else []
    numbered_video(
        path,
        frames=FRAMES,
        codec=(),
        extra=("-i", sound),
        mux=(
            "-map",
            "1",
            "-map",
            "0",
            "-map",
            "1",
            *codecs,
            *marks,
            "-disposition:0",
            "0",
            "-disposition:2",
            "default",
        ),
    )
    return path


@EVERY
@pytest.mark.parametrize(
    ("suffix", "codecs", "titles"),
    [
        (".mkv", ("-c:v", "ffv1", "-c:a", "flac"), True),
        (".webm", ("-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus"), True),
        (".mov", ("-c:v", "prores_ks", "-c:a", "pcm_s16le"), False),
        (".ts", ("-c:v", "mpeg2video", "-c:a", "mp2"), False),
    ],
    ids=["mkv", "webm", "mov", "ts"],
)
def test_order_and_names_stay(
    tmp_path: Path, repair: Repair, suffix: str, codecs: tuple[str, ...], titles: bool
) -> None:
    path = bilingual(tmp_path / f"x{suffix}", *codecs, titles=titles)
    copy, losses = repaired(path, repair)
    assert losses == ()
    assert names(copy) == names(path)


@EVERY
def test_fonts_covers_and_chapters_stay_in_matroska(tmp_path: Path, repair: Repair) -> None:
    font, cover, chapters = tmp_path / "f.ttf", tmp_path / "cover.png", tmp_path / "c.txt"
    font.write_bytes(bytes(range(256)) * 40)
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x64", "-frames:v", "1", cover)
    chapters.write_text(
        ";FFMETADATA1\ntitle=Film\nmine=own\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=500\ntitle=One\n"
    )
    sound = sound_file(tmp_path / "x.wav", bursts([0.4], SECONDS))
    files = ("-attach", font, "-metadata:s:t:0", "mimetype=font/ttf", "-attach", cover)
    called = ("-metadata:s:t:1", "mimetype=image/png", "-metadata:s:t:1", "filename=cover.png")
    path = numbered_video(
        tmp_path / "x.mkv",
        frames=FRAMES,
        extra=("-i", sound, "-i", chapters, "-map_metadata", "2"),
        mux=("-map", "0", "-map", "1", "-c:a", "flac", *map(str, files), *called),
    )
    copy, losses = repaired(path, repair)
    assert losses == ()
    before, after = read_inventory(path), read_inventory(copy)
    assert sorted(each.kind for each in after.streams) == ["attachment", "audio", "cover", "video"]
    assert [each.size for each in after.of("attachment")] == [each.size for each in before.of("attachment")]
    assert [chapter.title for chapter in after.chapters] == ["One"]
    assert (after.tags["title"], after.tags["mine"]) == ("Film", "own")


def with_timed_metadata(path: Path) -> Path:
    """An MP4 with a track that ffmpeg neither reads nor writes: Apple's timed metadata, made of subtitles."""
    texts = path.with_name("x.srt")
    texts.write_text("1\n00:00:00,200 --> 00:00:00,900\nhello\n")
    sound = sound_file(path.with_name("x.wav"), bursts([0.4], SECONDS))
    keys = ("-metadata", "com.apple.quicktime.make=Apple", "-movflags", "use_metadata_tags")
    numbered_video(
        path, frames=FRAMES, codec=X264, extra=("-i", sound, "-i", texts), mux=("-c:s", "mov_text", *keys)
    )
    path.write_bytes(path.read_bytes().replace(b"sbtl", b"meta").replace(b"tx3g", b"mebx"))
    return path


@EVERY
def test_tracks_and_keys_that_ffmpeg_does_not_write_stay_in_mp4(tmp_path: Path, repair: Repair) -> None:
    path = with_timed_metadata(tmp_path / "x.mp4")
    copy, losses = repaired(path, repair)
    assert losses == ()
    assert described(copy, "format_tags")["format"]["tags"]["com.apple.quicktime.make"] == "Apple"
    before, after = (read_inventory(each).of("data")[0] for each in (path, copy))
    assert (after.codec_tag, after.packets and after.packets.bytes) == (
        "mebx",
        before.packets and before.packets.bytes,
    )
    content = copy.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


ALPHA = "format=yuva444p,geq=lum='p(X,Y)':cb='128':cr='128':a='255*gt(X,W/2)'"


def alpha_of(path: Path, *decoder: str) -> float:
    """The mean of the alpha plane of the first frame, 0 … 255."""
    command = [
        "ffmpeg",
        "-v",
        "error",
        *decoder,
        "-i",
        str(path),
        "-frames:v",
        "1",
        "-vf",
        "alphaextract,format=gray",
    ]
    plane = subprocess.run([*command, "-f", "rawvideo", "-"], check=True, capture_output=True).stdout
    return float(np.frombuffer(plane, np.uint8).mean())


@pytest.mark.parametrize(
    ("suffix", "codecs", "decoder"),
    [
        (".mov", ("-c:v", "prores_ks", "-profile:v", "4", "-pix_fmt", "yuva444p10le"), ()),
        (".mov", ("-c:v", "qtrle", "-pix_fmt", "argb"), ()),
        (".mov", ("-c:v", "png", "-pix_fmt", "rgba"), ()),
        (".mkv", ("-c:v", "ffv1", "-pix_fmt", "yuva420p"), ()),
        (".webm", ("-c:v", "libvpx-vp9", "-pix_fmt", "yuva420p", "-cpu-used", "8"), ("-c:v", "libvpx-vp9")),
        (".webm", ("-c:v", "libvpx", "-pix_fmt", "yuva420p", "-auto-alt-ref", "0"), ("-c:v", "libvpx")),
    ],
    ids=["prores", "qtrle", "png", "ffv1", "vp9", "vp8"],
)
def test_what_is_transparent_stays_so(
    tmp_path: Path, suffix: str, codecs: tuple[str, ...], decoder: tuple[str, ...]
) -> None:
    path = numbered_video(tmp_path / f"x{suffix}", frames=5, codec=codecs, filters=ALPHA)
    copy = path.with_name(f"copy{suffix}")
    assert Lost.ALPHA.value not in {loss.code for loss in redrawn(path, copy)}
    assert alpha_of(path, *decoder) == pytest.approx(127.5, abs=3)
    assert alpha_of(copy, *decoder) == pytest.approx(alpha_of(path, *decoder), abs=2)


@EVERY
def test_mirrors_and_free_angles_stay(tmp_path: Path, repair: Repair) -> None:
    one, matrix = 1 << 16, (-0.8, 0.6, 0.6, 0.8)
    path = numbered_video(
        tmp_path / "x.mp4", frames=10, codec=X264,
        extra=("-i", sound_file(tmp_path / "x.wav", bursts([0.2], 0.4))), mux=("-c:a", "aac"),
    )  # fmt: skip
    content = bytearray(path.read_bytes())
    a, b, c, d = (round(value * one) for value in matrix)
    struct.pack_into(">9i", content, content.index(b"tkhd") + 44, a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(content)
    copy, losses = repaired(path, repair)
    assert losses == ()
    assert require_video(probe(copy)).display_matrix == require_video(probe(path)).display_matrix is not None


@EVERY
@pytest.mark.parametrize(
    ("suffix", "codecs"),
    [
        (".mp4", (*X264, "-c:a", "aac")),
        (".mkv", (*X264, "-c:a", "libmp3lame")),
        (".ts", (*X264, "-c:a", "aac")),
        (".webm", ("-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus")),
        (".avi", ("-c:v", "mpeg4", "-c:a", "pcm_s16le")),
    ],
    ids=["mp4", "mkv", "ts", "webm", "avi"],
)
def test_sound_that_outlasts_the_picture_is_kept_whole(
    tmp_path: Path, repair: Repair, suffix: str, codecs: tuple[str, ...]
) -> None:
    sound = sound_file(tmp_path / "x.wav", bursts([0.4, 1.4], 1.6))
    path = numbered_video(tmp_path / f"x{suffix}", frames=FRAMES, codec=codecs, extra=("-i", sound))
    copy, _ = repaired(path, repair)
    heard = np.array(find_bursts(sound_of(copy), 16_000))
    assert heard == pytest.approx(np.array(find_bursts(sound_of(path), 16_000)) + SHIFTS[repair], abs=2e-3)


@pytest.mark.parametrize(
    ("suffix", "codecs"),
    [
        (".webm", ("-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus")),
        (".mkv", (*X264, "-c:a", "libopus")),
        (".mp4", (*X264, "-c:a", "aac")),
        (".mov", (*X264, "-c:a", "aac")),
        (".ts", (*X264, "-c:a", "aac")),
    ],
    ids=["webm", "mkv", "mp4", "mov", "ts"],
)
def test_generations_do_not_move_the_sound(tmp_path: Path, suffix: str, codecs: tuple[str, ...]) -> None:
    sound = sound_file(tmp_path / "x.wav", bursts([0.5], SECONDS))
    path = numbered_video(tmp_path / f"x{suffix}", frames=FRAMES, codec=codecs, extra=("-i", sound))
    first = find_bursts(sound_of(path), 16_000)
    for generation in range(2):
        copy = tmp_path / f"{generation}{suffix}"
        redrawn(path, copy)
        path = copy
    assert find_bursts(sound_of(path), 16_000) == pytest.approx(first, abs=1.6e-3)


MXF = {
    "xdcam": ("-c:v", "mpeg2video", "-pix_fmt", "yuv422p", "-q:v", "3"),
    "dnxhd": ("-c:v", "dnxhd", "-profile:v", "dnxhr_hq", "-pix_fmt", "yuv422p"),
    "avc-intra": ("-c:v", "libx264", "-profile:v", "high422", "-g", "1", "-pix_fmt", "yuv422p10le"),
}


@EVERY
@pytest.mark.parametrize("codec", MXF.values(), ids=MXF)
def test_mxf_comes_back_with_every_frame(tmp_path: Path, repair: Repair, codec: tuple[str, ...]) -> None:
    sound = sound_file(tmp_path / "x.wav", bursts([0.5], SECONDS))
    path = numbered_video(
        tmp_path / "x.mxf", frames=FRAMES, codec=codec, filters="scale=1280:720",
        extra=("-i", sound), mux=("-c:a", "pcm_s24le", "-timecode", "10:00:00:00"),
    )  # fmt: skip
    info = probe(path)
    copy = path.with_name(f"copy{output_suffix(info)}")
    repair(path, copy)
    assert frame_times(probe(copy)).seconds == pytest.approx(frame_times(info).seconds, abs=1e-3)
    assert find_bursts(sound_of(copy), 16_000) == pytest.approx([0.5 + SHIFTS[repair]], abs=2e-3)
    assert described(copy, "format_tags")["format"]["tags"]["timecode"] == "10:00:00:00"


def test_what_a_container_has_no_place_for_is_told(tmp_path: Path) -> None:
    path = bilingual(tmp_path / "x.mkv", *X264, "-c:a", "flac")
    font = tmp_path / "f.ttf"
    font.write_bytes(bytes(1000))
    with_font = tmp_path / "font.mkv"
    ffmpeg(
        "-i",
        path,
        "-map",
        "0",
        "-c",
        "copy",
        "-attach",
        font,
        "-metadata:s:t",
        "mimetype=font/ttf",
        with_font,
    )
    losses = {(loss.code, loss.stream) for loss in moved_later(with_font, tmp_path / "y.mp4")}
    assert ("stream", 3) in losses


def test_a_copy_that_lacks_something_untold_is_refused(tmp_path: Path) -> None:
    """A writer that leaves the last half second out: its first packets do not show it."""
    path = bilingual(tmp_path / "x.mkv", *X264, "-c:a", "flac")
    info, output = probe(path), tmp_path / "y.mkv"
    copy = Copy(info, read_headers(path), frame_times(info))
    told = Remembered(silent)
    told("render", 0.0)

    def shorten(_begun: Inventory | None) -> None:
        ffmpeg("-i", path, "-map", "0", "-t", "0.5", "-c", "copy", output)

    with pytest.raises(RepairRefused, match="ends earlier") as raised:
        faithfully(copy, output, shorten, told)
    assert raised.value.code == "repair_refused"
    assert {loss["code"] for loss in raised.value.details["losses"]} >= {"end", "packets"}
