"""The client's own reference on media and jobs."""

import base64
import json
import struct
from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import Service

OURS = {"project": "Nordwind", "reel": "7: take ü"}


def listed(service: Service, *conditions: str) -> list[str]:
    answer = service.client.get("/v1/jobs", params={"metadata": list(conditions)})
    assert answer.status_code == 200, answer.text
    return [job["id"] for job in answer.json()["items"]]


def test_jobs_keep_theirs_and_are_found_by_it(service: Service, clips: Path) -> None:
    video = service.upload(clips / "talking.mp4")["id"]
    one = service.submit(video, metadata=OURS)
    other = service.submit(video, metadata={"project": "Nordwind", "reel": "8"})
    plain = service.submit(video)
    assert (one["metadata"], plain["metadata"]) == (OURS, {})
    assert service.client.get(f"/v1/jobs/{one['id']}").json()["metadata"] == OURS
    assert listed(service, "project:Nordwind") == [other["id"], one["id"]]
    assert listed(service, "project:Nordwind", "reel:7: take ü") == [one["id"]]
    assert listed(service, "project:nordwind") == listed(service, "absent:") == []
    assert listed(service) == [plain["id"], other["id"], one["id"]]


@pytest.mark.parametrize("condition", ["project", ":x", "a b:c", "", "x" * 65 + ":y"])
def test_a_condition_is_a_name_and_a_value(service: Service, condition: str) -> None:
    answer = service.client.get("/v1/jobs", params={"metadata": condition})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


@pytest.mark.parametrize(
    "metadata",
    [{"a": 1}, {"a": None}, {"a": {"b": "c"}}, ["a"], "a", {"": "x"}, {"a b": "x"}, {"a" * 65: "x"},
     {"a": "x" * 4096}, {"a": "x\0"}, {"a": "\ud800"}],
)  # fmt: skip
def test_what_is_not_a_small_object_of_strings_is_refused(
    service: Service, clips: Path, metadata: Any
) -> None:
    video = service.upload(clips / "talking.mp4")["id"]
    body = json.dumps({"operation": "probe", "video": video, "metadata": metadata})
    job = service.client.post("/v1/jobs", content=body, headers={"Content-Type": "application/json"})
    assert (job.status_code, job.json()["code"]) == (422, "invalid_request")
    form: dict[str, Any] = {"metadata": (None, json.dumps(metadata))}
    form |= {"file": ("x.mp4", (clips / "talking.mp4").read_bytes())}
    media = service.client.post("/v1/media", files=form)
    assert (media.status_code, media.json()["code"]) == (422, "invalid_request")


def test_a_form_brings_it_for_the_job(service: Service, clips: Path) -> None:
    form: dict[str, Any] = {"operation": (None, "probe"), "metadata": (None, json.dumps(OURS)),
            "video": ("x.mp4", (clips / "talking.mp4").read_bytes(), "video/mp4")}  # fmt: skip
    job = service.client.post("/v1/jobs", files=form)
    assert job.json()["metadata"] == OURS


def test_media_keep_theirs_until_the_same_bytes_bring_another(service: Service, clips: Path) -> None:
    content = (clips / "talking.mp4").read_bytes()

    def send(metadata: dict[str, str] | None) -> dict[str, Any]:
        form: dict[str, Any] = {"file": ("x.mp4", content, "video/mp4")}
        if metadata is not None:
            form["metadata"] = (None, json.dumps(metadata))
        body: dict[str, Any] = service.client.post("/v1/media", files=form).json()
        return body

    first = send(OURS)
    assert first["metadata"] == OURS
    assert send(None) == {
        **first,
        "expires_at": service.client.get(f"/v1/media/{first['id']}").json()["expires_at"],
    }
    assert send({"reel": "9"})["metadata"] == {"reel": "9"}
    assert service.client.get(f"/v1/media/{first['id']}").json()["metadata"] == {"reel": "9"}


def test_media_are_listed_newest_first_and_found_by_theirs(service: Service, clips: Path) -> None:
    content = (clips / "talking.mp4").read_bytes()

    def send(number: int, metadata: dict[str, str]) -> str:
        # Bytes behind the last box make it another file.
        other = content + struct.pack(">I4sI", 12, b"free", number)
        form: dict[str, Any] = {
            "file": ("x.mp4", other, "video/mp4"),
            "metadata": (None, json.dumps(metadata)),
        }
        return str(service.client.post("/v1/media", files=form).json()["id"])

    def found(**asked: Any) -> list[str]:
        return [media["id"] for media in service.client.get("/v1/media", params=asked).json()["items"]]

    sent = [send(1, OURS), send(2, {"reel": "9"}), send(3, OURS)]
    assert found() == sent[::-1]
    assert found(metadata=[f"{name}:{value}" for name, value in OURS.items()]) == [sent[2], sent[0]]
    assert found(metadata="reel:9") == [sent[1]]
    assert found(metadata="reel:none") == []
    first = service.client.get("/v1/media", params={"limit": 2}).json()
    assert found(limit=2, cursor=first["next_cursor"]) == sent[:1]
    assert service.client.get("/v1/media", params={"metadata": "reel"}).status_code == 422
    assert service.client.get("/v1/media", params={"cursor": "x"}).json()["code"] == "invalid_cursor"


def test_an_upload_in_parts_brings_it_in_its_description(service: Service, clips: Path) -> None:
    content = (clips / "talking.mp4").read_bytes()
    described = "metadata " + base64.b64encode(json.dumps(OURS).encode()).decode()
    tus = {"Tus-Resumable": "1.0.0"}
    begun = service.client.post(
        "/v1/uploads", headers=tus | {"Upload-Length": str(len(content)), "Upload-Metadata": described}
    )
    sent = service.client.patch(
        begun.headers["location"], content=content,
        headers=tus | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"},
    )  # fmt: skip
    assert service.client.get(sent.headers["content-location"]).json()["metadata"] == OURS
    wrong = "metadata " + base64.b64encode(b"[1]").decode()
    refused = service.client.post(
        "/v1/uploads", headers=tus | {"Upload-Length": "9", "Upload-Metadata": wrong}
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")


def test_other_metadata_is_another_request(service: Service, clips: Path) -> None:
    wanted = {"operation": "probe", "video": service.upload(clips / "talking.mp4")["id"]}
    key = {"Idempotency-Key": "one"}
    service.client.post("/v1/jobs", json=wanted | {"metadata": OURS}, headers=key)
    again = service.client.post("/v1/jobs", json=wanted | {"metadata": {"reel": "8"}}, headers=key)
    assert again.json()["code"] == "idempotency_conflict"
