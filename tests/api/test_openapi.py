import json
from typing import Any

from tests.api.conftest import Service

PATHS = {
    "/v1/media": {"post"},
    "/v1/media/{media_id}": {"get", "delete"},
    "/v1/media/{media_id}/content": {"get"},
    "/v1/uploads": {"options", "post"},
    "/v1/uploads/{upload_id}": {"head", "get", "patch", "delete"},
    "/v1/jobs": {"get", "post"},
    "/v1/jobs/{job_id}": {"get", "delete"},
    "/v1/jobs/{job_id}/cancel": {"post"},
    "/v1/jobs/{job_id}/events": {"get"},
    "/v1/jobs/{job_id}/webhook": {"get"},
    "/v1/jobs/{job_id}/artifacts/{name}": {"get"},
    "/v1/engines": {"get"},
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
