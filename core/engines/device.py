"""Chooses the device, the precision and the batch size that a network runs with."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch

from liptune.core.errors import EngineUnavailable

CPU_BATCH_BYTES = 512 * 1024**2
GPU_SHARE = 0.5


@dataclass(frozen=True)
class Placement:
    """A device and the type its matrix products are computed in."""

    device: torch.device
    precision: torch.dtype = torch.float32

    @property
    def suffix(self) -> str:
        """What a preprocessing version adds where the precision changes numbers."""
        return "" if self.precision == torch.float32 else f"-{str(self.precision).removeprefix('torch.')}"

    @property
    def layout(self) -> torch.memory_format:
        """How images lie in memory: tensor cores want the channels last; a CPU is 6 % slower so."""
        return torch.channels_last if self.device.type == "cuda" else torch.contiguous_format

    @contextmanager
    def inference(self) -> Iterator[None]:
        """No gradients, and products in ``precision``."""
        narrow = self.precision != torch.float32
        precision = self.precision if narrow else None
        with torch.inference_mode(), torch.autocast(self.device.type, precision, enabled=narrow):
            yield

    def batch(self, bytes_per_window: int, most: int) -> int:
        """Windows that fit into half of the free GPU memory, or 512 MiB elsewhere; 1 … ``most``."""
        free = CPU_BATCH_BYTES
        if self.device.type == "cuda":
            free = int(torch.cuda.mem_get_info(self.device)[0] * GPU_SHARE)
        return max(1, min(most, free // bytes_per_window))


def placement(device: str, *, narrow: bool = False) -> Placement:
    """Resolves ``auto``, ``cpu``, ``cuda``, ``cuda:N`` or ``mps``; ``narrow`` takes bfloat16 on CUDA.

    On CUDA the process then uses no algorithm whose bits differ from run to run, and full float32.

    Raises:
        EngineUnavailable: There is no such device here.
    """
    chosen = _resolve(device)
    if chosen.type == "cuda":
        torch.backends.cudnn.benchmark = False
        torch.backends.cudnn.deterministic = True
        torch.backends.cudnn.allow_tf32 = False
    if narrow and chosen.type == "cuda" and torch.cuda.is_bf16_supported():
        return Placement(chosen, torch.bfloat16)
    return Placement(chosen)


def _resolve(device: str) -> torch.device:
    available = _available()
    if device == "auto":
        return torch.device(available[0])
    if device == "cuda" and "cuda:0" in available:
        return torch.device("cuda:0")
    if device not in available:
        raise EngineUnavailable(
            f"There is no device {device!r} here; there are {', '.join(available)}",
            remedy="set LIPTUNE_DEVICE to one of them, or to auto",
        )
    return torch.device(device)


def _available() -> list[str]:
    """Names of the devices, the fastest first."""
    names = [f"cuda:{index}" for index in range(torch.cuda.device_count())]
    if torch.backends.mps.is_available():
        names.append("mps")
    return [*names, "cpu"]


@contextmanager
def one_thread() -> Iterator[None]:
    """Keeps a network to one core: a small one gains nothing by more, and its bits must not depend on it."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
