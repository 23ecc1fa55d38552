import pytest

from core.options import OPTIONS
from worker.operations import find


@pytest.mark.parametrize("operation", OPTIONS)
def test_every_operation_that_is_accepted_can_be_run(operation: str) -> None:
    assert callable(find(operation))
