"""How best to read distances: ``python -m training.reading [--cache FOLDER]``.

Prints the share of held-out windows within one frame for each way from distances to the best shift;
``core.sync.evidence`` and ``core.sync.profile`` go the way that does best.
"""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from liptune.core.sync.evidence import centred
from training.command import given
from training.network.weights import load_ensemble
from training.split import split
from training.validation import bands, window_accuracy

WINDOWS = (1, 5, 9, 15)
FLOORS = (0.03, 0.07, 0.15, 0.3)
WIDTHS = (0.0, 0.5, 0.7, 0.85, 1.0, 1.2)

Rows = NDArray[np.float32]


def log_of(floor: float) -> Callable[[Rows], Rows]:
    """Logarithms of distances over their median, with a floor."""
    return lambda band: np.asarray(np.log(band / np.median(band) + floor))


def main() -> None:
    """Command line."""
    weights, corpus = given(__doc__)
    found = [band.numpy() for band in bands(load_ensemble(weights), corpus, split(corpus)[1])]
    readings: dict[str, Callable[[Rows], Rows]] = {"distance": lambda band: band}
    readings |= {f"log, floor {floor:.2f}": log_of(floor) for floor in FLOORS}
    print("windows of", *WINDOWS, "frames")
    for name, reading in readings.items():
        read = [centred(reading(band)) for band in found]
        for width in WIDTHS:
            smooth = [torch.from_numpy(gaussian_filter1d(rows, width, axis=1)) for rows in read]
            shares = "  ".join(f"{window_accuracy(smooth, frames):.3f}" for frames in WINDOWS)
            print(f"{name:16}  neighbours {width:.2f}  {shares}")


if __name__ == "__main__":
    main()
