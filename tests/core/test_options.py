from typing import Any

import pytest

from liptune.core.errors import InvalidOption
from liptune.core.operations.table import OPERATIONS, parse_options
from liptune.core.options import MeasureOptions

ALL = [
    (operation, name)
    for operation, row in OPERATIONS.items()
    for name in row.options.model_fields
    if issubclass(row.options, MeasureOptions)
]
"""Other tests may have added operations of their own."""


@pytest.mark.parametrize(("operation", "option"), ALL)
def test_true_is_not_a_number_and_one_is_not_true(operation: str, option: str) -> None:
    field = OPERATIONS[operation].options.model_fields[option]
    wrong: Any = 1 if field.annotation is bool else True
    with pytest.raises(InvalidOption, match=option):
        parse_options(operation, {option: wrong})


@pytest.mark.parametrize(("operation", "option"), ALL)
def test_no_number_is_too_large_to_be_refused(operation: str, option: str) -> None:
    for number in (10**400, -(10**400), 1e308, float("inf"), float("nan")):
        with pytest.raises(InvalidOption, match=option):
            parse_options(operation, {option: number})


@pytest.mark.parametrize(("operation", "option"), ALL)
def test_a_default_is_taken_when_it_is_given(operation: str, option: str) -> None:
    default = OPERATIONS[operation].options.model_fields[option].default
    assert getattr(parse_options(operation, {option: default}), option) == default


@pytest.mark.parametrize(("typed", "face"), [("active", "active"), ("0", 0), ("12", 12), (7, 7)])
def test_a_face_may_be_typed_in_digits(typed: str | int, face: str | int) -> None:
    assert parse_options("measure", {"face": typed}).model_dump()["face"] == face


@pytest.mark.parametrize("typed", ["-1", "9" * 10, "9" * 5000, "1.5", "", "somebody"])
def test_a_face_that_is_none(typed: str) -> None:
    with pytest.raises(InvalidOption, match="face"):
        parse_options("measure", {"face": typed})
