"""What names of pixel formats say, against ffmpeg's own descriptions of them."""

import json
import subprocess

import pytest

from liptune.core.media.pixels import bits_of, chroma_of, has_alpha, is_rgb


@pytest.mark.parametrize(
    ("name", "halved"),
    [
        ("yuv420p", (1, 1)),
        ("yuvj422p", (1, 0)),
        ("yuva444p12le", (0, 0)),
        ("yuv440p", (0, 1)),
        ("yuv411p", (2, 0)),
        ("yuv410p", (2, 2)),
        ("nv12", (1, 1)),
        ("p010le", (1, 1)),
        ("nv16", (1, 0)),
        ("y210le", (1, 0)),
        ("p210be", (1, 0)),
        ("uyvy422", (1, 0)),
        ("uyyvyy411", (2, 0)),
        ("gbrp", (0, 0)),
        ("rgb24", (0, 0)),
        ("gray16le", (0, 0)),
    ],
)
def test_how_much_colour_there_is(name: str, halved: tuple[int, int]) -> None:
    assert chroma_of(name) == halved


def test_bits_of_a_pixel_follow_from_depth_and_colour() -> None:
    """ffmpeg lists the components and the bits of a pixel of every format."""
    listed = subprocess.run(
        ["ffmpeg", "-v", "error", "-pix_fmts"], check=True, capture_output=True, text=True
    )
    rows = (line.split() for line in listed.stdout.splitlines() if line.startswith(("I", ".")))
    checked = 0
    for _, name, components, bits, *_ in (row for row in rows if len(row) >= 4 and row[2].isdigit()):
        if name.startswith("yuv") and "p" in name:
            across, down = chroma_of(name)
            samples = 1 + has_alpha(name) + 2 / 2 ** (across + down)
            assert int(bits) == int(bits_of(name) * samples), name
            assert int(components) == 3 + has_alpha(name)
            checked += 1
    assert checked > 30


def test_what_is_coded_as_red_green_and_blue() -> None:
    """ffprobe marks these formats; a Bayer pattern is one of them only once it is developed."""
    listed = subprocess.run(
        ["ffprobe", "-v", "error", "-show_pixel_formats", "-of", "json"], check=True, capture_output=True
    )
    formats = json.loads(listed.stdout)["pixel_formats"]
    coded = {
        row["name"]
        for row in formats
        if (row["flags"]["rgb"] or row["flags"]["palette"]) and not row["name"].startswith("bayer")
    }
    assert {row["name"] for row in formats if is_rgb(row["name"])} == coded
