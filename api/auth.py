"""Who is asking."""

import hashlib
import hmac
from typing import Annotated
from urllib.parse import unquote

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.errors import Unauthorized
from api.services import ServicesDep

ANYBODY = "anybody"
COOKIE = "liptune_key"
READING = frozenset({"GET", "HEAD"})

_bearer = HTTPBearer(auto_error=False, description="One of the keys in LIPTUNE_API_KEYS, where any are set")


async def authenticate(
    request: Request,
    services: ServicesDep,
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> str:
    """Returns the owner that the key stands for. Every key is compared, in constant time.

    For reading, the key may also come as a cookie: a browser's players, downloads and event sources send no
    header. What changes something wants the header, which no other site can make a browser send.
    """
    keys = services.settings.api_keys
    if not keys:
        return ANYBODY
    digest = _digest(given.credentials if given else _cookie(request))
    matches = [hmac.compare_digest(digest, _digest(key.get_secret_value())) for key in keys]
    if not any(matches):
        raise Unauthorized("The request has no valid API key.", remedy="Send Authorization: Bearer KEY.")
    return digest.hex()


def _cookie(request: Request) -> str:
    return unquote(request.cookies.get(COOKIE, "")) if request.method in READING else ""


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()


OwnerDep = Annotated[str, Depends(authenticate)]
