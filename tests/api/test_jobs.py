from pathlib import Path
from typing import Any

import pytest

from liptune.core.store.database.models import JobStatus
from tests.api.checks import problem_of
from tests.api.conftest import Service
from tests.core.store.rows import insert_job


def post(service: Service, body: Any) -> Any:
    return service.client.post("/v1/jobs", json=body)


def raw(service: Service, body: str | bytes) -> Any:
    return service.client.post("/v1/jobs", content=body, headers={"Content-Type": "application/json"})


def form(service: Service, clips: Path, **parts: Any) -> Any:
    video = ("a.mp4", (clips / "talking.mp4").read_bytes(), "video/mp4")
    return service.client.post("/v1/jobs", files={"video": video, "operation": (None, "probe")} | parts)


def test_a_job_is_accepted_and_queued(service: Service, clips: Path) -> None:
    video = service.upload(clips / "talking.mp4")["id"]
    answer = post(service, {"operation": "probe", "video": video, "options": {"steps": 3}})
    assert answer.status_code == 202
    job = answer.json()
    assert answer.headers["location"] == f"/v1/jobs/{job['id']}"
    assert int(answer.headers["retry-after"]) >= 1
    assert job["status"] == "queued"
    assert job["options"] == {"steps": 3, "pace": 0.0, "ending": "well"}
    assert (job["video"], job["audio"], job["progress"], job["attempt"]) == (video, None, 0.0, 0)
    assert (job["result"], job["artifacts"], job["error"], job["finished_at"]) == (None, [], None, None)
    assert len(list((service.settings.data / "queue" / "messages").iterdir())) == 1


def test_a_form_is_a_job_and_its_media(service: Service, clips: Path) -> None:
    sound = ("b.wav", (clips / "sound.wav").read_bytes(), "audio/wav")
    answer = form(service, clips, audio=sound, options=(None, '{"steps": 1}'))
    assert answer.status_code == 202, answer.text
    job = answer.json()
    assert service.client.get(f"/v1/media/{job['video']}").json()["video"]["codec"] == "h264"
    assert service.client.get(f"/v1/media/{job['audio']}").json()["video"] is None
    assert job["options"]["steps"] == 1


@pytest.mark.parametrize(
    ("change", "code", "names"),
    [
        ({"colour": "red"}, "invalid_request", "colour"),
        ({"operation": "dance"}, "invalid_request", "dance"),
        ({"options": {"speed": 1}}, "unknown_option", "speed"),
        ({"options": {"steps": "many"}}, "invalid_option", "steps"),
        ({"options": []}, "invalid_request", "options"),
        ({"video": 7}, "invalid_request", "video"),
    ],
)
def test_a_wrong_request_is_told_what_is_wrong(
    service: Service, clips: Path, change: dict[str, Any], code: str, names: str
) -> None:
    video = service.upload(clips / "talking.mp4")["id"]
    answer = post(service, {"operation": "probe", "video": video} | change)
    assert names in problem_of(answer, 422, code)["detail"]


@pytest.mark.parametrize(
    "options", [{"window": 3}, {"engine": "mine"}, {"start": -1}, {"start": 2, "end": 1}]
)
def test_the_options_of_measure_are_checked(service: Service, options: dict[str, Any]) -> None:
    code = "unknown_option" if "window" in options else "invalid_option"
    problem_of(post(service, {"operation": "measure", "video": "x", "options": options}), 422, code)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"' * 10, b"[" * 100_000, b"\xff\xfe"])
def test_a_body_that_is_not_a_request(service: Service, body: bytes) -> None:
    problem_of(raw(service, body), 422, "invalid_request")


def test_a_number_that_json_does_not_have(service: Service) -> None:
    for number in ("Infinity", "-Infinity", "NaN"):
        body = '{"operation": "measure", "video": "x", "options": {"start": %s}}' % number  # noqa: UP031
        problem_of(raw(service, body), 422, "invalid_request")
    problem_of(raw(service, body.replace("NaN", "1e999")), 422, "invalid_option")


@pytest.mark.parametrize(
    "body",
    [
        '{"operation": "measure", "video": "x", "video": "y"}',
        '{"operation": "measure", "video": "x", "options": {"face": 1, "face": 2}}',
        '{"operation": "measure", "video": {"url": "https://a.example/x", "url": "https://b.example/x"}}',
        '{"operation": "measure", "video": "x", "metadata": {"a": "1", "\\u0061": "1"}}',
        '{"operation": "measure", "video": "x", "webhook": {"url": "https://a.example", "url": "x"}}',
    ],
)
def test_a_name_may_not_come_twice_in_one_object(service: Service, body: str) -> None:
    assert "comes twice" in problem_of(raw(service, body), 422, "invalid_request")["detail"]


@pytest.mark.parametrize("part", ["options", "metadata", "webhook"])
def test_a_name_may_not_come_twice_in_a_form(service: Service, clips: Path, part: str) -> None:
    answer = form(service, clips, **{part: (None, '{"steps": "1", "steps": "2"}')})
    assert "comes twice" in problem_of(answer, 422, "invalid_request")["detail"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "latin-1"])
def test_json_is_in_utf_8(service: Service, encoding: str) -> None:
    body = '{"operation": "measure", "video": "\xe9"}'.encode(encoding)
    problem_of(raw(service, body), 422, "invalid_request")


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("face", "true"),
        ("face", "false"),
        ("face", "-1"),
        ("face", "9" * 400),
        ("face", '"' + "9" * 5000 + '"'),
        ("face", "1.5"),
        ("face", "null"),
        ("start", "true"),
        ("start", '"1"'),
        ("start", "1e308"),
        ("end", "9" * 400),
        ("max_offset_seconds", "true"),
        ("audio_stream", "true"),
        ("audio_stream", "9" * 400),
        ("channel", "true"),
        ("region", "true"),
        ("engine", "false"),
        ("window_frames", "true"),
        ("smoothness", "1e999"),
        ("max_hold_frames", "true"),
        ("max_hold_frames", "9" * 400),
        ("adaptive", "1"),
        ("adaptive", '"yes"'),
        ("donor_pose_limit_degrees", "true"),
    ],
)
def test_an_option_of_another_kind_is_not_made_to_fit(service: Service, option: str, value: str) -> None:
    body = '{"operation": "warp", "video": "x", "options": {"%s": %s}}' % (option, value)  # noqa: UP031
    assert problem_of(raw(service, body), 422, "invalid_option")["details"] == {"option": option}


def test_a_request_of_another_type(service: Service) -> None:
    answer = service.client.post(
        "/v1/jobs", content=b"operation=probe", headers={"Content-Type": "text/plain"}
    )
    problem_of(answer, 415, "unsupported_media_type")


def test_too_long_a_request(service: Service) -> None:
    problem_of(post(service, {"operation": "probe", "video": "x" * 300_000}), 413, "media_too_large")


def test_media_that_is_not_there(service: Service, clips: Path) -> None:
    video = service.upload(clips / "talking.mp4")["id"]
    absent = problem_of(post(service, {"operation": "probe", "video": "absent"}), 404, "not_found")
    assert absent["details"] == {"field": "video"}
    body = {"operation": "probe", "video": video, "audio": "absent"}
    assert problem_of(post(service, body), 404, "not_found")["details"] == {"field": "audio"}


def test_media_of_the_wrong_kind(service: Service, clips: Path) -> None:
    sound = service.upload(clips / "sound.wav", "audio/wav")["id"]
    silent = service.upload(clips / "silent.mp4")["id"]
    problem_of(post(service, {"operation": "probe", "video": sound}), 422, "no_video_stream")
    problem_of(post(service, {"operation": "probe", "video": silent}), 422, "no_audio_stream")
    both = {"operation": "probe", "video": silent, "audio": silent}
    problem_of(post(service, both), 422, "no_audio_stream")
    service.submit(silent, audio=sound)


def test_a_dub_needs_a_sound(service: Service, clips: Path) -> None:
    video = service.upload(clips / "talking.mp4")["id"]
    sound = service.upload(clips / "sound.wav", "audio/wav")["id"]
    problem_of(post(service, {"operation": "dub", "video": video}), 422, "audio_required")
    problem_of(form(service, clips, operation=(None, "dub")), 422, "audio_required")
    body = {"operation": "dub", "video": video, "audio": sound, "options": {"expression": 0.8}}
    queued = post(service, body)
    assert queued.status_code == 202
    assert queued.json()["options"]["expression"] == 0.8
    wrong = {**body, "options": {"expression": 3}}
    assert problem_of(post(service, wrong), 422, "invalid_option")["details"] == {"option": "expression"}


def test_a_gallery_is_a_dubs_alone(service: Service, clips: Path) -> None:
    video, silent = (service.upload(clips / name)["id"] for name in ("talking.mp4", "silent.mp4"))
    sound = service.upload(clips / "sound.wav", "audio/wav")["id"]
    body = {"operation": "dub", "video": video, "audio": sound}
    queued = post(service, {**body, "gallery": silent})
    assert queued.status_code == 202
    assert (queued.json()["gallery"], queued.json()["audio"]) == (silent, sound)
    assert post(service, body).json()["gallery"] is None
    problem_of(post(service, {**body, "gallery": sound}), 422, "no_video_stream")
    problem_of(post(service, {**body, "gallery": "nothing"}), 404, "not_found")
    problem_of(post(service, {**body, "gallery": 7}), 422, "invalid_request")
    measuring = {**body, "operation": "measure", "gallery": silent}
    refused = problem_of(post(service, measuring), 422, "invalid_option")
    assert refused["details"] == {"option": "gallery"}
    problem_of(service.client.delete(f"/v1/media/{silent}"), 409, "media_in_use")


def test_a_gallery_comes_with_a_form(service: Service, clips: Path) -> None:
    sound = ("sound.wav", (clips / "sound.wav").read_bytes(), "audio/wav")
    lent = ("silent.mp4", (clips / "silent.mp4").read_bytes(), "video/mp4")
    queued = form(service, clips, operation=(None, "dub"), audio=sound, gallery=lent)
    assert queued.status_code == 202, queued.text
    assert queued.json()["gallery"] == service.upload(clips / "silent.mp4")["id"]


def test_an_engine_that_is_not_installed(service: Service) -> None:
    body = {"operation": "measure", "video": "x", "options": {"engine": "stable_syncnet"}}
    problem_of(post(service, body), 409, "engine_unavailable")


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"options": (None, '{"speed": 1}')}, "unknown_option"),
        ({"options": (None, "{")}, "invalid_request"),
        ({"options": (None, "[" * 60_000)}, "invalid_request"),
        ({"options": (None, "x" * 70_000)}, "invalid_request"),
        ({"operation": (None, b"\xff")}, "invalid_request"),
        ({"colour": (None, "red")}, "invalid_request"),
        ({"audio": ("b.wav", b"nothing", "audio/wav")}, "media_unreadable"),
    ],
)
def test_a_wrong_form_leaves_no_job(service: Service, clips: Path, parts: Any, code: str) -> None:
    problem_of(form(service, clips, **parts), 422, code)
    assert service.client.get("/v1/jobs").json()["items"] == []
    assert service.stored_files() == []


def test_a_refused_form_takes_nothing_away_that_was_there(service: Service, clips: Path) -> None:
    video = service.upload(clips / "talking.mp4")["id"]
    problem_of(form(service, clips, audio=("b.wav", b"nothing", "audio/wav")), 422, "media_unreadable")
    assert service.client.get(f"/v1/media/{video}").status_code == 200


def test_a_form_needs_its_parts(service: Service) -> None:
    answer = service.client.post("/v1/jobs", files={"operation": (None, "probe")})
    assert "video" in problem_of(answer, 422, "invalid_request")["detail"]


def test_an_unchanged_job_is_not_sent_again(service: Service, clips: Path) -> None:
    job = service.submit(service.upload(clips / "talking.mp4")["id"])
    first = service.client.get(f"/v1/jobs/{job['id']}")
    assert first.json() == job
    tag = {"If-None-Match": first.headers["etag"]}
    again = service.client.get(f"/v1/jobs/{job['id']}", headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    service.client.post(f"/v1/jobs/{job['id']}/cancel")
    assert service.client.get(f"/v1/jobs/{job['id']}", headers=tag).status_code == 200


def test_jobs_are_listed_page_by_page(service: Service) -> None:
    ids = [insert_job(service.store.database, owner="anybody") for _ in range(5)]
    insert_job(service.store.database, owner="somebody")
    seen, cursor = [], ""
    while cursor is not None:
        page = service.client.get(
            "/v1/jobs", params={"limit": 2} | ({"cursor": cursor} if cursor else {})
        ).json()
        seen += [job["id"] for job in page["items"]]
        cursor = page["next_cursor"]
    assert seen == ids[::-1]


def test_jobs_are_listed_by_status_operation_and_time(service: Service) -> None:
    done = insert_job(service.store.database, owner="anybody", status=JobStatus.SUCCEEDED)
    insert_job(service.store.database, owner="anybody")

    def listed(**query: str) -> list[str]:
        return [job["id"] for job in service.client.get("/v1/jobs", params=query).json()["items"]]

    assert listed(status="succeeded", operation="measure") == [done]
    assert listed(operation="retime") == []
    assert len(listed(created_after="2026-01-01T00:00:00Z")) == 2
    assert listed(created_after="2999-01-01T00:00:00+02:00") == []


@pytest.mark.parametrize("cursor", ["x", "????", "AAAA", "é"])
def test_a_cursor_of_ones_own_making(service: Service, cursor: str) -> None:
    problem_of(service.client.get("/v1/jobs", params={"cursor": cursor}), 422, "invalid_cursor")


def test_canceling(service: Service, clips: Path) -> None:
    job = service.submit(service.upload(clips / "talking.mp4")["id"])
    answer = service.client.post(f"/v1/jobs/{job['id']}/cancel")
    assert answer.status_code == 202
    assert answer.json()["status"] == "canceled"
    problem_of(service.client.post(f"/v1/jobs/{job['id']}/cancel"), 409, "job_finished")
    problem_of(service.client.post("/v1/jobs/none/cancel"), 404, "not_found")


def test_deleting(service: Service, clips: Path) -> None:
    job = service.submit(service.upload(clips / "talking.mp4")["id"])
    problem_of(service.client.delete(f"/v1/jobs/{job['id']}"), 409, "job_unfinished")
    service.client.post(f"/v1/jobs/{job['id']}/cancel")
    assert service.client.delete(f"/v1/jobs/{job['id']}").status_code == 204
    problem_of(service.client.get(f"/v1/jobs/{job['id']}"), 404, "not_found")


def test_a_failed_job_shows_a_problem(service: Service) -> None:
    error = {"code": "no_face", "detail": "No face was seen.", "remedy": None, "details": {"frames": 3}}
    job_id = insert_job(service.store.database, owner="anybody", status=JobStatus.FAILED, error=error)
    shown = service.client.get(f"/v1/jobs/{job_id}").json()["error"]
    assert shown["code"] == "no_face"
    assert shown["type"] == "urn:liptune:problem:no_face"
    assert shown["details"] == {"frames": 3}


@pytest.mark.parametrize("prefer", ["wait=0", "respond-async, wait=0", 'wait="0"'])
def test_a_wait_that_is_over_answers_with_the_unfinished_job(
    service: Service, clips: Path, prefer: str
) -> None:
    video = service.upload(clips / "talking.mp4")["id"]
    body = {"operation": "probe", "video": video}
    answer = service.client.post("/v1/jobs", json=body, headers={"Prefer": prefer})
    assert answer.status_code == 202
    assert answer.headers["preference-applied"] == "wait=0"
