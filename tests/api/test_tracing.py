from pathlib import Path

import pytest

from liptune.core.tracing import TracingUnavailable, configure_tracing
from tests.api.conftest import Service
from tests.core.store.rows import read_job
from tests.spans import kept_spans

TRACE = "0af7651916cd43dd8448eb211c80319c"


def test_a_job_knows_the_trace_of_its_request(service: Service, clips: Path) -> None:
    kept_spans()
    video = service.upload(clips / "talking.mp4")["id"]
    headers = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}
    body = {"operation": "probe", "video": video}
    job = service.client.post("/v1/jobs", json=body, headers=headers).json()
    traceparent = read_job(service.store.database, job["id"]).traceparent
    assert traceparent is not None
    assert traceparent.split("-")[1] == TRACE


def test_traces_that_cannot_be_sent_are_not_lost_in_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    monkeypatch.setattr("liptune.core.tracing.find_spec", lambda _name: None)
    with pytest.raises(TracingUnavailable, match="liptune\\[otel\\]"):
        configure_tracing("x")
