"""The part of the picture that is searched for faces."""

from liptune.core.errors import InvalidOption
from liptune.core.media.types import Region, VideoStream


def inside(region: Region | None, video: VideoStream) -> Region | None:
    """The region, if it lies within the picture as it is shown.

    Raises:
        InvalidOption: It does not.
    """
    if region is None:
        return None
    if region.x + region.width > video.width or region.y + region.height > video.height:
        raise InvalidOption(
            f"The option 'region' is wrong: it reaches beyond the picture, which is shown with "
            f"{video.width} x {video.height} pixels.",
            remedy="A region is x,y,width,height, counted from the top left corner.",
            details={"option": "region", "width": video.width, "height": video.height},
        )
    return region
