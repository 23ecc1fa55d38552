"""The part of the picture that is searched for faces."""

from liptune.core.errors import InvalidOption
from liptune.core.media.types import Region


def region_of(given: str | None, width: int, height: int) -> Region | None:
    """The option ``region`` in numbers, if it lies within a picture that is shown with this size.

    Raises:
        InvalidOption: It does not.
    """
    if given is None:
        return None
    region = Region(*map(int, given.split(",")))
    if region.x + region.width > width or region.y + region.height > height:
        raise InvalidOption(
            f"The option 'region' is wrong: it reaches beyond the picture, which is shown with "
            f"{width} x {height} pixels.",
            remedy="A region is x,y,width,height, counted from the top left corner.",
            details={"option": "region", "width": width, "height": height},
        )
    return region
