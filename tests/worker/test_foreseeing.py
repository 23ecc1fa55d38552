"""What a repair would cost is on its job before anything is measured."""

import pytest
from sqlalchemy import select

from liptune.core.store.database.models import JobEvent
from tests.core.store.rows import insert_job
from tests.media_factory import numbered_video
from tests.worker.conftest import Workplace

ANEW = "Picture stream 0 (huffyuv) is encoded anew as h264"


@pytest.fixture(scope="module")
def faceless(staffed: Workplace, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A codec that is not drawn again as itself, sound, and no face."""
    sound = ("-f", "lavfi", "-i", "sine=duration=1")
    coded = ("-c:v", "huffyuv", "-pix_fmt", "yuv422p", "-c:a", "pcm_s16le")
    path = tmp_path_factory.mktemp("media") / "clip.avi"
    return staffed.add(numbered_video(path, frames=25, extra=sound, codec=coded))


def repair(staffed: Workplace, operation: str, video: str) -> str:
    job_id = insert_job(staffed.store.database, operation=operation, options={}, video_id=video)
    staffed.send(job_id)
    return job_id


def happened(staffed: Workplace, job_id: str) -> list[JobEvent]:
    with staffed.store.database.reading() as session:
        query = select(JobEvent).where(JobEvent.job_id == job_id).order_by(JobEvent.id)
        return list(session.scalars(query))


def test_a_picture_that_is_drawn_again_is_told_before_the_search_for_faces(
    staffed: Workplace, faceless: str
) -> None:
    job = staffed.ended(repair(staffed, "warp", faceless))
    assert job.error is not None
    assert job.error["code"] == "no_face"
    assert job.foreseen_losses is not None
    assert {"code": "codec", "stream": 0, "message": ANEW} in job.foreseen_losses
    events = happened(staffed, job.id)
    begun = [event.payload.get("stage", event.kind) for event in events if event.kind != "status"]
    assert list(dict.fromkeys(begun))[:3] == ["foresee", "losses", "probe"]


def test_a_copied_picture_loses_nothing_and_that_is_told_too(staffed: Workplace, faceless: str) -> None:
    assert staffed.ended(repair(staffed, "retime", faceless)).foreseen_losses == []


def test_a_measurement_foresees_nothing(staffed: Workplace, faceless: str) -> None:
    assert staffed.ended(repair(staffed, "measure", faceless)).foreseen_losses is None
