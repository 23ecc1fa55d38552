"""What a copy loses is told, and what need not be lost is not."""

from pathlib import Path

import numpy as np
import pytest

from liptune.core.media.clock.frames import frame_times
from liptune.core.media.inventory.losses import Lost
from liptune.core.media.inventory.payloads import CAPTIONS, HDR10_PLUS
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.write.containers import output_suffix
from liptune.core.media.write.picture import describe_picture
from liptune.core.media.write.rehearse import Undertaking, headers_of, rehearse
from liptune.core.media.write.remux import shift_audio
from liptune.core.media.write.render import Rendered, render_picks
from liptune.core.operations.forewarn import forewarned
from liptune.core.options import RetimeOptions, WarpOptions
from liptune.core.progress import Remembered, silent
from tests.core.media.inventory import payloads as made
from tests.core.media.inventory.whole import read_inventory
from tests.media_factory import bursts, ffmpeg, numbered_video, sound_file

LATE = 100
TONE = ("-f", "lavfi", "-i", "sine=frequency=300")
SIZES = "scale={}:flags=neighbor"


def redrawn(path: Path) -> Rendered:
    info = probe(path)
    every = np.arange(len(frame_times(info).ticks))
    return render_picks(info, every, path.with_name(f"copy{output_suffix(info)}"))


def with_sound(picture: Path, output: Path) -> Path:
    """The picture copied, with a tone beside it."""
    tag = ("-tag:v", "hvc1") if "hevc" in picture.name else ()
    sound = ("-c:a", "aac", "-shortest")
    ffmpeg("-i", picture, *TONE, "-map", "0:v", "-map", "1:a", "-c:v", "copy", *tag, *sound, output)
    return output


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("codec", "added", "kind"),
    [
        ("h264", made.registered("h264", made.T35 + made.CAPTION), CAPTIONS),
        ("hevc", made.registered("hevc", made.hdr10_plus()), HDR10_PLUS),
    ],
    ids=["captions", "hdr10plus"],
)
def test_side_data_that_begin_late_are_told_before_they_are_lost(
    codec: str, added: bytes, kind: str, tmp_path: Path
) -> None:
    silent = made.with_payload(tmp_path / f"{codec}.mp4", codec, added, first=LATE)
    path = with_sound(silent, tmp_path / "x.mp4")
    told = [loss.message for loss in forewarned(path, None, WarpOptions(), folder=tmp_path)]
    assert any(kind in message for message in told)
    assert forewarned(path, None, RetimeOptions(), folder=tmp_path) == ()
    assert [loss.message for loss in redrawn(path).losses] == told


def test_side_data_that_begin_late_go_with_a_picture_that_is_copied(tmp_path: Path) -> None:
    added = made.registered("h264", made.T35 + made.CAPTION)
    path = with_sound(made.with_payload(tmp_path / "h.mp4", "h264", added, first=LATE), tmp_path / "x.mp4")
    assert shift_audio(probe(path), 0.12, tmp_path / "y.mp4").losses == ()
    assert CAPTIONS in read_inventory(tmp_path / "y.mp4").of("video")[0].side_data


def test_an_alpha_layer_is_kept_by_copying_and_told_by_drawing(tmp_path: Path) -> None:
    layered = made.with_payload(tmp_path / "hevc.mp4", "hevc", made.alpha_information(), first=0, frames=50)
    path = with_sound(layered, tmp_path / "x.mp4")
    assert shift_audio(probe(path), 0.12, tmp_path / "y.mp4").losses == ()
    picture = read_inventory(tmp_path / "y.mp4").of("video")[0].picture
    assert picture is not None
    assert picture.alpha
    assert Lost.ALPHA in {loss.code for loss in forewarned(path, None, WarpOptions(), folder=tmp_path)}
    assert Lost.ALPHA in {loss.code for loss in redrawn(path).losses}


DNXHD = ("-c:v", "dnxhd")


@pytest.mark.one_in(5)
@pytest.mark.parametrize(
    ("name", "size", "codec", "profile"),
    [
        ("x.mxf", "512:256", (*DNXHD, "-profile:v", "dnxhr_sq", "-pix_fmt", "yuv422p"), "DNXHR SQ"),
        ("x.mxf", "512:256", (*DNXHD, "-profile:v", "dnxhr_hqx", "-pix_fmt", "yuv422p10le"), "DNXHR HQX"),
        ("x.mxf", "1920:1080", (*DNXHD, "-b:v", "120M", "-pix_fmt", "yuv422p"), "DNXHR HQ"),
        ("x.mxf", "1920:1080", (*DNXHD, "-b:v", "185M", "-pix_fmt", "yuv422p10le"), "DNXHR HQX"),
        ("x.mov", "512:256", (*DNXHD, "-profile:v", "dnxhr_444", "-pix_fmt", "yuv444p10le"), "DNXHR 444"),
    ],
    ids=["mxf-sq", "mxf-hqx", "mxf-hd", "mxf-hd-10", "mov-444"],
)
def test_dnxhd_stays_what_it_is(
    name: str, size: str, codec: tuple[str, ...], profile: str, tmp_path: Path
) -> None:
    path = numbered_video(
        tmp_path / name, frames=10, filters=SIZES.format(size), extra=TONE,
        codec=(*codec, "-c:a", "pcm_s16le", "-ar", "48000", "-t", "0.4"),
    )  # fmt: skip
    done = redrawn(path)
    copy = probe(done.path)
    assert done.path.suffix == path.suffix
    assert (require_video(copy).codec, require_video(copy).pixel_format) == (
        "dnxhd", require_video(probe(path)).pixel_format,
    )  # fmt: skip
    assert describe_picture(copy).profile == profile
    assert {loss.code for loss in done.losses} <= {Lost.COLOUR}


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("suffix", "codec", "after"),
    [
        (".mxf", ("-c:v", "mpeg2video", "-q:v", "2", "-pix_fmt", "yuv422p"), ("mpeg2video", ".mxf")),
        (".mxf", ("-c:v", "libx264", "-g", "1", "-profile:v", "high10", "-pix_fmt", "yuv420p10le"),
         ("h264", ".mxf")),
        (".mxf", ("-c:v", "jpeg2000"), ("h264", ".mov")),
    ],
    ids=["mpeg2", "intra", "jpeg2000"],
)  # fmt: skip
def test_what_mxf_is_drawn_again_as(
    suffix: str, codec: tuple[str, ...], after: tuple[str, str], tmp_path: Path
) -> None:
    path = numbered_video(
        tmp_path / f"x{suffix}", frames=10, filters=SIZES.format("640:320"), extra=TONE,
        codec=(*codec, "-c:a", "pcm_s16le", "-ar", "48000", "-t", "0.4"),
    )  # fmt: skip
    told = {loss.code for loss in forewarned(path, None, WarpOptions(), folder=tmp_path)}
    done = redrawn(path)
    before, (codec_after, suffix_after) = require_video(probe(path)), after
    assert (require_video(probe(done.path)).codec, done.path.suffix) == (codec_after, suffix_after)
    assert (Lost.CODEC in told) is (before.codec != codec_after)
    assert {loss.code for loss in done.losses} == told


@pytest.mark.slow
def test_intra_coding_stays_intra(tmp_path: Path) -> None:
    coded = ("-c:v", "libx264", "-g", "1", "-pix_fmt", "yuv422p10le", "-profile:v", "high422")
    path = numbered_video(tmp_path / "x.mov", frames=10, codec=coded, filters=SIZES.format("1280:720"))
    assert "Intra" in describe_picture(probe(path)).profile
    assert "Intra" in describe_picture(probe(redrawn(path).path)).profile


@pytest.mark.one_in(4)
@pytest.mark.parametrize(
    ("later", "seconds", "told"),
    [
        (0.0, 1.0, set()),
        (0.0, 1.5, {Lost.END}),
        (0.2, 1.0, {Lost.END}),
        (-0.2, 1.0, {Lost.BEGIN}),
    ],
    ids=["as long", "longer", "later", "earlier"],
)
def test_what_mxf_cuts_of_new_sound_is_told_and_no_more(
    later: float, seconds: float, told: set[Lost], tmp_path: Path
) -> None:
    path = numbered_video(
        tmp_path / "x.mxf", frames=25, filters=SIZES.format("720:576"),
        codec=("-c:v", "mpeg2video", "-q:v", "2"),
    )  # fmt: skip
    sound = sound_file(tmp_path / "s.wav", bursts([0.5], seconds))
    info, heard, copy = probe(path), probe(sound), tmp_path / "y.mxf"
    work = Undertaking(info, frame_times(info), audio=heard, later_seconds=later)
    quiet = Remembered(silent)
    assert {loss.kind for loss in rehearse(work, headers_of(work, quiet), copy, quiet)} == told
    assert {loss.code for loss in shift_audio(info, later, copy, audio=heard).losses} == told
