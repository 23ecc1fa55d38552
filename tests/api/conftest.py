from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from liptune.api.app import create_app
from liptune.api.services import Services
from liptune.core.logs import configure_logs
from liptune.core.operations.table import OPERATIONS
from liptune.core.settings import Settings
from liptune.core.store.store import Store
from tests.api.served import served
from tests.media_factory import bursts, numbered_video, sound_file, talking
from tests.tables import make_tables
from tests.worker.operations import PROBE


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``talking.mp4``, ``silent.mp4`` without sound, ``sound.wav`` without picture."""
    folder = tmp_path_factory.mktemp("clips")
    talking(folder / "talking.mp4", seconds=1.0, burst=0.5)
    numbered_video(folder / "silent.mp4", frames=10)
    sound_file(folder / "sound.wav", bursts([0.2], 0.5))
    return folder


class Service:
    """An application with a data folder of its own, and no worker."""

    def __init__(self, folder: Path, **changes: Any) -> None:
        defaults: dict[str, Any] = {"data": folder, "reap_interval": timedelta(hours=1)}
        self.settings = Settings(**defaults | changes)
        self.store = Store.open(self.settings)
        make_tables(self.store.database)
        app = create_app(self.settings)
        self.client = TestClient(app, "http://127.0.0.1:8000", raise_server_exceptions=False)

    def stored_files(self) -> list[Path]:
        return [path for path in (self.settings.data / "files").rglob("*") if path.is_file()]

    def services(self) -> Services:
        """What the application's own endpoints work with."""
        services = self.client.app_state["services"]
        assert isinstance(services, Services)
        return services

    def upload(self, path: Path, media_type: str = "video/mp4", **headers: str) -> dict[str, Any]:
        answer = self.client.post(
            "/v1/media", content=path.read_bytes(), headers={"Content-Type": media_type} | headers
        )
        assert answer.status_code in {200, 201}, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def submit(self, video: str, **more: Any) -> dict[str, Any]:
        answer = self.client.post("/v1/jobs", json={"operation": "probe", "video": video} | more)
        assert answer.status_code == 202, answer.text
        body: dict[str, Any] = answer.json()
        return body


@pytest.fixture(autouse=True, scope="session")
def _logs() -> None:
    configure_logs()


@pytest.fixture(autouse=True)
def probe_operation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Offers an operation that needs no engine."""
    monkeypatch.setitem(OPERATIONS, "probe", PROBE)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    built = Service(tmp_path)
    with built.client:
        yield built
    built.store.close()


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Service]:
    """Small limits, and two API keys."""
    built = Service(
        tmp_path, api_keys="first,second", max_upload_bytes=200_000, max_jobs_in_flight=2, max_seconds=5.0
    )
    with built.client:
        yield built
    built.store.close()


@pytest.fixture
def address(service: Service) -> Iterator[str]:
    """The URL of the application behind a real socket."""
    with served(create_app(service.settings)) as url:
        yield url
