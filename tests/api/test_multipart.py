from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from liptune.api.uploads.multipart import Event, MultipartReader, Part, PartEnd

BODY = (
    b'--b\r\nContent-Disposition: form-data; name="operation"\r\n\r\nmeasure\r\n'
    b'--b\r\nContent-Disposition: form-data; name="video"; filename="a.mp4"\r\n'
    b"Content-Type: video/mp4\r\n\r\n"
    b"\r\n--bless\r\n--\x00\xff\r\n--b--\r\n"
)


def merged(events: list[Event]) -> list[Event]:
    """Joins neighbouring pieces of a part."""
    whole: list[Event] = []
    for event in events:
        if isinstance(event, bytes) and whole and isinstance(whole[-1], bytes):
            whole[-1] += event
        else:
            whole.append(event)
    return whole


@given(st.lists(st.integers(0, len(BODY)), max_size=12))
def test_however_the_body_is_cut_the_parts_are_the_same(cuts: list[int]) -> None:
    reader = MultipartReader("multipart/form-data; boundary=b")
    edges = [0, *sorted(cuts), len(BODY)]
    events = [e for a, b in pairwise(edges) for e in reader.feed(BODY[a:b])]
    reader.finish()
    assert merged(events) == [
        Part("operation", None, None),
        b"measure",
        PartEnd(),
        Part("video", "a.mp4", "video/mp4"),
        b"\r\n--bless\r\n--\x00\xff",
        PartEnd(),
    ]
