"""An example job for the OpenAPI document."""

from typing import Any

EXAMPLE_ID = "01939d8c-8a2e-7c3f-b0a5-6d1c5b7b2f10"
EXAMPLE_JOB: dict[str, Any] = {
    "id": EXAMPLE_ID,
    "operation": "measure",
    "status": "running",
    "stage": "analyse",
    "progress": 0.4,
    "options": {
        "engine": "lite",
        "face": "active",
        "start": None,
        "end": None,
        "audio_stream": None,
        "channel": "auto",
        "region": None,
    },
    "video": "01939d8c-7f41-7b52-9c0e-2a4f6e8d1c3b",
    "audio": None,
    "gallery": None,
    "sources": None,
    "metadata": {"project": "Nordwind", "reel": "7"},
    "priority": "interactive",
    "batch": None,
    "item": None,
    "name": None,
    "attempt": 1,
    "created_at": "2026-11-22T18:00:00Z",
    "started_at": "2026-11-22T18:00:01Z",
    "finished_at": None,
    "expires_at": "2026-11-29T18:00:00Z",
    "foreseen_losses": None,
    "result": None,
    "artifacts": [],
    "error": None,
}
