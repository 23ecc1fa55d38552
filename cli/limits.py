"""The limits that media must keep to, as the settings name them."""

from typing import TYPE_CHECKING

from liptune.core.errors import InvalidOption

if TYPE_CHECKING:
    from liptune.core.media.types import MediaLimits


def limits() -> "MediaLimits":
    """The limits that the settings name, as the service has them."""
    from pydantic import ValidationError

    from liptune.core.media.probe.allowed import media_limits
    from liptune.core.settings import settings

    try:
        return media_limits(settings())
    except ValidationError as error:
        raise InvalidOption(f"A setting is wrong: {error}") from error
