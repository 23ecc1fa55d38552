"""An example batch for the OpenAPI document."""

from typing import Any

from liptune.api.jobs.examples import EXAMPLE_ID, EXAMPLE_JOB

EXAMPLE_BATCH: dict[str, Any] = {
    "id": "01939d8c-9b3f-7d40-a1b6-7e2d6c8a3f21",
    "operation": "measure",
    "options": EXAMPLE_JOB["options"],
    "metadata": {"season": "2"},
    "progress": 0.75,
    "counts": {"total": 4, "queued": 0, "running": 1, "succeeded": 2, "failed": 1, "canceled": 0},
    "verdicts": {"in_sync": 1, "out_of_sync": 1, "no_evidence": 0},
    "created_at": "2026-11-22T18:00:00Z",
    "finished_at": None,
    "expires_at": "2026-11-29T18:00:00Z",
}
EXAMPLE_ITEM: dict[str, Any] = {
    "item": 3,
    "name": "season 2/episode 4.mp4",
    "job": EXAMPLE_ID,
    "status": "succeeded",
    "stage": "report",
    "progress": 1.0,
    "verdict": "out_of_sync",
    "offset_ms": 129.3,
    "worst_ms": 129.3,
    "video": EXAMPLE_JOB["video"],
    "audio": None,
    "sources": None,
    "finished_at": "2026-11-22T18:00:21Z",
    "error": None,
}
EXAMPLE_REQUEST: dict[str, Any] = {
    "operation": "measure",
    "items": [
        {"video": EXAMPLE_JOB["video"], "name": "season 2/episode 4.mp4"},
        {"video": {"url": "https://example.com/episode5.mp4"}, "audio": {"url": "https://example.com/5.wav"}},
    ],
}
