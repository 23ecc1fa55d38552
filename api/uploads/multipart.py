"""Parses a multipart body chunk by chunk into events, keeping none of it."""

from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from liptune.api.errors import InvalidRequest, UploadIncomplete

HEADER_BYTES = 16 * 1024


@dataclass(frozen=True)
class Part:
    """The beginning of a part. A part with a filename is a file, however empty the name."""

    name: str
    filename: str | None
    content_type: str | None


@dataclass
class PartEnd:
    """The end of a part."""


Event = Part | bytes | PartEnd


@dataclass
class _Headers:
    name: bytearray = field(default_factory=bytearray)
    value: bytearray = field(default_factory=bytearray)
    seen: dict[bytes, bytes] = field(default_factory=dict)
    size: int = 0


class MultipartReader:
    """Turns chunks of a body into events.

    Raises:
        InvalidRequest: The body is not what its Content-Type says.
    """

    def __init__(self, content_type: str) -> None:
        _, parameters = parse_options_header(content_type)
        boundary = parameters.get(b"boundary")
        if not boundary:
            raise InvalidRequest("The multipart body's Content-Type names no boundary.")
        self._events: list[Event] = []
        self._headers = _Headers()
        self._ended = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_name,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._part_data,
                "on_part_end": self._part_end,
                "on_end": self._end,
            },
        )

    def feed(self, chunk: bytes) -> list[Event]:
        """Returns what the chunk brought."""
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise InvalidRequest("The multipart body cannot be parsed.") from error
        events, self._events = self._events, []
        return events

    def finish(self) -> None:
        """Raises UploadIncomplete unless the closing boundary has come."""
        if not self._ended:
            raise UploadIncomplete("The multipart body ends before its closing boundary.")

    def _begin(self) -> None:
        self._headers = _Headers()

    def _header_name(self, chunk: bytes, start: int, end: int) -> None:
        self._grow(end - start)
        self._headers.name += chunk[start:end]

    def _header_value(self, chunk: bytes, start: int, end: int) -> None:
        self._grow(end - start)
        self._headers.value += chunk[start:end]

    def _grow(self, size: int) -> None:
        self._headers.size += size
        if self._headers.size > HEADER_BYTES:
            raise InvalidRequest("The headers of a part are too long.")

    def _header_end(self) -> None:
        headers = self._headers
        headers.seen[bytes(headers.name).lower()] = bytes(headers.value)
        headers.name, headers.value = bytearray(), bytearray()

    def _headers_finished(self) -> None:
        seen = self._headers.seen
        _, options = parse_options_header(seen.get(b"content-disposition", b""))
        if b"name" not in options:
            raise InvalidRequest("A part of the multipart body has no name.")
        filename, content_type = options.get(b"filename"), seen.get(b"content-type")
        self._events.append(
            Part(
                name=_text(options[b"name"]),
                filename=None if filename is None else _text(filename),
                content_type=None if content_type is None else content_type.decode("latin-1"),
            )
        )

    def _part_data(self, chunk: bytes, start: int, end: int) -> None:
        self._events.append(chunk[start:end])

    def _part_end(self) -> None:
        self._events.append(PartEnd())

    def _end(self) -> None:
        self._ended = True


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
