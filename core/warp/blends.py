"""The blends by name, and the protocol they share: pairs of faces in, composites out."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from liptune.core.warp.colour import Colours
from liptune.core.warp.poisson import Poisson
from liptune.core.warp.pyramid import Pyramid
from liptune.core.warp.types import Composite, Left, Pair


class Blend(Protocol):
    """Turns pairs into composites, one for each and in order, perhaps some frames late."""

    def __call__(self, pairs: Iterable[Pair | Left]) -> Iterator[Composite | Left]: ...


BLENDS: dict[str, Callable[[Colours], Blend]] = {"poisson": Poisson, "pyramid": Pyramid}
