"""The endpoint ``/v1/jobs/{job_id}/webhook``."""

from fastapi import APIRouter

from liptune.api.auth import OwnerDep
from liptune.api.openapi_texts import problems
from liptune.api.services import ServicesDep
from liptune.api.webhooks import service
from liptune.api.webhooks.schemas import WebhookResource

router = APIRouter(prefix="/v1/jobs/{job_id}/webhook", tags=["jobs"])


@router.get("", responses=problems(401, 404))
def read(job_id: str, services: ServicesDep, owner: OwnerDep) -> WebhookResource:
    """How telling the job's webhook goes: every attempt, and when the next one may be."""
    return WebhookResource.show(service.find(services, owner, job_id))
