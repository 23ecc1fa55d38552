import pytest
import torch

from liptune.core.engines.device import CPU_BATCH_BYTES, Placement, placement
from liptune.core.errors import EngineUnavailable

MIB = 1024**2


@pytest.mark.parametrize(
    ("free_mib", "window_mib", "most", "expected"),
    [(1000, 10, 64, 50), (1000, 1, 64, 64), (1000, 10_000, 64, 1), (0, 10, 64, 1)],
)
def test_a_batch_takes_half_of_what_the_gpu_has_free(
    free_mib: int, window_mib: int, most: int, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (free_mib * MIB, 80_000 * MIB))
    where = Placement(torch.device("cuda:0"))
    assert where.batch(window_mib * MIB, most) == expected


def test_a_batch_on_the_cpu_is_bounded_too() -> None:
    where = placement("cpu")
    assert where.batch(CPU_BATCH_BYTES // 3, 64) == 3
    assert where.batch(2 * CPU_BATCH_BYTES, 64) == 1


def test_a_device_that_is_not_there_says_which_are() -> None:
    with pytest.raises(EngineUnavailable, match="cpu") as caught:
        placement("cuda:99")
    assert "LIPTUNE_DEVICE" in str(caught.value.remedy)


def test_narrow_numbers_are_for_gpus() -> None:
    where = placement("cpu", narrow=True)
    assert where.precision == torch.float32
    assert where.suffix == ""


@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
def test_products_are_computed_in_the_precision_and_leave_no_gradients(precision: torch.dtype) -> None:
    weights = torch.ones(4, 4, requires_grad=True)
    with Placement(torch.device("cpu"), precision).inference():
        product = weights @ torch.ones(4, 4)
    assert product.dtype == precision
    assert not product.requires_grad
