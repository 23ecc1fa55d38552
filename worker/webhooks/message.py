"""The body and the signed headers of a webhook (Standard Webhooks v1)."""

import json

from standardwebhooks import Webhook as Signer

from liptune.core.store.ids import now
from liptune.core.store.webhooks import Call

AGENT = "Liptune"


def body_of(call: Call) -> str:
    """The message as JSON: the job's id, operation, status, error code and path."""
    job, finished = call.job, call.job.finished_at or now()
    data = {
        "id": job.id,
        "operation": job.operation,
        "status": job.status,
        "error": (job.error or {}).get("code"),
        "url": f"/v1/jobs/{job.id}",
        "metadata": job.labels,
    }
    return json.dumps({"type": f"job.{job.status}", "timestamp": finished.isoformat(), "data": data})


def headers_of(call: Call, body: str) -> dict[str, str]:
    """The headers that let the receiver check where the message is from, and whether it has it already."""
    sent = now()
    return {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "Webhook-Id": call.due.webhook_id,
        "Webhook-Timestamp": str(int(sent.timestamp())),
        "Webhook-Signature": Signer(call.secret).sign(call.due.webhook_id, sent, body),
    }
