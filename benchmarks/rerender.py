"""Renders CLIP to OUTPUT with every frame replaced by its neighbour: the whole process that `render` times.

python -m benchmarks.rerender CLIP OUTPUT
"""

import sys
from pathlib import Path

import numpy as np

from liptune.core.media.clock.frames import frame_times
from liptune.core.media.probe.probe import probe
from liptune.core.media.write.render import render_picks


def main() -> None:
    """Renders once."""
    clip, output = map(Path, sys.argv[1:])
    info = probe(clip)
    times = frame_times(info)
    render_picks(info, np.maximum(np.arange(len(times.ticks)) - 1, 0), output, times=times)


if __name__ == "__main__":
    main()
