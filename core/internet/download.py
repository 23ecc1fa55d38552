"""Fetching a file by HTTP: to the end, over broken connections, from nowhere but the internet."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from time import monotonic, sleep
from typing import Generic, Protocol, TypeVar
from urllib.parse import unquote

import httpcore
import httpx

from liptune.core.errors import MediaTooLarge, TimedOut, UrlRefused, UrlUnreachable
from liptune.core.internet.network import Forbidden, PublicNetwork
from liptune.core.internet.url import BadUrl, callable_url

SCHEMES = ("https", "http")
MOST_REDIRECTS = 5
REDIRECTS = {301, 302, 303, 307, 308}
LATER = {408, 425, 429, 500, 502, 503, 504}
"""Answers that another try may better."""

PAUSES_SECONDS = (1.0, 2.0, 4.0, 8.0)
"""Between tries that bring nothing; one that brings something starts them anew."""

TIMEOUT_SECONDS = 15.0
POLL_SECONDS = 0.2
HEADERS = {"User-Agent": "Liptune", "Accept": "*/*", "Accept-Encoding": "identity"}
BROKEN = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError)


class Sink(Protocol):
    """A file being written; `core.store.blobs.protocol.BlobWriter` is one."""

    size: int

    def write(self, chunk: bytes) -> None:
        """Appends."""
        ...

    def discard(self) -> None:
        """Leaves nothing behind."""
        ...


S = TypeVar("S", bound=Sink)


@dataclass(frozen=True)
class Limits:
    """``bytes`` of the file, ``seconds`` of the whole transfer."""

    bytes: int
    seconds: float


@dataclass(frozen=True)
class Downloaded(Generic[S]):
    """The file, written but not committed. ``filename``, ``media_type``: what the server says, unchecked."""

    writer: S
    filename: str | None
    media_type: str | None


Heartbeat = Callable[[float], None]
"""Told which share has arrived, 0 where that is not known; what it raises ends the transfer."""


def check_url(url: str, *, allow_internal: bool) -> str:
    """Returns the URL if something may be fetched from it, as far as that can be told without asking the DNS.

    Raises:
        UrlRefused: It may not.
    """
    try:
        return callable_url(url, schemes=SCHEMES, allow_internal=allow_internal)
    except BadUrl as error:
        raise UrlRefused(f"The URL {error}.") from error


def shown_url(url: str) -> str:
    """The URL without its query, which in a presigned one is a key."""
    return str(httpx.URL(url).copy_with(query=None))


class Download(Generic[S]):
    """One transfer into storage.

    A connection that breaks is opened again, and the file goes on where it was, if the server can do that and
    the file is still the same (Range and If-Range, RFC 9110 section 14); else it begins anew.
    """

    def __init__(
        self,
        url: str,
        create: Callable[[], S],
        limits: Limits,
        *,
        allow_internal: bool,
        heartbeat: Heartbeat,
    ) -> None:
        self._url = url
        self._create = create
        self._limits = limits
        self._allow_internal = allow_internal
        self._heartbeat = heartbeat
        self._end = monotonic() + limits.seconds
        self._writer = create()
        self._validator: str | None = None
        self._length: int | None = None

    def run(self) -> Downloaded[S]:
        """Fetches the file.

        Raises:
            UrlRefused: The URL, or one it leads to, may not be called.
            UrlUnreachable: There is no file to be had.
            MediaTooLarge: It has more bytes than allowed.
            TimedOut: It takes longer than allowed.
            What ``heartbeat`` raises. Nothing is left behind.
        """
        try:
            return self._persist()
        except BaseException:
            self._writer.discard()
            raise

    def _persist(self) -> Downloaded[S]:
        fruitless = farthest = 0
        while True:
            try:
                return self._try()
            except _Broken as broken:
                fruitless = 0 if self._writer.size > farthest else fruitless + 1
                farthest = max(farthest, self._writer.size)
                if fruitless > len(PAUSES_SECONDS):
                    raise UrlUnreachable(
                        f"The file cannot be fetched: {broken}", details=broken.details
                    ) from broken
                self._rest(PAUSES_SECONDS[max(fruitless - 1, 0)])

    def _rest(self, seconds: float) -> None:
        until = monotonic() + seconds
        while monotonic() < until:
            self._beat()
            sleep(POLL_SECONDS)

    def _beat(self) -> None:
        if monotonic() > self._end:
            raise TimedOut(f"The file was not fetched within {self._limits.seconds:.0f} s.")
        self._heartbeat(min(1.0, self._writer.size / self._length) if self._length else 0.0)

    def _try(self) -> Downloaded[S]:
        with self._answer() as answer:
            self._prepare(answer)
            for chunk in answer.chunks():
                if self._writer.size + len(chunk) > self._limits.bytes:
                    raise _too_large(self._limits.bytes)
                self._writer.write(chunk)
            if self._length is not None and self._writer.size < self._length:
                raise _Broken("the transfer broke off")
            return Downloaded(self._writer, _filename(answer), answer.header("content-type"))

    def _prepare(self, answer: "_Answer") -> None:
        """Goes on behind what has arrived, or begins anew; refuses a file that is announced too large."""
        length = answer.header("content-length")
        size = int(length[:19]) if length and length.isdecimal() else None
        if answer.status == 206 and answer.header("content-range").startswith(f"bytes {self._writer.size}-"):
            pass
        elif answer.status == 200:
            if self._writer.size:
                self._writer.discard()
                self._writer = self._create()
            self._validator, self._length = answer.validator, size
        else:
            raise UrlUnreachable("The server answers with another part of the file than was asked for.")
        if answer.header("content-encoding").lower() not in {"", "identity"}:
            raise UrlUnreachable("The server compresses the file although asked not to.")
        if (
            size is not None
            and size + (self._writer.size if answer.status == 206 else 0) > self._limits.bytes
        ):
            raise _too_large(self._limits.bytes)

    @contextmanager
    def _answer(self) -> Iterator["_Answer"]:
        """The answer behind all redirects."""
        network = PublicNetwork(allow_internal=self._allow_internal, watch=self._beat)
        url = self._url
        with httpcore.ConnectionPool(ssl.create_default_context(), network_backend=network) as pool:
            for _ in range(MOST_REDIRECTS + 1):
                with _opened(pool, url, self._range()) as answer:
                    if answer.status in REDIRECTS and (target := answer.header("location")):
                        url = self._followed(url, target)
                        continue
                    _require_success(answer)
                    yield answer
                    return
        raise UrlRefused(f"The URL leads on and on: more than {MOST_REDIRECTS} redirects.")

    def _followed(self, url: str, target: str) -> str:
        try:
            joined = str(httpx.URL(url).join(target))
        except httpx.InvalidURL as error:
            raise UrlRefused("The URL leads to one that cannot be read.") from error
        if url.startswith("https:") and not joined.startswith("https:"):
            raise UrlRefused("The URL leads from https to one without encryption.")
        return check_url(joined, allow_internal=self._allow_internal)

    def _range(self) -> dict[str, str]:
        if not self._writer.size or self._validator is None:
            return {}
        return {"Range": f"bytes={self._writer.size}-", "If-Range": self._validator}


class _Broken(Exception):
    """A try that another may better."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.details = {} if status is None else {"status": status}


class _Answer:
    """The head of an answer, and its body as it comes."""

    def __init__(self, url: str, response: httpcore.Response) -> None:
        self.url = url
        self.status = response.status
        self._response = response
        self._headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers
        }

    def header(self, name: str) -> str:
        """Its value; empty where there is none."""
        return self._headers.get(name, "")

    @property
    def validator(self) -> str | None:
        """What tells that a file is still the same, where the server can tell; a weak one cannot."""
        tag = self.header("etag")
        strong = tag if tag and not tag.startswith("W/") else None
        return strong or self.header("last-modified") or None

    def chunks(self) -> Iterator[bytes]:
        """Raises _Broken where the connection breaks."""
        try:
            yield from self._response.iter_stream()
        except BROKEN as error:
            raise _Broken(f"the transfer broke off ({_said(error)})") from error


@contextmanager
def _opened(pool: httpcore.ConnectionPool, url: str, more: dict[str, str]) -> Iterator[_Answer]:
    timeout = httpx.Timeout(TIMEOUT_SECONDS).as_dict()
    headers = list((HEADERS | more).items())
    try:
        stream = pool.stream("GET", url, headers=headers, extensions={"timeout": timeout})
        response = stream.__enter__()
    except Forbidden as error:
        raise UrlRefused("The URL leads to an internal address.") from error
    except BROKEN as error:
        raise _Broken(f"the server does not answer ({_said(error)})") from error
    try:
        yield _Answer(url, response)
    finally:
        stream.__exit__(None, None, None)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]


def _require_success(answer: _Answer) -> None:
    if answer.status in LATER:
        raise _Broken(f"the server answers {answer.status}", answer.status)
    if answer.status not in {200, 206}:
        raise UrlUnreachable(
            f"The server answers {answer.status}.",
            remedy="A presigned URL may have expired." if answer.status == 403 else None,
            details={"status": answer.status},
        )


def _filename(answer: _Answer) -> str | None:
    """As the server names it, else as the URL ends."""
    disposition = Message()
    disposition["Content-Disposition"] = answer.header("content-disposition") or "inline"
    return disposition.get_filename() or unquote(httpx.URL(answer.url).path.rsplit("/", 1)[-1]) or None


def _too_large(limit: int) -> MediaTooLarge:
    return MediaTooLarge(f"The file at the URL has more than {limit} bytes.", details={"limit": limit})
