"""The options of each operation, checked before a job is accepted. Imports nothing heavy."""

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.errors import InvalidOption, UnknownOption

Interpolation = Literal["none", "flow"]


class MeasureOptions(BaseModel):
    """``face``: a track number or the active speaker. ``start``, ``end``: seconds of the video's clock."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    engine: Literal["lite", "syncnet_v2", "stable_syncnet"] = "lite"
    face: Literal["active"] | int = Field("active")
    start: float | None = Field(None, ge=0)
    end: float | None = Field(None, gt=0)

    @model_validator(mode="after")
    def _start_before_end(self) -> Self:
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise ValueError("end must be later than start")
        return self


class PlanOptions(MeasureOptions):
    """``mode``: what may be done; ``auto`` takes the simplest that explains the evidence.

    ``window_frames``: how far a local warp may go from the steady one, in frames of 1/25 s. ``smoothness``:
    what a change of displacement costs (see `core.retime.lattice.PathPrior`). ``max_hold_frames``: how often
    a local warp may show a frame in a row; 1 leaves it no room, and above 2 nothing changes. Where a
    clock runs past the video's start or end, the frame there is shown for as long as it takes. ``adaptive``:
    whether a local warp goes less far where speech is fast and clear.
    """

    mode: Literal["auto", "offset", "drift", "local"] = "auto"
    window_frames: float = Field(3.0, ge=1, le=12)
    smoothness: float = Field(0.3, ge=0)
    adaptive: bool = False
    max_hold_frames: int = Field(2, ge=1)


class RetimeOptions(PlanOptions):
    """``interpolate``: ``flow`` draws in-between frames where the picture is slowed down."""

    interpolate: Interpolation = "none"


class WarpOptions(PlanOptions):
    """``blend``: how the mouth is joined to the face.

    ``donor_pose_limit_degrees``: how differently the head may be turned where the mouth comes from.
    """

    blend: Literal["poisson", "pyramid"] = "pyramid"
    donor_pose_limit_degrees: float = Field(8.0, gt=0, le=45)


OPTIONS: dict[str, type[BaseModel]] = {
    "measure": MeasureOptions,
    "retime": RetimeOptions,
    "warp": WarpOptions,
}


def parse_options(operation: str, given: Mapping[str, Any]) -> BaseModel:
    """Checks what was given against the options of ``operation``, a key of `OPTIONS`.

    Raises:
        UnknownOption: The operation takes no option of that name.
        InvalidOption: It does, but not with that value.
    """
    model = OPTIONS[operation]
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
    return InvalidOption(f"{what}: {first['msg']}.", details={"option": option} if option else None)
