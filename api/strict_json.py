"""Reads JSON as RFC 8259 has it, so that no two readers of one text find different things in it."""

import json
from typing import Any, NoReturn

from liptune.api.errors import InvalidRequest


def read_json(text: str | bytes, what: str) -> Any:
    """The value of the text, which a message calls ``what``.

    Raises:
        InvalidRequest: It is not JSON in UTF-8, is nested too deep, has a name twice in one object, or a
            number that JSON does not have (NaN, Infinity).
    """
    try:
        decoded = text if isinstance(text, str) else text.decode()
        return json.loads(decoded, object_pairs_hook=_names_once, parse_constant=_no_number)
    except RecursionError as error:
        raise InvalidRequest(f"{what} is nested too deep.") from error
    except ValueError as error:
        raise InvalidRequest(f"{what} is not JSON: {error}.") from error


def _names_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in found if names.count(name) > 1)
        raise ValueError(f"the name {twice[:64]!r} comes twice in one object")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number that JSON has")
