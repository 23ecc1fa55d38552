import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from liptune.api.upkeep import sweep
from liptune.api.webhooks.dispatch import dispatch
from liptune.core.report.lines import COLUMNS
from liptune.core.settings import QUEUES
from liptune.core.store.database.models import Artifact, Batch, Job, JobEvent, JobStatus
from liptune.core.store.ids import new_id
from liptune.core.store.jobs.claims import AttemptRepository, Claim, Judgement, Outcome
from tests.api.checks import problem_of
from tests.api.conftest import Service
from tests.core.store.rows import a_media, read_job

FACTS = {"video": {"width": 64, "height": 48, "codec": "h264"}, "audio": {"codec": "aac"}, "container": "mp4"}
SECRET = "whsec_" + "QUJD" * 10
NDJSON = {"Content-Type": "application/x-ndjson"}


def media(service: Service, count: int, facts: dict[str, Any] = FACTS, owner: str = "anybody") -> list[str]:
    rows = [a_media(owner=owner, facts=facts, filename=f"clip {number}.mp4") for number in range(count)]
    with service.store.database.writing() as session:
        session.add_all(rows)
    return [row.id for row in rows]


def items_of(videos: list[str]) -> list[dict[str, Any]]:
    return [{"video": video} for video in videos]


def post(service: Service, items: Any, headers: dict[str, str] | None = None, **more: Any) -> Any:
    body = {"operation": "probe", "items": items} | more
    return service.client.post("/v1/batches", json=body, headers=headers)


def post_lines(service: Service, *lines: Any) -> Any:
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    return service.client.post("/v1/batches", content="\n".join(texts) + "\n", headers=NDJSON)


def made(service: Service, count: int = 3, **more: Any) -> dict[str, Any]:
    answer = post(service, items_of(media(service, count)), **more)
    assert answer.status_code == 202, answer.text
    body: dict[str, Any] = answer.json()
    return body


def read(service: Service, batch: str, **query: Any) -> dict[str, Any]:
    answer = service.client.get(f"/v1/batches/{batch}", params=query)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def job_of(service: Service, batch: str, item: int) -> str:
    job: str = read(service, batch, order="given", limit=100)["items"][item]["job"]
    return job


def claim(service: Service, job: str) -> Claim:
    with service.store.database.writing() as session:
        taken = AttemptRepository(session).claim(job, "w", QUEUES, timedelta(seconds=30))
    assert taken is not None
    return taken


def end(service: Service, job: str, status: JobStatus = JobStatus.SUCCEEDED, **more: Any) -> None:
    taken = claim(service, job)
    with service.store.database.writing() as session:
        assert AttemptRepository(session).finish(taken, Outcome(status, **more))


def file_of(service: Service, job: str, name: str = "video.mp4") -> Artifact:
    writer = service.store.blobs.create()
    writer.write(b"x")
    stored = writer.commit(f"jobs/{job}/t/{name}")
    return Artifact(
        job_id=job,
        name=name,
        position=0,
        media_type="video/mp4",
        bytes=stored.bytes,
        sha256=stored.sha256,
        blob=stored.key,
    )


def nothing_was_made(service: Service) -> bool:
    with service.store.database.reading() as session:
        return (
            session.query(Job).count() == session.query(Batch).count() == session.query(JobEvent).count() == 0
        )


def test_every_item_is_a_job(service: Service) -> None:
    videos = media(service, 3)
    given = [
        {"video": videos[0], "name": "first"},
        {"video": videos[1], "audio": videos[2]},
        {"video": videos[2]},
    ]
    answer = post(service, given, options={"steps": 5}, metadata={"season": "2"})
    batch = answer.json()
    assert answer.headers["location"] == f"/v1/batches/{batch['id']}"
    assert (batch["counts"]["total"], batch["counts"]["queued"], batch["progress"]) == (3, 3, 0.0)
    assert (batch["options"]["steps"], batch["metadata"], batch["finished_at"]) == (5, {"season": "2"}, None)
    found = read(service, batch["id"], order="given")["items"]
    assert [(item["item"], item["name"]) for item in found] == [
        (0, "first"),
        (1, "clip 1.mp4"),
        (2, "clip 2.mp4"),
    ]
    job = service.client.get(f"/v1/jobs/{found[1]['job']}").json()
    assert (job["video"], job["audio"], job["priority"]) == (videos[1], videos[2], "batch")
    assert (job["batch"], job["item"], job["name"]) == (batch["id"], 1, "clip 1.mp4")
    assert job["options"]["steps"] == 5
    messages = list((service.settings.data / "queue" / "messages").iterdir())
    assert len(messages) == 3


def test_json_lines_are_the_same(service: Service) -> None:
    videos = media(service, 2)
    answer = post_lines(service, {"operation": "probe", "priority": "interactive"}, "", *items_of(videos))
    assert answer.status_code == 202, answer.text
    job = service.client.get(f"/v1/jobs/{job_of(service, answer.json()['id'], 1)}").json()
    assert (job["video"], job["priority"]) == (videos[1], "interactive")


def test_urls_are_items_too_and_are_fetched_first(service: Service) -> None:
    given = [
        {"video": {"url": "https://example.com/a/reel%201.mp4?key=1"}},
        {"video": {"url": "https://example.com"}},
    ]
    batch = post(service, given).json()
    found = read(service, batch["id"], order="given")["items"]
    assert [item["name"] for item in found] == ["reel 1.mp4", "example.com"]
    assert found[0]["sources"] == {"video": "https://example.com/a/reel%201.mp4"}
    assert read_job(service.store.database, found[0]["job"]).queue == "fetch"
    refused = post(service, [*given, {"video": {"url": "https://127.0.0.1/x"}}])
    body = problem_of(refused, 422, "items_refused")
    assert [(each["item"], each["code"]) for each in body["details"]["items"]] == [(2, "url_refused")]


@pytest.mark.slow
def test_a_thousand_are_taken_and_one_more_is_not(service: Service) -> None:
    videos = media(service, 1001)
    problem = problem_of(post(service, items_of(videos)), 422, "too_many_items")
    assert problem["details"] == {"items": 1001, "limit": 1000}
    assert nothing_was_made(service)
    batch = post(service, items_of(videos[:1000])).json()
    assert batch["counts"]["queued"] == 1000
    page, seen = read(service, batch["id"], limit=100), 100
    while page["next_cursor"]:
        page = read(service, batch["id"], limit=100, cursor=page["next_cursor"])
        seen += len(page["items"])
    assert seen == 1000


def test_what_cannot_be_done_is_named_and_nothing_is_taken(service: Service) -> None:
    video, other = media(service, 2)
    [silent] = media(service, 1, FACTS | {"audio": None})
    [sound] = media(service, 1, FACTS | {"video": None})
    [foreign] = media(service, 1, owner="somebody")
    given = items_of([video, "absent", silent, sound, video, foreign, other])
    body = problem_of(post(service, given), 422, "items_refused")
    named = [(each["item"], each["code"]) for each in body["details"]["items"]]
    assert named == [
        (1, "not_found"),
        (2, "no_audio_stream"),
        (3, "no_video_stream"),
        (4, "duplicate_item"),
        (5, "not_found"),
    ]
    assert body["details"]["refused"] == 5
    assert body["details"]["items"][3]["details"] == {"first": 0}
    assert "Item 1: There is no media 'absent'." in body["detail"]
    assert nothing_was_made(service)
    lines = post_lines(service, {"operation": "probe"}, "", *given)
    assert problem_of(lines, 422, "items_refused")["details"]["items"][0]["line"] == 4


def test_the_same_video_with_another_sound_is_another_item(service: Service) -> None:
    video, one, other = media(service, 3)
    given = [{"video": video}, {"video": video, "audio": one}, {"video": video, "audio": other}]
    assert post(service, given).json()["counts"]["total"] == 3
    assert problem_of(post(service, [*given, given[1]]), 422, "items_refused")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"items": []}, "invalid_request"),
        ({"items": None}, "invalid_request"),
        ({"items": "x"}, "invalid_request"),
        ({"items": [7]}, "invalid_request"),
        ({"items": [{"video": 7}]}, "invalid_request"),
        ({"items": [{"video": "x", "name": ""}]}, "invalid_request"),
        ({"items": [{"video": "x", "name": "\0"}]}, "invalid_request"),
        ({"items": [{"video": "x", "colour": "red"}]}, "invalid_request"),
        ({"operation": "dance"}, "invalid_request"),
        ({"options": {"colour": "red"}}, "unknown_option"),
        ({"options": {"steps": "many"}}, "invalid_option"),
        ({"priority": "high"}, "invalid_request"),
        ({"webhook": {"url": "https://127.0.0.1", "secret": SECRET}}, "webhook_refused"),
    ],
)
def test_a_request_that_is_wrong(service: Service, change: dict[str, Any], code: str) -> None:
    body: dict[str, Any] = {"operation": "probe", "items": [{"video": "x"}]} | change
    problem_of(service.client.post("/v1/batches", json=body), 422, code)
    assert nothing_was_made(service)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "The first line"),
        (["[]"], "The first line"),
        ([{"operation": "probe"}], "no item"),
        ([{"operation": "probe", "items": []}, {"video": "x"}], "Line 1"),
        ([{"operation": "probe"}, {"video": "x"}, '{"video": '], "Line 3 is not JSON"),
        (
            [{"operation": "probe"}, '{"video": "x", "video": "y"}'],
            "Line 2 is not JSON: the name 'video' comes twice",
        ),
        ([{"operation": "probe"}, "", {"video": 7}], "line 3.video"),
        ([{"operation": "probe", "colour": "red"}, {"video": "x"}], "colour"),
    ],
)
def test_lines_that_are_wrong_are_numbered(service: Service, lines: list[Any], said: str) -> None:
    assert said in problem_of(post_lines(service, *lines), 422, "invalid_request")["detail"]
    assert nothing_was_made(service)


def test_a_body_of_another_kind_or_size(service: Service) -> None:
    form = service.client.post("/v1/batches", data={"operation": "probe"})
    problem_of(form, 415, "unsupported_media_type")
    twice = '{"operation": "probe", "items": [{"video": "x"}], "items": []}'
    answer = service.client.post("/v1/batches", content=twice, headers={"Content-Type": "application/json"})
    assert "comes twice" in problem_of(answer, 422, "invalid_request")["detail"]
    problem_of(post_lines(service, "x" * 9_000_000), 413, "media_too_large")


def test_a_key_answers_with_the_same_batch(service: Service) -> None:
    key, given = {"Idempotency-Key": "k"}, items_of(media(service, 2))
    first = post(service, given, key)
    again = post(service, given, key)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["id"] == again.json()["id"]
    problem_of(post(service, given[:1], key), 422, "idempotency_conflict")
    job = {"operation": "probe", "video": given[0]["video"]}
    problem_of(service.client.post("/v1/jobs", json=job, headers=key), 422, "idempotency_conflict")
    assert len(service.client.get("/v1/batches").json()["items"]) == 1
    service.client.delete(f"/v1/batches/{first.json()['id']}")
    assert post(service, given, key).json()["id"] != first.json()["id"]


def test_a_refused_batch_may_be_mended_with_its_key(service: Service) -> None:
    key, videos = {"Idempotency-Key": "k"}, media(service, 1)
    problem_of(post(service, items_of([*videos, "absent"]), key), 422, "items_refused")
    assert post(service, items_of(videos), key).status_code == 202


def test_unfinished_batches_have_a_limit_and_do_not_count_as_jobs(service: Service) -> None:
    limit = service.settings.max_batches_in_flight
    batches = [made(service, 3)["id"] for _ in range(limit)]
    answer = post(service, items_of(media(service, 1)))
    problem_of(answer, 429, "too_many_batches")
    assert "retry-after" in answer.headers
    usage = service.client.get("/v1/usage").json()
    counted = {"unfinished": limit, "limit": limit, "queued": 3 * limit, "running": 0}
    assert usage["batches"] == counted | {"most_items": 1000}
    assert usage["jobs"]["queued"] == 0
    service.client.post(f"/v1/batches/{batches[0]}/cancel")
    assert post(service, items_of(media(service, 1))).status_code == 202


def test_the_worst_comes_first_page_by_page(service: Service) -> None:
    batch = made(service, 4)["id"]
    end(service, job_of(service, batch, 0), judgement=Judgement("in_sync", 10.0, 12.0))
    end(service, job_of(service, batch, 2), JobStatus.FAILED, error={"code": "no_face", "detail": "None."})
    end(service, job_of(service, batch, 3), judgement=Judgement("out_of_sync", 80.0, 300.0))
    page = read(service, batch, limit=2)
    rest = read(service, batch, limit=2, cursor=page["next_cursor"])
    found = page["items"] + rest["items"]
    assert [item["item"] for item in found] == [3, 2, 0, 1]
    assert (found[0]["verdict"], found[0]["offset_ms"], found[0]["worst_ms"]) == ("out_of_sync", 80.0, 300.0)
    assert found[1]["error"]["code"] == "no_face"
    assert rest["next_cursor"] is None
    assert page["verdicts"] == {"in_sync": 1, "out_of_sync": 1, "no_evidence": 0}
    assert page["progress"] == 0.75
    assert [item["item"] for item in read(service, batch, status="queued")["items"]] == [1]


@pytest.mark.parametrize("cursor", ["x", "_" * 18, "A" * 22])
def test_a_cursor_that_is_none(service: Service, cursor: str) -> None:
    batch = made(service, 1)["id"]
    problem_of(service.client.get(f"/v1/batches/{batch}?cursor={cursor}"), 422, "invalid_cursor")


def test_it_is_shown_until_it_has_ended(service: Service) -> None:
    batch = made(service, 1)["id"]
    answer = service.client.get(f"/v1/batches/{batch}")
    assert answer.headers["retry-after"] == "1"
    tag = {"If-None-Match": answer.headers["etag"]}
    assert service.client.get(f"/v1/batches/{batch}", headers=tag).status_code == 304
    end(service, job_of(service, batch, 0))
    ended = service.client.get(f"/v1/batches/{batch}", headers=tag)
    assert ended.status_code == 200
    assert ended.json()["finished_at"] is not None
    assert "retry-after" not in ended.headers


def test_batches_are_listed_and_their_jobs_can_be_left_out(service: Service) -> None:
    ids = [made(service, 1)["id"] for _ in range(3)]
    single = service.submit(media(service, 1)[0])["id"]
    first = service.client.get("/v1/batches?limit=2").json()
    rest = service.client.get("/v1/batches", params={"cursor": first["next_cursor"]}).json()
    assert [batch["id"] for batch in first["items"] + rest["items"]] == ids[::-1]
    assert len(service.client.get("/v1/jobs").json()["items"]) == 4
    assert [job["id"] for job in service.client.get("/v1/jobs?batch=none").json()["items"]] == [single]
    problem_of(service.client.get(f"/v1/jobs?batch={ids[0]}"), 422, "invalid_request")


def test_canceling_ends_what_waits_and_stops_what_runs(service: Service) -> None:
    batch = made(service, 3)["id"]
    end(service, job_of(service, batch, 0))
    running = job_of(service, batch, 1)
    taken = claim(service, running)
    answer = service.client.post(f"/v1/batches/{batch}/cancel")
    assert answer.status_code == 202
    counts = answer.json()["counts"]
    assert (counts["succeeded"], counts["running"], counts["canceled"]) == (1, 1, 1)
    with service.store.database.writing() as session:
        assert AttemptRepository(session).cancel_requested(taken)
        AttemptRepository(session).finish(taken, Outcome(JobStatus.CANCELED))
    problem_of(service.client.post(f"/v1/batches/{batch}/cancel"), 409, "batch_finished")


def test_deleting_takes_jobs_and_files_with_it_and_leaves_media(service: Service) -> None:
    batch = made(service, 3)["id"]
    first, running = job_of(service, batch, 0), job_of(service, batch, 1)
    end(service, first, artifacts=[file_of(service, first)])
    taken = claim(service, running)
    assert service.client.delete(f"/v1/batches/{batch}").status_code == 204
    problem_of(service.client.get(f"/v1/batches/{batch}"), 404, "not_found")
    problem_of(service.client.get(f"/v1/jobs/{first}"), 404, "not_found")
    assert service.stored_files() == []
    assert service.client.get("/v1/batches").json()["items"] == []
    sweep(service.services())
    assert service.client.get(f"/v1/jobs/{running}").json()["status"] == "running"
    with service.store.database.writing() as session:
        AttemptRepository(session).finish(taken, Outcome(JobStatus.CANCELED))
    sweep(service.services())
    problem_of(service.client.get(f"/v1/jobs/{running}"), 404, "not_found")
    with service.store.database.reading() as session:
        assert session.query(Batch).count() == session.query(Job).count() == 0


def test_single_jobs_of_it_are_canceled_and_deleted_as_others(service: Service) -> None:
    batch = made(service, 2)["id"]
    first, second = (job_of(service, batch, item) for item in (0, 1))
    assert service.client.post(f"/v1/jobs/{first}/cancel").status_code == 202
    assert service.client.delete(f"/v1/jobs/{first}").status_code == 204
    assert read(service, batch)["counts"]["total"] == 1
    end(service, second)
    assert read(service, batch)["finished_at"] is not None
    assert service.client.delete(f"/v1/jobs/{second}").status_code == 204
    assert (read(service, batch)["progress"], read(service, batch)["items"]) == (1.0, [])


def test_one_message_is_due_at_its_end(service: Service) -> None:
    batch = made(service, 2, webhook={"url": "https://example.com/told", "secret": SECRET})["id"]
    sent = len(list((service.settings.data / "queue" / "messages").iterdir()))

    def told() -> int:
        dispatch(service.services())
        return len(list((service.settings.data / "queue" / "messages").iterdir())) - sent

    end(service, job_of(service, batch, 0))
    assert told() == 0
    end(service, job_of(service, batch, 1), JobStatus.FAILED, error={"code": "no_face", "detail": "None."})
    assert told() == 1
    assert told() == 1
    shown = service.client.get(f"/v1/batches/{batch}/webhook")
    assert (shown.json()["url"], shown.json()["status"]) == ("https://example.com/told", "pending")
    assert SECRET not in shown.text
    other = made(service, 1)["id"]
    problem_of(service.client.get(f"/v1/batches/{other}/webhook"), 404, "not_found")


SCORE = {
    "verdict": "out_of_sync",
    "offset_ms": 120.0,
    "ci95": [100.0, 140.0],
    "confidence": 5.0,
    "distance_at_zero": 1.0,
    "lse_d": 7.0,
    "lse_c": 6.0,
    "share_out_of_sync": 1.0,
    "seconds_scored": 9.0,
}


def test_results_are_the_terminals_table(service: Service) -> None:
    videos = media(service, 4)
    given = [{"video": videos[0], "name": "=1+1", "audio": videos[1]}, *items_of(videos[1:])]
    batch = post(service, given).json()["id"]
    first = job_of(service, batch, 0)
    result = {"score": SCORE, "headline": "The sound is 120 ms early."}
    end(service, first, result=result, artifacts=[file_of(service, first)])
    end(service, job_of(service, batch, 1), JobStatus.FAILED, error={"code": "no_face", "detail": "None."})
    service.client.post(f"/v1/jobs/{job_of(service, batch, 2)}/cancel")
    answer = service.client.get(f"/v1/batches/{batch}/results.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert list(rows[0]) == list(COLUMNS)
    assert (rows[0]["file"], rows[0]["audio"], rows[0]["ci95_high"]) == ("'=1+1", "clip 1.mp4", "140.0")
    assert rows[0]["output"] == f"/v1/jobs/{first}/artifacts/video.mp4"
    assert [row["error"] for row in rows] == ["", "no_face", "canceled", "job_unfinished"]


def test_another_keys_batch_is_not_there(strict: Service, clips: Path) -> None:
    first, second = ({"Authorization": f"Bearer {key}"} for key in ("first", "second"))
    video = strict.upload(clips / "talking.mp4", **first)["id"]
    batch = post(strict, items_of([video]), first).json()["id"]
    problem_of(post(strict, items_of([video]), second), 422, "items_refused")
    for method, path in (
        ("GET", ""),
        ("DELETE", ""),
        ("POST", "/cancel"),
        ("GET", "/events"),
        ("GET", "/results.csv"),
        ("GET", "/webhook"),
    ):
        answer = strict.client.request(method, f"/v1/batches/{batch}{path}", headers=second)
        problem_of(answer, 404, "not_found")
    assert strict.client.get("/v1/batches", headers=second).json()["items"] == []
    assert strict.client.get(f"/v1/batches/{batch}", headers=first).status_code == 200
    assert strict.client.get(f"/v1/batches/{new_id()}", headers=first).status_code == 404
