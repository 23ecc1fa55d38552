"""Which URLs of strangers may be called."""

import re
from collections.abc import Sequence
from ipaddress import ip_address

import httpx

from liptune.core.internet.addresses import is_public

LONGEST_URL = 2048
HOST = re.compile(r"[^\s\x00-\x1f%/\\?#@]+")


class BadUrl(Exception):
    """A URL that may not be called; the message goes on behind the URL's name."""


def callable_url(url: str, *, schemes: Sequence[str], allow_internal: bool) -> str:
    """Returns the URL as it is called, if it may be, as far as that can be told without asking the DNS.

    Raises:
        BadUrl: It may not.
    """
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise BadUrl("cannot be read") from error
    if parsed.scheme not in schemes or not _names_a_host(parsed) or len(url) > LONGEST_URL:
        raise BadUrl(f"must begin with {' or '.join(schemes)}:// and name a host")
    if parsed.userinfo or parsed.fragment:
        raise BadUrl("may hold neither credentials nor a fragment")
    if not allow_internal and not _may_be_public(parsed.host):
        raise BadUrl("names an internal address")
    return str(parsed)


def _names_a_host(url: httpx.URL) -> bool:
    return HOST.fullmatch(url.host) is not None and (url.port is None or 0 < url.port < 65536)


def _may_be_public(host: str) -> bool:
    """A name's addresses are looked at when it is called: they may be others by then."""
    try:
        ip_address(host)
    except ValueError:
        return host != "localhost" and not host.endswith(".localhost")
    return is_public(host)
