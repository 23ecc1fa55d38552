from datetime import timedelta
from pathlib import Path

from liptune.api.upkeep import sweep
from liptune.core.store.database.models import Media
from liptune.core.store.ids import now
from tests.api.checks import problem_of
from tests.api.conftest import Service


def test_what_is_past_its_time_goes_with_its_file(service: Service, clips: Path) -> None:
    media = service.upload(clips / "talking.mp4")["id"]
    kept = service.upload(clips / "silent.mp4")["id"]
    with service.store.database.writing() as session:
        session.get_one(Media, media).expires_at = now() - timedelta(seconds=1)
    sweep(service.services())
    problem_of(service.client.get(f"/v1/media/{media}"), 404, "not_found")
    assert service.client.get(f"/v1/media/{kept}/content").status_code == 200
    assert len(service.stored_files()) == 1


def test_sending_the_same_bytes_again_keeps_them_longer(service: Service, clips: Path) -> None:
    media = service.upload(clips / "talking.mp4")["id"]
    with service.store.database.writing() as session:
        session.get_one(Media, media).expires_at = now() + timedelta(seconds=1)
    again = service.upload(clips / "talking.mp4")
    assert again["id"] == media
    with service.store.database.reading() as session:
        left = session.get_one(Media, media).expires_at - now()
    assert left > service.settings.retention - timedelta(minutes=5)
