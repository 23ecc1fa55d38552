"""Checks a webhook's URL and secret; raises WebhookRefused."""

import base64
import binascii

from liptune.core.errors import WebhookRefused
from liptune.core.internet.url import BadUrl, callable_url

SECRET_PREFIX = "whsec_"  # noqa: S105 - a prefix, not a secret
SECRET_BYTES = range(24, 65)


def check_url(url: str, *, allow_internal: bool) -> str:
    """Returns the URL if a webhook may be sent there, as far as that can be told without asking the DNS.

    Raises:
        WebhookRefused: It may not.
    """
    schemes = ("https", "http") if allow_internal else ("https",)
    try:
        return callable_url(url, schemes=schemes, allow_internal=allow_internal)
    except BadUrl as error:
        raise WebhookRefused(f"The webhook's URL {error}.") from error


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
