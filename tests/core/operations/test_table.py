import pytest

from liptune.core.operations.table import OPERATIONS


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_that_is_accepted_can_be_run(operation: str) -> None:
    assert callable(OPERATIONS[operation].load())
