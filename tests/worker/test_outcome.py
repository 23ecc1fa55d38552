"""What errors mean for a job."""

import errno

import pytest

from liptune.core.errors import DiskFull, RenderFailed
from liptune.core.settings import Settings
from liptune.core.store.database.models import JobStatus
from liptune.core.store.jobs.claims import Claim, Outcome
from liptune.worker.outcome import PutOff, ending_of


def claim_of(attempt: int) -> Claim:
    return Claim("job", "token", attempt, "cpu", "retime", {}, None, None, None, None)


@pytest.mark.parametrize(
    "error", [DiskFull("No space left on device"), OSError(errno.ENOSPC, "full")], ids=["ffmpeg", "python"]
)
def test_a_full_disk_puts_a_job_off_until_there_have_been_enough_attempts(error: Exception) -> None:
    settings = Settings()
    assert isinstance(ending_of(error, claim_of(1), settings), PutOff)
    ended = ending_of(error, claim_of(settings.max_attempts), settings)
    assert isinstance(ended, Outcome)
    assert ended.error is not None
    assert (ended.status, ended.error["code"]) == (JobStatus.FAILED, "storage_unavailable")


def test_a_video_that_cannot_be_written_for_another_reason_fails_at_once() -> None:
    ended = ending_of(RenderFailed("ffmpeg died of signal 9"), claim_of(1), Settings())
    assert isinstance(ended, Outcome)
    assert ended.error is not None
    assert (ended.status, ended.error["code"]) == (JobStatus.FAILED, "render_failed")
