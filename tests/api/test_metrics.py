from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from liptune.core.store.counters import CounterRepository
from liptune.core.store.database.models import JobStatus
from liptune.core.store.ids import now
from tests.api.checks import problem_of
from tests.api.conftest import Service
from tests.core.store.jobs.test_reaping import beat
from tests.core.store.rows import insert_job


def read(service: Service) -> dict[tuple[str, frozenset[str]], float]:
    """Every sample, by its name and the values of its labels."""
    answer = service.client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    families = text_string_to_metric_families(answer.text)
    return {
        (sample.name, frozenset(sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }


def test_jobs_by_status_and_queues_by_age(service: Service) -> None:
    insert_job(service.store.database, status=JobStatus.FAILED)
    for minutes in (1, 10):
        insert_job(service.store.database, created_at=now() - timedelta(minutes=minutes))
    found = read(service)
    assert found["liptune_jobs", frozenset({"measure", "failed"})] == 1
    assert found["liptune_jobs", frozenset({"measure", "queued"})] == 2
    assert found["liptune_jobs", frozenset({"retime", "queued"})] == 0
    assert found["liptune_queue_depth", frozenset({"gpu"})] == 2
    assert found["liptune_queue_depth", frozenset({"cpu"})] == 0
    assert found["liptune_queue_age_seconds", frozenset({"gpu"})] == pytest.approx(600, abs=60)
    assert found["liptune_queue_depth", frozenset({"webhooks"})] == 0


def test_workers_and_bytes(service: Service, clips: Path) -> None:
    assert read(service)["liptune_workers", frozenset()] == 0
    beat(service.store.database)
    size = service.upload(clips / "talking.mp4")["bytes"]
    found = read(service)
    assert found["liptune_workers", frozenset()] == 1
    assert found["liptune_stored_bytes", frozenset({"media"})] == size


def test_what_workers_counted(service: Service) -> None:
    with service.store.database.writing() as session:
        counters = CounterRepository(session)
        counters.add({("stage_seconds", ("measure", "analyse")): 1.5, ("analysis_cache", ("hit",)): 1})
        counters.add({("stage_seconds", ("measure", "analyse")): 2.0, ("unheard_of", ("x",)): 1})
    found = read(service)
    assert found["liptune_stage_seconds_total", frozenset({"measure", "analyse"})] == 3.5
    assert found["liptune_analysis_cache_total", frozenset({"hit"})] == 1
    assert not any("unheard_of" in name for name, _ in found)


def test_batches_are_a_histogram_of_their_sizes(service: Service) -> None:
    with service.store.database.writing() as session:
        for size, calls in (("3", 2), ("64", 5), ("100", 1)):
            CounterRepository(session).add({("batch_windows", ("lite", "faces", size)): calls})
        CounterRepository(session).add({("batch_windows", ("lite", "sound", "1")): 7})
    found = read(service)

    def bucket(bound: str) -> float:
        return found["liptune_batch_windows_bucket", frozenset({"lite", "faces", bound})]

    assert [bucket(bound) for bound in ("2.0", "4.0", "48.0", "64.0", "+Inf")] == [0, 2, 2, 7, 8]
    assert found["liptune_batch_windows_sum", frozenset({"lite", "faces"})] == 3 * 2 + 64 * 5 + 100
    assert found["liptune_batch_windows_count", frozenset({"lite", "faces"})] == 8
    assert found["liptune_batch_windows_count", frozenset({"lite", "sound"})] == 7


def test_requests_are_counted_by_their_pattern(service: Service) -> None:
    key = "liptune_request_seconds_count", frozenset({"GET", "/v1/jobs/{job_id}", "404"})
    before = read(service).get(key, 0)
    for job in ("a", "b"):
        service.client.get(f"/v1/jobs/{job}")
    service.client.request("BREW", "/v1/jobs/pot")
    found = read(service)
    assert found[key] == before + 2
    assert any({"other", "405"} < labels for _, labels in found)
    assert not any("BREW" in labels or "pot" in labels for _, labels in found)


def test_they_are_not_for_everybody(strict: Service) -> None:
    problem_of(strict.client.get("/metrics"), 401, "unauthorized")
    answer = strict.client.get("/metrics", headers={"Authorization": "Bearer first"})
    assert answer.status_code == 200
