"""What clients call their media and jobs: their own reference, kept and shown as it came."""

import json
import re
from typing import Annotated

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from liptune.api.errors import InvalidRequest
from liptune.api.strict_json import read_json
from liptune.core.store.database.columns import storable

MOST_BYTES = 4096
KEY = "^[A-Za-z0-9_.-]{1,64}$"
CONDITION = re.compile(r"([A-Za-z0-9_.-]{1,64}):(.*)", re.DOTALL)


def _kept(given: dict[str, str]) -> dict[str, str]:
    if len(json.dumps(given, ensure_ascii=False).encode(errors="surrogatepass")) > MOST_BYTES:
        raise ValueError(f"metadata may have at most {MOST_BYTES} bytes as JSON")
    if not all(map(storable, given.values())):
        raise ValueError("metadata may hold neither NUL nor half of a surrogate pair")
    return given


Metadata = Annotated[
    dict[Annotated[str, Field(pattern=KEY)], str],
    AfterValidator(_kept),
    Field(
        description=f"Your own reference: strings by name, at most {MOST_BYTES} bytes as JSON",
        examples=[{"project": "Nordwind", "reel": "7"}],
    ),
]

_metadata: TypeAdapter[dict[str, str]] = TypeAdapter(Metadata)


def parse_metadata(text: str) -> dict[str, str]:
    """Reads the JSON of a form's field or an upload's description.

    Raises:
        InvalidRequest: It is not an object of strings, or too large.
    """
    try:
        return _metadata.validate_python(read_json(text, "metadata"))
    except ValidationError as error:
        raise InvalidRequest(f"metadata: {error.errors()[0]['msg']}") from error


def parse_condition(condition: str) -> tuple[str, str]:
    """Reads ``name:value``, what the metadata of a job must hold to be listed.

    Raises:
        InvalidRequest: It is something else.
    """
    found = CONDITION.fullmatch(condition)
    if found is None:
        raise InvalidRequest("metadata is asked for as name:value, such as project:Nordwind.")
    return found[1], found[2]
