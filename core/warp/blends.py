"""The ways to join a donor's mouth to a face."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from core.warp.colour import Colours
from core.warp.poisson import Poisson
from core.warp.pyramid import Pyramid
from core.warp.types import Composite, Left, Pair


class Blend(Protocol):
    """Turns pairs into composites, one for each and in order, perhaps some frames late."""

    def __call__(self, pairs: Iterable[Pair | Left]) -> Iterator[Composite | Left]: ...


BLENDS: dict[str, Callable[[Colours], Blend]] = {"poisson": Poisson, "pyramid": Pyramid}
