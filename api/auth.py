"""Authenticates a request by its API key (bearer header, for reading also a cookie) and counts it."""

import hashlib
import hmac
from typing import Annotated
from urllib.parse import unquote

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from liptune.api.errors import Unauthorized
from liptune.api.services import ServicesDep
from liptune.core.settings import HASHED_KEY, Settings

ANYBODY = "anybody"
COOKIE = "liptune_key"
READING = frozenset({"GET", "HEAD"})

_bearer = HTTPBearer(auto_error=False, description="One of the keys in LIPTUNE_API_KEYS, where any are set")


async def authenticate(
    request: Request,
    services: ServicesDep,
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> str:
    """Returns the owner that the key stands for, unless he has made too many requests.

    Whoever has no valid key is counted by his address, and so is everybody where there are no keys.

    For reading, the key may also come as a cookie: a browser's players, downloads and event sources send no
    header. What changes something wants the header, which no other site can make a browser send.
    """
    address = request.client.host if request.client else ""
    if not services.settings.api_keys:
        await services.rates.spend(address)
        return ANYBODY
    owner = find_owner(services.settings, given.credentials if given else _cookie(request))
    await services.rates.spend(owner or address)
    if owner is None:
        raise Unauthorized("The request has no valid API key.", remedy="Send Authorization: Bearer KEY.")
    return owner


def _cookie(request: Request) -> str:
    return unquote(request.cookies.get(COOKIE, "")) if request.method in READING else ""


def find_owner(settings: Settings, key: str) -> str | None:
    """The owner that the key stands for: its SHA-256. Every key is compared, in constant time."""
    digest = _sha256(key)
    known = [hmac.compare_digest(digest, _digest_of(one.get_secret_value())) for one in settings.api_keys]
    return digest if any(known) else None


def _digest_of(setting: str) -> str:
    """A key may be given by its digest, so that it stands in no file."""
    return setting.removeprefix(HASHED_KEY).lower() if setting.startswith(HASHED_KEY) else _sha256(setting)


def _sha256(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


OwnerDep = Annotated[str, Depends(authenticate)]
