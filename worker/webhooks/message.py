"""The body and the signed headers of a webhook (Standard Webhooks v1)."""

import json
from typing import Any

from standardwebhooks import Webhook as Signer

from liptune.core.store.database.models import Batch, Job
from liptune.core.store.ids import now
from liptune.core.store.webhooks import Call

AGENT = "Liptune"


def body_of(call: Call) -> str:
    """The message as JSON: what has ended, how, and where to read of it."""
    ended, finished = call.ended, call.ended.finished_at or now()
    kind, data = _of_batch(call, ended) if isinstance(ended, Batch) else _of_job(ended)
    return json.dumps({"type": kind, "timestamp": finished.isoformat(), "data": data})


def _of_job(job: Job) -> tuple[str, dict[str, Any]]:
    return f"job.{job.status}", {
        "id": job.id,
        "operation": job.operation,
        "status": job.status,
        "error": (job.error or {}).get("code"),
        "url": f"/v1/jobs/{job.id}",
        "metadata": job.labels,
    }


def _of_batch(call: Call, batch: Batch) -> tuple[str, dict[str, Any]]:
    return "batch.finished", {
        "id": batch.id,
        "operation": batch.operation,
        "counts": call.counts.by_status() if call.counts else None,
        "url": f"/v1/batches/{batch.id}",
        "metadata": batch.labels,
    }


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
