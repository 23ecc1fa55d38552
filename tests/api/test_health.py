import shutil
from pathlib import Path

from liptune.api.upkeep import reap
from liptune.core.store.database.models import JobStatus
from liptune.core.store.workers import WorkerRepository
from tests.api.checks import problem_of
from tests.api.conftest import Service
from tests.core.store.jobs.test_reaping import beat, insert_dead
from tests.core.store.rows import read_job


def messages(service: Service) -> list[Path]:
    return list((service.settings.data / "queue" / "messages").glob("*.gpu.msg"))


def test_a_process_that_answers_lives(service: Service) -> None:
    assert service.client.get("/livez").json() == {"status": "alive"}


def test_without_a_worker_the_service_is_not_ready(service: Service) -> None:
    answer = service.client.get("/readyz")
    assert problem_of(answer, 503, "not_ready")["details"] == {"failed": ["worker"]}
    beat(service.store.database)
    assert service.client.get("/readyz").json() == {"status": "ready"}
    with service.store.database.writing() as session:
        WorkerRepository(session).leave("w")
    assert service.client.get("/readyz").status_code == 503


def test_without_storage_the_service_is_not_ready(service: Service) -> None:
    beat(service.store.database)
    shutil.rmtree(service.settings.data / "files")
    problem = problem_of(service.client.get("/readyz"), 503, "not_ready")
    assert problem["details"] == {"failed": ["storage"]}


def test_the_reaper_sends_messages_for_forgotten_jobs(service: Service) -> None:
    job_id = insert_dead(service.store.database)
    reap(service.services())
    assert read_job(service.store.database, job_id).status == JobStatus.QUEUED
    assert len(messages(service)) == 1


def test_every_engine_says_whether_it_is_ready(service: Service) -> None:
    engines = {engine["id"]: engine for engine in service.client.get("/v1/engines").json()["items"]}
    assert "lite" in engines
    for engine in engines.values():
        assert engine["ready"] == (engine["weights_sha256"] is not None)
        assert engine["ready"] or engine["install"]
