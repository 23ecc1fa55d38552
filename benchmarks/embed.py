"""Windows a second of the published engines, against the published loop over the same windows.

    python -m benchmarks.embed [--engine syncnet_v2] [--device cpu] [--frames 36] [--rounds 3]

Speed depends on shapes alone, so the weights are random and no checkpoint is needed. Ours and the published
loop alternate; the median and the range of the rounds are given. On a CPU both run on one thread and are
timed by that thread's clock, so that a busy machine does not blur the comparison. The bound is the measured
rate of a 2048² matrix product in the same precision.
"""

import argparse
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.record import provenance, write_result
from liptune.core.engines.device import Placement, placement
from liptune.core.engines.stable_syncnet.architecture import HEIGHT, WIDTH, Architecture
from liptune.core.engines.stable_syncnet.engine import StableSyncNetEngine
from liptune.core.engines.stable_syncnet.network import Attention, Block, Branch, StableSyncNet
from liptune.core.engines.syncnet_v2.engine import SyncNetV2Engine
from liptune.core.engines.syncnet_v2.network import SIDE, WINDOW, SyncNetV2

PUBLISHED_BATCH = 20
MATRIX = 2048


class Bench:
    """One engine: ``ours`` and ``published`` embed the same ``windows`` lip windows."""

    windows: int
    flop: int

    def ours(self) -> None:
        """Our engine's way."""
        raise NotImplementedError

    def published(self) -> None:
        """The published code's way."""
        raise NotImplementedError


class SyncNetV2Bench(Bench):
    """The published loop stacks five frames a window, 20 windows at a time."""

    def __init__(self, where: Placement, frames: int) -> None:
        network = SyncNetV2().eval().requires_grad_(False)
        self.windows = frames - WINDOW + 1
        self._network = network.to(where.device)
        self._engine = SyncNetV2Engine(network, "", where)
        self._faces = np.random.default_rng(0).integers(0, 256, (frames, SIDE, SIDE, 3), dtype=np.uint8)
        clip = torch.zeros(3, WINDOW, SIDE, SIDE, device=where.device)
        self.flop = _flop(lambda: network.embed_lips(clip))

    def ours(self) -> None:
        embedder = self._engine.crop_embedder()
        embedder.push(self._faces)
        embedder.finish()

    def published(self) -> None:
        clip = torch.from_numpy(self._faces[..., ::-1].copy()).permute(3, 0, 1, 2).float()
        with torch.inference_mode():
            for start in range(0, self.windows, PUBLISHED_BATCH):
                stop = min(start + PUBLISHED_BATCH, self.windows)
                windows = torch.stack([clip[:, at : at + WINDOW] for at in range(start, stop)])
                features = self._network.netcnnlip(windows.to(next(self._network.parameters()).device))
                self._network.netfclip(features.flatten(1)).cpu()


class StableSyncNetBench(Bench):
    """The published loop embeds one window after the other."""

    def __init__(self, where: Placement, frames: int) -> None:
        architecture = Architecture(*published_branches())
        network = StableSyncNet(architecture.visual, architecture.audio).eval().requires_grad_(False)
        self.windows = frames - architecture.window + 1
        self._window = architecture.window
        self._network = network
        self._engine = StableSyncNetEngine(network, architecture, "", where)
        pixels = np.random.default_rng(0).integers(0, 256, (frames, HEIGHT, WIDTH, 3), dtype=np.uint8)
        self._inputs = np.empty(frames, self._engine.visual_dtype)
        self._inputs["face"] = pixels
        window = torch.zeros(1, 3 * architecture.window, HEIGHT, WIDTH, device=where.device)
        self.flop = _flop(lambda: network.embed_lips(window))

    def ours(self) -> None:
        embedder = self._engine.video_embedder()
        embedder.push(self._inputs)
        embedder.finish()

    def published(self) -> None:
        faces = torch.from_numpy(self._inputs["face"].copy()).permute(0, 3, 1, 2).float()
        device = next(self._network.parameters()).device
        with torch.inference_mode():
            for start in range(self.windows):
                window = ((faces[start : start + self._window] / 255 - 0.5) / 0.5).flatten(0, 1)
                self._network.embed_lips(window[None].to(device)).cpu()


def published_branches() -> tuple[Branch, Branch]:
    """Visual and audio encoder of StableSyncNet as published."""
    audio = _branch(1, (32, 64, 128, 256, 512, 1024, 2048), (3, 4), (2, 1), without=3)
    return _branch(48, (64, 128, 256, 256, 512, 1024, 2048, 2048), (4, 5), (1, 2)), audio


def _branch(
    inputs: int,
    channels: tuple[int, ...],
    attention: tuple[int, int],
    first: tuple[int, int],
    without: int = -1,
) -> Branch:
    blocks: list[Block | Attention] = []
    for at, width in enumerate(channels):
        stride = None if at == without else first if at == 0 else (2, 2)
        blocks.append(Block(channels[max(at - 1, 0)], width, stride))
        blocks += [Attention(width)] if at in attention else []
    return Branch(inputs, tuple(blocks))


def _flop(embed: Callable[[], Tensor]) -> int:
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        embed()
    return int(counter.get_total_flops())


def seconds(work: Callable[[], object], device: torch.device) -> float:
    """Time of one call: of the thread on a CPU, of the wall elsewhere."""
    clock = time.thread_time if device.type == "cpu" else time.perf_counter
    started = clock()
    work()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return clock() - started


def matrix_rate(where: Placement) -> float:
    """FLOP a second of a matrix product, the best of five."""
    matrix = torch.ones(MATRIX, MATRIX, device=where.device, dtype=where.precision)
    best = min(seconds(lambda: matrix @ matrix, where.device) for _ in range(5))
    return 2 * MATRIX**3 / best


def run(engine: str, where: Placement, frames: int, rounds: int) -> dict[str, Any]:
    """Alternates ours and the published loop."""
    bench: Bench = (
        SyncNetV2Bench(where, frames) if engine == "syncnet_v2" else StableSyncNetBench(where, frames)
    )
    times: dict[str, list[float]] = {"ours": [], "published": []}
    for _ in range(rounds + 1):
        times["ours"].append(seconds(bench.ours, where.device))
        times["published"].append(seconds(bench.published, where.device))
    rates = {name: [bench.windows / each for each in found[1:]] for name, found in times.items()}
    bound = matrix_rate(where)
    return {
        "engine": engine,
        "device": str(where.device),
        "precision": str(where.precision),
        "windows_per_second": {
            name: {"median": median(each), "least": min(each), "most": max(each)}
            for name, each in rates.items()
        },
        "times_faster": median(a / b for a, b in zip(rates["ours"], rates["published"], strict=True)),
        "gflop_per_window": bench.flop / 1e9,
        "matrix_gflops": bound / 1e9,
        "share_of_bound": median(rates["ours"]) * bench.flop / bound,
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--engine", choices=("syncnet_v2", "stable_syncnet"), default="syncnet_v2")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--frames", type=int, default=36)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(1)
    where = placement(arguments.device, narrow=arguments.engine == "stable_syncnet")
    result = run(arguments.engine, where, arguments.frames, arguments.rounds)
    for name, rate in result["windows_per_second"].items():
        print(f"{name:<10}{rate['median']:>9.2f} windows/s ({rate['least']:.2f} … {rate['most']:.2f})")
    print(f"{result['times_faster']:.2f} times as fast; {result['gflop_per_window']:.2f} GFLOP a window,")
    print(f"{result['share_of_bound']:.0%} of the {result['matrix_gflops']:.0f} GFLOP/s of a matrix product")
    print("written to", write_result(f"embed-{arguments.engine}", {**provenance(), **result}))


if __name__ == "__main__":
    main()
