from pathlib import Path

import pytest
import typer

from liptune.cli.many.inputs import Item, items_of
from liptune.cli.sources import Source


@pytest.fixture
def season(tmp_path: Path) -> Path:
    """Two episodes, one of them with a clip of the same name, and what lies about in folders."""
    for name in ("e1/clip.mp4", "e2/clip.MOV", "e2/other.mkv", "e1/notes.txt", "e1/._clip.mp4", "e2/a.wav"):
        path = tmp_path / "season" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path / "season"


def names(items: tuple[Item, ...]) -> list[str]:
    return [str(item.name) for item in items]


def taken(*videos: str | Path, listed: Path | None = None, audio_dir: Path | None = None) -> tuple[Item, ...]:
    return items_of([str(video) for video in videos], listed, None, audio_dir)


def test_a_folder_means_the_videos_in_it_and_below(season: Path) -> None:
    assert names(taken(season)) == ["e1/clip.mp4", "e2/clip.MOV", "e2/other.mkv"]


def test_a_pattern_means_what_it_matches(season: Path) -> None:
    assert names(taken(f"{season}/*/clip.*")) == ["e1/clip.mp4", "e2/clip.MOV"]
    assert names(taken(f"{season}/**/*.mkv")) == ["other.mkv"]
    assert names(taken(f"{season}/e?")) == ["e1/clip.mp4", "e2/clip.MOV", "e2/other.mkv"]


def test_a_file_that_is_called_like_a_pattern_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "take[1].mp4").write_text("")
    assert names(taken(tmp_path / "take[1].mp4")) == ["take[1].mp4"]


def test_a_file_that_is_named_is_tried_whatever_it_is(season: Path) -> None:
    assert names(taken(season / "e1" / "notes.txt", season / "e1" / "clip.mp4")) == ["notes.txt", "clip.mp4"]


def test_what_is_meant_twice_is_done_once(season: Path) -> None:
    assert names(taken(season, season / "e1" / "clip.mp4", f"{season}/*/*.mkv")) == names(taken(season))


def test_however_a_path_is_typed_it_is_done_once(season: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(season)
    clip, sound = "e1/clip.mp4", season / "e2" / "a.wav"
    typed: list[str | Path] = [clip, "e2/other.mkv", f"./{clip}", season / clip, f"e2/../{clip}"]
    assert names(taken(*typed)) == ["e1/clip.mp4", "e2/other.mkv"]
    listed = season / "list.txt"
    listed.write_text(f"{clip}\te2/a.wav\n{season / clip}\t{sound}\n")
    assert len(taken(listed=listed)) == 1


@pytest.mark.parametrize("empty", ["empty", "season/*.mp4", "nowhere/*"])
def test_where_there_is_no_video_that_is_said(season: Path, empty: str) -> None:
    (season.parent / "empty").mkdir()
    with pytest.raises(typer.BadParameter, match="no video"):
        taken(season.parent / empty)


def test_a_list_names_videos_and_sounds(season: Path, tmp_path: Path) -> None:
    clip, sound = season / "e1" / "clip.mp4", season / "e2" / "a.wav"
    listed = tmp_path / "list.txt"
    listed.write_text(
        f"{clip}\n\n{clip}\t{sound}\n{season / 'absent.mp4'}\n{clip}\t{season / 'absent.wav'}\n{clip}\n"
    )
    items = taken(listed=listed)
    assert [(item.audio and item.audio.name, item.problem is None) for item in items] == [
        (None, True),
        ("a.wav", True),
        (None, False),
        ("absent.wav", False),
    ]
    assert len({item.folder for item in items}) == 4


def test_a_list_may_begin_as_windows_writes_it(tmp_path: Path) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text(f"{listed}\n", "utf-8-sig")
    assert [item.problem for item in taken(listed=listed)] == [None]


def test_a_list_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(typer.BadParameter, match="cannot be read"):
        taken(listed=tmp_path / "absent.txt")
    (tmp_path / "noise").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(typer.BadParameter, match="cannot be read"):
        taken(listed=tmp_path / "noise")


def test_sounds_belong_to_pictures_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pictures, sounds = tmp_path / "pictures", tmp_path / "sounds"
    for folder, files in (
        (pictures, ["clip.mp4", "clip_2.mp4", "mute.mp4"]),
        (sounds, ["clip.deu.wav", "clip.fra.wav", "clip_2.wav", "clipping.wav", "notes.txt"]),
    ):
        folder.mkdir()
        for file in files:
            (folder / file).write_text("")
    items = taken(pictures, audio_dir=sounds)
    assert [(str(item.name), item.audio and item.audio.name, str(item.copy)) for item in items] == [
        ("clip.mp4", "clip.deu.wav", "clip.deu.mp4"),
        ("clip.mp4", "clip.fra.wav", "clip.fra.mp4"),
        ("clip_2.mp4", "clip_2.wav", "clip_2.mp4"),
        ("mute.mp4", None, "mute.mp4"),
    ]
    assert [item.problem and item.problem.code for item in items] == [None, None, None, "no_audio_stream"]
    assert "clipping.wav" in capsys.readouterr().err


def files(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")
    return folder


def test_sounds_of_one_name_have_reports_of_their_own(tmp_path: Path) -> None:
    pictures = files(tmp_path / "pictures", "clip.mp4")
    sounds = files(tmp_path / "sounds", "de/clip.wav", "en/clip.wav", "clip.fr.wav")
    folders = [str(item.folder) for item in taken(pictures, audio_dir=sounds)]
    assert folders == ["clip.mp4/clip.fr.wav", "clip.mp4/de/clip.wav", "clip.mp4/en/clip.wav"]


def test_of_pictures_of_one_name_a_sound_belongs_to_that_in_its_folder(tmp_path: Path) -> None:
    pictures = files(tmp_path / "pictures", "e1/clip.mp4", "e2/clip.mp4", "e3/clip.mp4", "e3/all.mp4")
    sounds = files(tmp_path / "sounds", "e1/clip.wav", "de/e2/clip.wav", "fr/all.wav")
    items = taken(pictures, audio_dir=sounds)
    assert [(str(item.name), item.audio and item.audio.path.relative_to(sounds)) for item in items] == [
        ("e1/clip.mp4", Path("e1/clip.wav")),
        ("e2/clip.mp4", Path("de/e2/clip.wav")),
        ("e3/all.mp4", Path("fr/all.wav")),
        ("e3/clip.mp4", None),
    ]
    apart = files(tmp_path / "apart", "audio/e1/clip.wav", "audio/e2/clip.wav")
    other = files(tmp_path / "other", "video/e1/clip.mp4", "video/e2/clip.mp4", "clip.mp4")
    names_of_sounds = [item.audio and item.audio.path.parent.name for item in taken(other, audio_dir=apart)]
    assert names_of_sounds == [None, "e1", "e2"]
    both = taken(pictures / "e1", pictures / "e2", audio_dir=files(tmp_path / "flat", "clip.wav"))
    assert [item.audio is not None for item in both] == [True, True]


def test_a_url_is_called_by_its_end_and_never_leads_out_of_the_folder() -> None:
    urls = ["https://a.example/x/clip.mp4", "https://b.example/clip.mp4", "https://c.example/..%2f..%2fetc"]
    assert names(taken(*urls)) == ["clip.mp4", "clip (2).mp4", ".._.._etc"]
    assert names(taken("https://d.example/%2e%2e")) == ["video"]


def test_one_sound_may_be_for_all(season: Path) -> None:
    items = items_of([str(season)], None, Source("dub.wav"), None)
    assert {item.audio and item.audio.text for item in items} == {"dub.wav"}
    assert {item.problem and item.problem.code for item in items} == {"not_found"}
