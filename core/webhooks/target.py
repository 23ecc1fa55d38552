"""Checks a webhook's URL and secret; raises WebhookRefused."""

import base64
import binascii
import re
from ipaddress import ip_address

import httpx

from liptune.core.errors import WebhookRefused
from liptune.core.webhooks.addresses import is_public

LONGEST_URL = 2048
HOST = re.compile(r"[^\s\x00-\x1f%/\\?#@]+")
SECRET_PREFIX = "whsec_"  # noqa: S105 - a prefix, not a secret
SECRET_BYTES = range(24, 65)


def check_url(url: str, *, allow_internal: bool) -> str:
    """Returns the URL if a webhook may be sent there, as far as that can be told without asking the DNS.

    Raises:
        WebhookRefused: It may not.
    """
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise WebhookRefused("The webhook's URL cannot be read.") from error
    schemes = ("https", "http") if allow_internal else ("https",)
    if parsed.scheme not in schemes or not _names_a_host(parsed) or len(url) > LONGEST_URL:
        raise WebhookRefused(f"The webhook's URL must begin with {' or '.join(schemes)}:// and name a host.")
    if parsed.userinfo or parsed.fragment:
        raise WebhookRefused("The webhook's URL may hold neither credentials nor a fragment.")
    if not allow_internal and not _may_be_public(parsed.host):
        raise WebhookRefused("The webhook's URL names an internal address.")
    return str(parsed)


def check_secret(secret: str) -> str:
    """Returns the secret if it can sign (Standard Webhooks: 24 to 64 bytes in base64 behind ``whsec_``).

    Raises:
        WebhookRefused: It cannot; the message does not repeat it.
    """
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(SECRET_PREFIX) or len(key) not in SECRET_BYTES:
        raise WebhookRefused(f"The webhook's secret must be {SECRET_PREFIX} and 24 to 64 bytes in base64.")
    return secret


def _names_a_host(url: httpx.URL) -> bool:
    return HOST.fullmatch(url.host) is not None and (url.port is None or 0 < url.port < 65536)


def _may_be_public(host: str) -> bool:
    """A name's addresses are looked at when it is called: they may be others by then."""
    try:
        ip_address(host)
    except ValueError:
        return host != "localhost" and not host.endswith(".localhost")
    return is_public(host)
