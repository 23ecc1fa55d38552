"""The options of each operation, checked before a job is accepted. Imports nothing heavy."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class MeasureOptions(BaseModel):
    """``face``: a track number or the active speaker. ``start``, ``end``: seconds of the video's clock."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    engine: Literal["lite", "syncnet_v2", "stable_syncnet"] = "lite"
    face: Literal["active"] | int = Field("active")
    start: float | None = Field(None, ge=0)
    end: float | None = Field(None, gt=0)

    @model_validator(mode="after")
    def _start_before_end(self) -> Self:
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise ValueError("end must be later than start")
        return self
