"""The options of each operation as frozen models, which check what a user gave. Imports nothing heavy.

A field's description is its help in the terminal and its text in the API's document.
"""

from collections.abc import Mapping
from types import NoneType
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from liptune.core.errors import InvalidOption, UnknownOption

Interpolation = Literal["none", "flow"]
AudioClock = Literal["picture", "file"]
Fill = Literal["hold", "loop", "bounce"]

ALL_STREAMS = "all"
LANGUAGE = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$"
REGION = "^[0-9]{1,5},[0-9]{1,5},[0-9]{1,5},[0-9]{1,5}$"
SMALLEST_REGION = 16
MOST_FACES = 999_999
MOST_DIGITS = 9
LONGEST_SECONDS = 999_999
"""More than any video has, and far from where a float of frames ends."""

NUMBERS = {int, float, NoneType}


def _number_of(given: object) -> object:
    """A number where a terminal gave one in digits."""
    if isinstance(given, str) and given.isdecimal() and len(given) <= MOST_DIGITS:
        return int(given)
    return given


class MeasureOptions(BaseModel):
    """Options of every operation. ``start``, ``end``: seconds of the video's clock."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    engine: Literal["lite", "judge", "syncnet_v2", "stable_syncnet"] = Field(
        "lite", description="Which network judges; see `liptune engines`."
    )
    face: Annotated[
        Literal["active"] | Annotated[int, Field(ge=0, le=MOST_FACES)], BeforeValidator(_number_of)
    ] = Field("active", description="The number of a face, or `active`: the one that speaks.")
    start: float | None = Field(
        None, ge=0, le=LONGEST_SECONDS, description="Second of the video to begin at."
    )
    end: float | None = Field(None, gt=0, le=LONGEST_SECONDS, description="Second of the video to stop at.")
    max_offset_seconds: float = Field(
        5.0,
        ge=0.6,
        le=60,
        description="How far from the lips their sound is looked for, as far as the video is long enough.",
    )
    audio_stream: Annotated[
        Annotated[int, Field(ge=0, le=9999)] | Annotated[str, Field(pattern=LANGUAGE)] | None,
        BeforeValidator(_number_of),
    ] = Field(
        None,
        description="The audio stream to listen to: its index in the file, or its language, such as deu; "
        "`all` (measure alone) tries each. Default: the one that the file marks.",
    )
    channel: Annotated[
        Literal["auto", "mix", "centre", "left", "right"] | Annotated[int, Field(ge=1, le=64)],
        BeforeValidator(_number_of),
    ] = Field(
        "auto",
        description="The channel to listen to: mix (all), centre, left, right, or its number, from 1; auto: "
        "of surround sound the centre or the mix, whichever fits the lips better, of other sound the mix.",
    )
    audio_clock: AudioClock = Field(
        "picture",
        description="Of sound in a file of its own: picture (its first sample is laid at the picture's first "
        "frame), or file (its time stamps count, on one clock with the video's).",
    )
    region: str | None = Field(
        None,
        pattern=REGION,
        description="Look for faces in this part of the picture alone: x,y,width,height in pixels as shown.",
    )

    @field_validator("*", mode="before")
    @classmethod
    def _as_asked(cls, given: object, info: ValidationInfo) -> object:
        """Refuses what pydantic would turn into a number: true and false, and digits in quotes."""
        asked = cls.model_fields[info.field_name or ""].annotation
        if isinstance(given, bool) is not (asked is bool):
            raise ValueError("true or false is expected" if asked is bool else "it is neither true nor false")
        if isinstance(given, str) and set(get_args(asked) or (asked,)) <= NUMBERS:
            raise ValueError("a number is expected")
        return given

    @field_validator("region")
    @classmethod
    def _large_enough(cls, region: str | None) -> str | None:
        if region and min(map(int, region.split(",")[2:])) < SMALLEST_REGION:
            raise ValueError(f"a region is {SMALLEST_REGION} pixels wide and high at least")
        return region

    @model_validator(mode="after")
    def _start_before_end(self) -> Self:
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise ValueError("end must be later than start")
        return self


class RepairOptions(MeasureOptions):
    """Options of every operation that writes a copy."""

    judge: Literal["auto", "none"] = Field(
        "auto",
        description="Who judges a repair: auto, the strongest network that had no part in the plan; or none.",
    )

    @field_validator("engine")
    @classmethod
    def _plans(cls, engine: str) -> str:
        if engine == "judge":
            raise ValueError("the judge has no part in a plan, so that it can judge it; name another engine")
        return engine

    @field_validator("audio_stream")
    @classmethod
    def _one_stream(cls, stream: int | str | None) -> int | str | None:
        if stream == ALL_STREAMS:
            raise ValueError("a repair goes by one audio stream; find out with measure which fits")
        return stream


class PlanOptions(RepairOptions):
    """What may be repaired: ``mode`` ``auto`` takes the simplest that explains the evidence.

    ``window_frames``: frames of 1/25 s from the steady clock. ``smoothness``: see
    `core.plan.lattice.PathPrior`. ``max_hold_frames``: 1 leaves a local warp no room, and above 2 nothing
    changes; where a clock runs past the video's start or end, the frame there is shown for as long as it
    takes.
    """

    mode: Literal["auto", "offset", "drift", "local"] = Field(
        "auto", description="auto, offset, drift or local: what may be done."
    )
    window_frames: float = Field(3.0, ge=1, le=12, description="How far a local warp may go, in 1/25 s.")
    smoothness: float = Field(0.3, ge=0, le=1000, description="What a change of displacement costs.")
    adaptive: bool = Field(False, description="Go less far where speech is fast and clear.")
    max_hold_frames: int = Field(
        2, ge=1, le=1000, description="How often a local warp may show a frame in a row."
    )


class RetimeOptions(PlanOptions):
    """Options of ``retime``."""

    move: Literal["auto", "sound", "picture"] = Field(
        "auto",
        description="What may be changed: sound (the picture is copied, packet by packet), picture, or auto: "
        "whatever loses least.",
    )
    interpolate: Interpolation = Field(
        "none", description="none, or flow: draw in-between frames where the picture is slowed down."
    )


class WarpOptions(PlanOptions):
    """Options of ``warp``. ``donor_pose_limit_degrees``: between the head and that of the mouth's moment."""

    blend: Literal["poisson", "pyramid"] = Field(
        "pyramid", description="pyramid or poisson: how a mouth is joined to the face."
    )
    donor_pose_limit_degrees: float = Field(
        8.0, gt=0, le=45, description="How differently the head may be turned where a mouth is taken."
    )


class DubOptions(RepairOptions):
    """Options of ``dub``."""

    expression: float = Field(
        0.5,
        ge=0,
        le=1,
        description="How far the way something is said, loud or soft, high or low, moves the mouth: 0 not "
        "at all, 1 most.",
    )
    length: Literal["picture", "sound", "shortest"] = Field(
        "picture",
        description="How long the copy lasts where the two differ: as the picture, as the sound, or as the "
        "shorter of them.",
    )
    fill: Fill = Field(
        "hold",
        description="What is shown where a longer sound asks for more picture: hold (the last frame), loop "
        "(the picture once more), or bounce (the picture backwards).",
    )
    keep_audio: bool = Field(
        False, description="Keep the old sound too, after the new one, which is played unless it is chosen."
    )


def checked(operation: str, model: type[BaseModel], given: Mapping[str, Any]) -> BaseModel:
    """The options ``given`` for ``operation`` as its ``model``.

    Raises:
        UnknownOption: The operation takes no option of that name.
        InvalidOption: It does, but not with that value.
    """
    try:
        return model.model_validate(dict(given))
    except ValidationError as error:
        raise _explain(operation, model, error) from error


def _explain(operation: str, model: type[BaseModel], error: ValidationError) -> UnknownOption | InvalidOption:
    unknown = [str(problem["loc"][0]) for problem in error.errors() if problem["type"] == "extra_forbidden"]
    if unknown:
        return UnknownOption(
            f"{operation} does not take the option {unknown[0]!r}.",
            remedy=f"It takes: {', '.join(model.model_fields)}.",
            details={"option": unknown[0]},
        )
    first = error.errors()[0]
    option = str(first["loc"][0]) if first["loc"] else None
    what = f"The option {option!r} is wrong" if option else "The options are wrong"
    known = model.model_fields.get(option) if option else None
    return InvalidOption(
        f"{what}: {first['msg'].removeprefix('Value error, ')}.",
        remedy=f"{option}: {known.description}" if known else None,
        details={"option": option} if option else None,
    )
