"""Names of containers: which one a file's suffix stands for, and which a file comes back in."""

from pathlib import Path

import pytest

from liptune.core.errors import InvalidOption
from liptune.core.media.inventory.losses import Lost
from liptune.core.media.probe.probe import probe
from liptune.core.media.write.containers import known_suffix, output_suffix, same_container
from liptune.core.operations.forewarn import forewarned
from liptune.core.options import RetimeOptions
from tests.media_factory import ffmpeg


@pytest.mark.parametrize(
    ("given", "known"),
    [
        (".mp4", ".mp4"),
        (".MOV", ".mov"),
        (".MTS", ".mts"),
        (".m2t", ".ts"),
        (".m4v", ".mp4"),
        (".MPEG", ".mpg"),
        (".VOB", ".mpg"),
    ],
)
def test_a_suffix_has_other_spellings(given: str, known: str) -> None:
    assert known_suffix(given) == known


def test_which_suffixes_are_of_one_container() -> None:
    assert same_container(".MTS", ".m2ts")
    assert same_container(".m4v", ".MP4")
    assert not same_container(".mp4", ".mov")
    assert not same_container(".ts", ".mts")


@pytest.mark.parametrize("suffix", [".wmv", ".txt", ".gxf", ""])
def test_what_copies_are_not_written_in_is_refused(suffix: str) -> None:
    with pytest.raises(InvalidOption, match="not written") as refused:
        known_suffix(suffix)
    assert "*.mp4" in str(refused.value.remedy)


@pytest.mark.parametrize("suffix", [".mov", ".mp4"])
def test_quicktime_and_mp4_are_told_apart_without_a_name(clip: Path, tmp_path: Path, suffix: str) -> None:
    named, nameless = tmp_path / f"x{suffix}", tmp_path / "01F2"
    ffmpeg("-i", clip, "-c", "copy", named)
    named.rename(nameless)
    assert output_suffix(probe(nameless)) == suffix


@pytest.mark.parametrize(
    ("name", "codecs", "suffix"),
    [
        ("x.wmv", ("-c:v", "wmv2", "-c:a", "wmav2"), ".mkv"),
        ("x.mxf", ("-c:v", "jpeg2000", "-c:a", "pcm_s16le", "-ar", "48000"), ".mov"),
    ],
)
def test_another_container_than_the_sources_is_told_beforehand(
    clip: Path, tmp_path: Path, name: str, codecs: tuple[str, ...], suffix: str
) -> None:
    path = tmp_path / name
    ffmpeg("-i", clip, *codecs, path)
    told = forewarned(path, None, RetimeOptions(mode="offset"), folder=tmp_path)
    assert [loss.message for loss in told if loss.code == Lost.CONTAINER] == [
        f"The file becomes another kind of file, {suffix}"
    ]
    assert output_suffix(probe(path)) == suffix


def test_a_container_that_was_asked_for_is_no_loss(clip: Path, tmp_path: Path) -> None:
    assert forewarned(clip, None, RetimeOptions(mode="offset"), folder=tmp_path, suffix=".mkv") == ()
