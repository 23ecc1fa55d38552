from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from liptune.core.store.database.connection import Database
from liptune.core.store.database.models import ResumableUpload, UploadPart
from liptune.core.store.ids import new_id, now
from liptune.core.store.uploads import UploadRepository
from tests.core.store.rows import a_media


@pytest.fixture
def upload(database: Database) -> ResumableUpload:
    begun = ResumableUpload(
        id=new_id(),
        owner="me",
        length=100,
        offset=0,
        media_type="video/mp4",
        described="",
        created_at=now(),
        expires_at=now() + timedelta(days=1),
    )
    with database.writing() as session:
        UploadRepository(session).add(begun)
    return begun


def append(database: Database, upload: ResumableUpload, start: int, size: int) -> bool:
    part = UploadPart(upload_id=upload.id, start=start, bytes=size, blob=new_id())
    with database.writing() as session:
        return UploadRepository(session).append(part, now() + timedelta(days=1))


def test_of_many_parts_for_one_place_one_is_taken(database: Database, upload: ResumableUpload) -> None:
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda n: append(database, upload, 0, n + 1), range(8)))
    assert sum(taken) == 1
    with database.reading() as session:
        [part] = UploadRepository(session).parts(upload.id)
        found = UploadRepository(session).get(upload.id, "me")
    assert found is not None
    assert found.offset == part.bytes == taken.index(True) + 1


def test_parts_are_in_order_and_finishing_happens_once(database: Database, upload: ResumableUpload) -> None:
    media = a_media()
    assert append(database, upload, 0, 10)
    assert append(database, upload, 10, 20)
    assert not append(database, upload, 10, 20)
    with database.writing() as session:
        session.add(media)
        session.flush()
        uploads = UploadRepository(session)
        assert [part.start for part in uploads.parts(upload.id)] == [0, 10]
        moved = uploads.get(upload.id, "me")
        assert moved is not None
        session.expunge(moved)
        assert uploads.finish(moved, media.id, now() + timedelta(days=1))
        assert not uploads.finish(moved, media.id, now() + timedelta(days=1))


@pytest.mark.parametrize(("owner", "left"), [("you", 1), ("me", -1)])
def test_what_cannot_be_found(database: Database, upload: ResumableUpload, owner: str, left: int) -> None:
    with database.writing() as session:
        session.get_one(ResumableUpload, upload.id).expires_at = now() + timedelta(days=left)
    with database.reading() as session:
        assert UploadRepository(session).get(upload.id, owner) is None
