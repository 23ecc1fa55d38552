"""The comparison of inventories, on inventories made by hand."""

from dataclasses import replace
from typing import Any

import pytest

from liptune.core.media.inventory.losses import Intent, Loss, Lost, losses
from liptune.core.media.inventory.types import Chapter, Inventory, Packets, Picture, Stream
from liptune.core.media.inventory.words import told_of

PICTURE = Picture(640, 360, "yuv420p10le", 10, True, "1:1", {"primaries": "bt2020"}, "tt", (0, 1))
STREAMS = (
    Stream(0, "audio", "aac", "mp4a", "ger", "Ton", frozenset({"default"}), {"a": "b"}, channels=2,
           sample_rate=48_000, sample_bits=24, packets=Packets(100, 9000, 0.5, 10.5)),
    Stream(1, "video", "hevc", "hvc1", side_data=frozenset({"DOVI configuration record"}), picture=PICTURE,
           packets=Packets(250, 90_000, 1.0, 11.0)),
    Stream(2, "audio", "aac", "mp4a", "eng", channels=2, packets=Packets(100, 9000, 1.0, 12.0)),
    Stream(3, "attachment", "ttf", "", size=20_000),
)  # fmt: skip
SOURCE = Inventory("matroska,webm", STREAMS, (Chapter(0, 1, "One"),), {"title": "Film"}, 2)


def with_stream(number: int, **changes: Any) -> Inventory:
    changed = replace(STREAMS[number], **changes)
    return replace(SOURCE, streams=(*STREAMS[:number], changed, *STREAMS[number + 1 :]))


def with_picture(**changes: Any) -> Inventory:
    return with_stream(1, picture=replace(PICTURE, **changes))


def test_a_copy_that_is_the_same_lacks_nothing() -> None:
    assert losses(SOURCE, SOURCE) == frozenset()


@pytest.mark.parametrize(
    ("copy", "loss"),
    [
        (replace(SOURCE, streams=STREAMS[1:]), Loss(0, Lost.STREAM, "aac")),
        (replace(SOURCE, streams=STREAMS[:3]), Loss(3, Lost.STREAM, "ttf")),
        (with_stream(0, codec="opus"), Loss(0, Lost.CODEC, "opus")),
        (with_stream(0, codec="pcm_s24le"), Loss(0, Lost.CODEC, "pcm_s24le")),
        (with_stream(0, channels=1), Loss(0, Lost.CHANNELS, "2")),
        (with_stream(0, sample_rate=44_100), Loss(0, Lost.SAMPLE_RATE, "48000")),
        (with_stream(0, sample_bits=16), Loss(0, Lost.DEPTH, "24")),
        (with_stream(1, codec="h264"), Loss(1, Lost.CODEC, "h264")),
        (with_stream(0, language=None), Loss(0, Lost.LANGUAGE, "ger")),
        (with_stream(0, title="Sound"), Loss(0, Lost.TITLE, "Ton")),
        (with_stream(0, dispositions=frozenset()), Loss(0, Lost.DISPOSITION, "default")),
        (with_stream(0, tags={}), Loss(0, Lost.TAG, "a")),
        (with_stream(1, side_data=frozenset()), Loss(1, Lost.SIDE_DATA, "DOVI configuration record")),
        (with_stream(0, packets=Packets(99, 9000, 0.5, 10.5)), Loss(0, Lost.PACKETS, "1")),
        (with_stream(0, packets=Packets(100, 9000, 0.52, 10.52)), Loss(0, Lost.BEGIN)),
        (with_stream(0, packets=Packets(100, 9000, 0.48, 10.48)), Loss(0, Lost.BEGIN)),
        (with_stream(2, packets=Packets(100, 9000, 1.0, 11.9)), Loss(2, Lost.END)),
        (with_picture(width=320), Loss(1, Lost.SIZE, "640x360")),
        (with_picture(alpha=False), Loss(1, Lost.ALPHA)),
        (with_picture(bits=8), Loss(1, Lost.DEPTH, "10")),
        (with_picture(chroma=(1, 1)), Loss(1, Lost.CHROMA, "yuv420p10le")),
        (with_picture(colour={}), Loss(1, Lost.COLOUR, "primaries")),
        (with_picture(matrix=None), Loss(1, Lost.DISPLAY_MATRIX)),
        (with_picture(aspect="4:3"), Loss(1, Lost.ASPECT, "1:1")),
        (with_picture(fields="progressive"), Loss(1, Lost.FIELDS, "tt")),
        (with_stream(3, size=0), Loss(3, Lost.STREAM, "ttf")),
        (replace(SOURCE, tags={}), Loss(-1, Lost.TAG, "title")),
        (replace(SOURCE, chapters=()), Loss(-1, Lost.CHAPTER, "One")),
        (replace(SOURCE, chapters=(Chapter(0.1, 1, "One"),)), Loss(-1, Lost.CHAPTER_TIME, "One")),
        (replace(SOURCE, chapters=(Chapter(0, 0.9, "One"),)), Loss(-1, Lost.CHAPTER_TIME, "One")),
        (replace(SOURCE, programs=1), Loss(-1, Lost.PROGRAMS)),
    ],
    ids=lambda value: f"{value.kind}-{value.stream}" if isinstance(value, Loss) else "",
)
def test_each_thing_that_is_missing_is_found_and_nothing_else(copy: Inventory, loss: Loss) -> None:
    assert losses(SOURCE, copy) == {loss}
    (told,) = told_of({loss}, SOURCE)
    assert told.code == loss.kind.value
    assert told.stream == (None if loss.stream < 0 else loss.stream)
    assert loss.what in told.message
    assert "{" not in told.message


def test_red_green_and_blue_that_become_luma_and_colour_are_a_loss() -> None:
    before = with_picture(pixel_format="gbrp10le", chroma=(0, 0))
    after = with_picture(pixel_format="yuv444p10le", chroma=(0, 0))
    assert losses(before, after) == {Loss(1, Lost.RGB, "yuv444p10le")}
    assert losses(after, before) == frozenset()
    assert losses(before, with_picture(pixel_format="gbrap10le", chroma=(0, 0))) == frozenset()


def test_another_order_is_a_loss() -> None:
    turned = tuple(replace(stream, index=number) for number, stream in enumerate((STREAMS[1], STREAMS[0])))
    before = replace(SOURCE, streams=STREAMS[:2])
    assert losses(before, replace(SOURCE, streams=turned)) == {Loss(-1, Lost.ORDER)}


def test_what_is_meant_to_change_is_none() -> None:
    german = replace(STREAMS[0], packets=Packets(100, 9000, 0.7, 10.7))
    english = replace(STREAMS[2], packets=Packets(100, 9000, 1.2, 12.2))
    later = replace(SOURCE, streams=(german, STREAMS[1], english, STREAMS[3]))
    assert losses(SOURCE, later, Intent(sound_later_seconds=0.2)) == frozenset()
    assert {loss.kind for loss in losses(SOURCE, later)} == {Lost.BEGIN}
    fewer = with_stream(1, packets=Packets(240, 90_000, 1.0, 11.0))
    assert losses(SOURCE, fewer, Intent(redrawn=True)) == frozenset()


def test_sound_without_loss_may_change_its_codec() -> None:
    before = with_stream(0, codec="alac")
    assert losses(before, with_stream(0, codec="pcm_s24le")) == frozenset()
    assert losses(before, with_stream(0, codec="aac", sample_bits=0)) == {Loss(0, Lost.CODEC, "aac")}


def test_a_containers_own_zero_does_not_matter() -> None:
    def moved(stream: Stream) -> Stream:
        packets = stream.packets
        if packets is None:
            return stream
        begin, end = packets.begin_seconds + 1.4, packets.end_seconds + 1.4
        return replace(stream, packets=replace(packets, begin_seconds=begin, end_seconds=end))

    later = (Chapter(1.4, 2.4, "One"),)
    assert losses(SOURCE, replace(SOURCE, streams=tuple(map(moved, STREAMS)), chapters=later)) == frozenset()


TWO = (Chapter(0.5, 3.0, "One"), Chapter(3.0, 11.0, "Two"))


@pytest.mark.parametrize(
    ("container", "chapters", "told"),
    [
        ("mov,mp4", (Chapter(0.0, 3.0, "One"), Chapter(3.0, 11.0, "Two")), set()),
        ("mov,mp4", (Chapter(0.5, 3.0, "One"), Chapter(3.0, 10.0, "Two")), set()),
        ("matroska,webm", (Chapter(0.5, 3.0, "One"), Chapter(3.0, 10.0, "Two")), {"Two"}),
        ("mov,mp4", (Chapter(0.5, 2.9, "One"), Chapter(2.9, 11.0, "Two")), {"One", "Two"}),
        ("mov,mp4", (Chapter(0.5, 3.004, "One"), Chapter(3.004, 11.0, "Two")), set()),
    ],
    ids=["from the beginning", "last end unsaid", "last end said", "moved", "rounded"],
)
def test_chapters_have_their_times(container: str, chapters: tuple[Chapter, ...], told: set[str]) -> None:
    before, after = replace(SOURCE, chapters=TWO), replace(SOURCE, container=container, chapters=chapters)
    assert losses(before, after) == {Loss(-1, Lost.CHAPTER_TIME, name) for name in told}


def test_chapters_after_the_end_of_a_shorter_copy_are_not_looked_for() -> None:
    before = replace(SOURCE, chapters=TWO)
    found = losses(before, replace(SOURCE, chapters=(Chapter(0.5, 2.5, "One"),)), Intent(ends_seconds=1.5))
    assert {loss for loss in found if loss.stream < 0} == set()
    found = losses(before, replace(SOURCE, chapters=(Chapter(0.5, 3.0, "One"),)), Intent(ends_seconds=4.0))
    assert {loss for loss in found if loss.stream < 0} == {Loss(-1, Lost.CHAPTER, "Two")}
