"""Who is asking."""

import hashlib
import hmac
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.errors import Unauthorized
from api.services import ServicesDep

ANYBODY = "anybody"

_bearer = HTTPBearer(auto_error=False, description="One of the keys in LIPTUNE_API_KEYS, where any are set")


async def authenticate(
    services: ServicesDep, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> str:
    """Returns the owner that the key stands for. Every key is compared, in constant time."""
    keys = services.settings.api_keys
    if not keys:
        return ANYBODY
    digest = _digest(given.credentials if given else "")
    matches = [hmac.compare_digest(digest, _digest(key.get_secret_value())) for key in keys]
    if not any(matches):
        raise Unauthorized("The request has no valid API key.", remedy="Send Authorization: Bearer KEY.")
    return digest.hex()


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()


OwnerDep = Annotated[str, Depends(authenticate)]
