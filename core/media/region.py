"""The part of the picture that is searched for faces."""

from liptune.core.errors import InvalidOption
from liptune.core.media.types import Region, VideoStream


def region_of(given: str | None, video: VideoStream) -> Region | None:
    """The option ``region`` in numbers, if it lies within the picture as it is shown.

    Raises:
        InvalidOption: It does not.
    """
    if given is None:
        return None
    region = Region(*map(int, given.split(",")))
    if region.x + region.width > video.width or region.y + region.height > video.height:
        raise InvalidOption(
            f"The option 'region' is wrong: it reaches beyond the picture, which is shown with "
            f"{video.width} x {video.height} pixels.",
            remedy="A region is x,y,width,height, counted from the top left corner.",
            details={"option": "region", "width": video.width, "height": video.height},
        )
    return region
