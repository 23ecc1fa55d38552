import json
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from liptune.api.batches.schemas import BatchDetail, BatchRequest, BatchResource, ItemResource
from liptune.api.errors import PROBLEMS
from liptune.api.jobs.schemas import JobRequest, JobResource
from liptune.api.media.schemas import MediaResource
from liptune.api.openapi_texts import Problem
from tests.api.conftest import Service

TRANSPORT = {"content-length", "content-type"}
PATHS = {
    "/v1/media": {"get", "post"},
    "/v1/media/{media_id}": {"get", "delete"},
    "/v1/media/{media_id}/content": {"get", "head"},
    "/v1/uploads": {"options", "post"},
    "/v1/uploads/{upload_id}": {"head", "get", "patch", "delete"},
    "/v1/jobs": {"get", "post"},
    "/v1/jobs/{job_id}": {"get", "delete"},
    "/v1/jobs/{job_id}/cancel": {"post"},
    "/v1/jobs/{job_id}/events": {"get"},
    "/v1/jobs/{job_id}/webhook": {"get"},
    "/v1/jobs/{job_id}/artifacts/{name}": {"get", "head"},
    "/v1/batches": {"get", "post"},
    "/v1/batches/{batch_id}": {"get", "delete"},
    "/v1/batches/{batch_id}/cancel": {"post"},
    "/v1/batches/{batch_id}/events": {"get"},
    "/v1/batches/{batch_id}/results.csv": {"get"},
    "/v1/batches/{batch_id}/webhook": {"get"},
    "/v1/engines": {"get"},
    "/v1/usage": {"get"},
    "/livez": {"get"},
    "/readyz": {"get"},
    "/metrics": {"get"},
}


def references(node: Any) -> set[str]:
    if isinstance(node, dict):
        found = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return found.union(*(references(value) for value in node.values()))
    if isinstance(node, list):
        return set().union(*(references(value) for value in node))
    return set()


def test_the_document_names_every_path(service: Service) -> None:
    document = service.client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert {path: set(operations) for path, operations in document["paths"].items()} == PATHS


def test_every_reference_leads_somewhere(service: Service) -> None:
    document = service.client.get("/openapi.json").json()
    schemas = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert references(document) <= schemas


def test_every_error_is_a_problem(service: Service) -> None:
    document = service.client.get("/openapi.json").json()
    for operations in document["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    assert list(response["content"]) == ["application/problem+json"], json.dumps(response)


@pytest.mark.parametrize(
    "model",
    [JobRequest, JobResource, MediaResource, BatchRequest, BatchResource, BatchDetail, ItemResource],
)
def test_examples_are_what_they_are_examples_of(model: type[BaseModel]) -> None:
    for example in model.model_json_schema()["examples"]:
        assert model.model_validate(example).model_dump(mode="json", exclude_unset=True) == example


def test_every_code_has_an_example_where_it_may_be_met(service: Service) -> None:
    document = service.client.get("/openapi.json").json()
    met = set()
    for operations in document["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                if int(status) < 400:
                    continue
                for code, example in response["content"]["application/problem+json"]["examples"].items():
                    Problem.model_validate(example["value"])
                    assert (example["value"]["code"], example["value"]["status"]) == (code, int(status))
                    met.add(code)
    only_in_jobs = {code for code, (status, _) in PROBLEMS.items() if status == 504}
    on_any_path = {"method_not_allowed", "foreign_site"}
    assert met == PROBLEMS.keys() - only_in_jobs - on_any_path


def test_what_is_answered_is_described(service: Service, clips: Path) -> None:
    document = service.client.get("/openapi.json").json()

    def call(method: str, path: str, template: str, **arguments: Any) -> Any:
        answer = service.client.request(method, path, **arguments)
        described = document["paths"][template][method.lower()]["responses"][str(answer.status_code)]
        assert set(answer.headers) - TRANSPORT <= {name.lower() for name in described["headers"]}, template
        kind = answer.headers.get("content-type", "").split(";")[0]
        kinds = set(described.get("content", {}))
        assert answer.request.method == "HEAD" or kinds & {kind, "*/*"} or not (kind or kinds), template
        return answer

    tus, content = {"Tus-Resumable": "1.0.0"}, (clips / "talking.mp4").read_bytes()
    call("OPTIONS", "/v1/uploads", "/v1/uploads")
    begun = call("POST", "/v1/uploads", "/v1/uploads", headers=tus | {"Upload-Length": str(len(content))})
    upload, patch = begun.headers["location"], "/v1/uploads/{upload_id}"
    part = tus | {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
    call("PATCH", upload, patch, headers=part, content=content)
    call("PATCH", upload, patch, headers=part, content=content)
    call("PATCH", upload, patch, headers={"Upload-Offset": "0"})
    call("HEAD", upload, patch, headers=tus)
    call("DELETE", upload, patch, headers=tus)
    posted = call(
        "POST", "/v1/media", "/v1/media", content=content, headers={"Content-Type": "video/mp4"}
    ).json()
    media, file = f"/v1/media/{posted['id']}", "/v1/media/{media_id}/content"
    call("GET", "/v1/media", "/v1/media")
    call("GET", media, "/v1/media/{media_id}")
    call("GET", f"{media}/content", file)
    call("HEAD", f"{media}/content", file)
    call("GET", f"{media}/content", file, headers={"Range": "bytes=0-1"})
    call("GET", f"{media}/content", file, headers={"Range": f"bytes={len(content)}-"})
    call("GET", f"{media}/content", file, headers={"If-None-Match": "*"})
    body = {"operation": "probe", "video": posted["id"]}
    call("POST", "/v1/jobs", "/v1/jobs", json=body, headers={"Prefer": "wait=0"})
    job = call("POST", "/v1/jobs", "/v1/jobs", json=body).headers["location"]
    shown = call("GET", job, "/v1/jobs/{job_id}")
    call("GET", job, "/v1/jobs/{job_id}", headers={"If-None-Match": shown.headers["etag"]})
    call("GET", "/v1/jobs", "/v1/jobs")
    many = {"operation": "probe", "items": [{"video": posted["id"]}]}
    batch = call("POST", "/v1/batches", "/v1/batches", json=many).headers["location"]
    known = call("GET", batch, "/v1/batches/{batch_id}")
    call("GET", batch, "/v1/batches/{batch_id}", headers={"If-None-Match": known.headers["etag"]})
    call("GET", "/v1/batches", "/v1/batches")
    call("GET", f"{batch}/results.csv", "/v1/batches/{batch_id}/results.csv")
    call("GET", f"{batch}/webhook", "/v1/batches/{batch_id}/webhook")
    call("POST", f"{batch}/cancel", "/v1/batches/{batch_id}/cancel")
    call("POST", f"{batch}/cancel", "/v1/batches/{batch_id}/cancel")
    call("GET", f"{batch}/events", "/v1/batches/{batch_id}/events")
    call("DELETE", batch, "/v1/batches/{batch_id}")
    call("DELETE", media, "/v1/media/{media_id}")
    call("POST", f"{job}/cancel", "/v1/jobs/{job_id}/cancel")
    call("GET", f"{job}/events", "/v1/jobs/{job_id}/events")
    call("GET", f"{job}/webhook", "/v1/jobs/{job_id}/webhook")
    call("DELETE", job, "/v1/jobs/{job_id}")
    for path in ("/livez", "/readyz", "/metrics", "/v1/engines"):
        call("GET", path, path)


def test_the_human_docs_call_no_other_host(service: Service) -> None:
    page = service.client.get("/docs").text
    named = re.findall(r"(?:src|href)=\"([^\"]+)\"", page)
    assert len(named) >= 2
    for address in named:
        assert address.startswith("/")
        assert service.client.get(address).status_code == 200
    assert "://" not in page
