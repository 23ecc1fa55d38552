"""The JSON of webhooks: request, resource and attempts."""

from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from liptune.core.store.database.models import Webhook, WebhookStatus


class WebhookRequest(BaseModel):
    """Whom to tell when the job has ended (Standard Webhooks v1)."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(description="An https address on the internet", examples=["https://example.com/liptune"])
    secret: SecretStr = Field(
        description="`whsec_` and 24 to 64 bytes in base64: signs the message",
        json_schema_extra={"pattern": r"^whsec_[A-Za-z0-9+/]{32,88}={0,2}$"},
    )


class AttemptResource(BaseModel):
    """One attempt to deliver: the status of the answer, or why there was none."""

    started_at: datetime
    seconds: float
    answer: int | None
    error: str | None


class WebhookResource(BaseModel):
    """How telling somebody of the job's end goes."""

    id: str = Field(description="What the header webhook-id says")
    url: str
    status: Literal["pending", "delivered", "failed", "disabled"]
    created_at: datetime
    next_attempt_after: datetime | None
    finished_at: datetime | None
    attempts: list[AttemptResource]

    @classmethod
    def show(cls, webhook: Webhook) -> Self:
        status = WebhookStatus(webhook.status)
        return cls(
            id=webhook.id,
            url=webhook.url,
            status=status.value,
            created_at=webhook.created_at,
            next_attempt_after=webhook.due_at if status is WebhookStatus.PENDING else None,
            finished_at=webhook.finished_at,
            attempts=[
                AttemptResource.model_validate(attempt, from_attributes=True) for attempt in webhook.attempts
            ],
        )
