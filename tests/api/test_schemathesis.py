"""Requests that nobody would think of, made from the OpenAPI document, against the running server."""

import os
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from liptune.api.app import create_app
from tests.api.conftest import Service
from tests.api.served import served
from tests.core.store.jobs.test_reaping import beat

HOOKS = Path(__file__).with_name("schemathesis_hooks.py")
CONFIG = """
headers = {{ Authorization = "Bearer first" }}
generation = {{ deterministic = true, max-examples = 8 }}
parameters = {{ "path.media_id" = "{media}", "path.job_id" = "{job}", "path.upload_id" = "{upload}", \
"path.batch_id" = "{batch}" }}

[phases.stateful]
enabled = false

# tus wants 412 for a client that does not say which version it speaks.
[checks.negative_data_rejection]
expected-statuses = [400, 401, 404, 409, 412, 413, 415, 422]
[checks.missing_required_header]
expected-statuses = [412, 422]

# A schema cannot say which bytes are media, nor which ids there are.
[checks.positive_data_acceptance]
expected-statuses = ["2xx", 400, 404, 409, 412, 413, 415, 422, 460]

# Headers that nobody knows are to be ignored.
[[operations]]
include-path = "/v1/uploads/{{upload_id}}"
include-method = "PATCH"
checks = {{ negative_data_rejection = {{ enabled = false }} }}
"""


@pytest.mark.slow
def test_the_server_is_what_the_document_says(clips: Path, tmp_path: Path) -> None:
    keyed = Service(tmp_path / "data", api_keys="first", max_jobs_in_flight=1000, lease=timedelta(hours=1))
    with closing(keyed.store), keyed.client:
        explore(keyed, clips, tmp_path)


def explore(keyed: Service, clips: Path, tmp_path: Path) -> None:
    beat(keyed.store.database)
    key = {"Authorization": "Bearer first"}
    media = keyed.upload(clips / "talking.mp4", **key)["id"]
    body = {"operation": "probe", "video": media}
    job = keyed.client.post("/v1/jobs", json=body, headers=key).json()["id"]
    many = {"operation": "probe", "items": [{"video": media}]}
    batch = keyed.client.post("/v1/batches", json=many, headers=key).json()["id"]
    for unfinished in (f"/v1/jobs/{job}", f"/v1/batches/{batch}"):  # whose events would be waited for
        assert keyed.client.post(f"{unfinished}/cancel", headers=key).status_code == 202
    begun = keyed.client.post(
        "/v1/uploads", headers=key | {"Tus-Resumable": "1.0.0", "Upload-Length": "100"}
    ).json()
    config = tmp_path / "schemathesis.toml"
    config.write_text(CONFIG.format(media=media, job=job, upload=begun["id"], batch=batch))
    with served(create_app(keyed.settings)) as url:
        done = subprocess.run(
            [
                str(Path(sys.executable).with_name("schemathesis")),
                f"--config-file={config}",
                "run",
                f"{url}/openapi.json",
                "--no-color",
            ],
            cwd=tmp_path,
            env=os.environ | {"SCHEMATHESIS_HOOKS": str(HOOKS)},
            capture_output=True,
            text=True,
            timeout=280,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
