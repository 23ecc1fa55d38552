"""``Prefer: wait=N`` (RFC 7240): delays the answer until the job has ended, up to 60 s."""

import re
from time import monotonic

from liptune.api.jobs import service
from liptune.api.services import Services, in_thread
from liptune.core.store.database.models import UNFINISHED, Job

LONGEST_SECONDS = 60
WAIT = re.compile(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,6})\"?(?:$|[,;\s])", re.IGNORECASE)


def preferred_wait(header: str | None) -> int | None:
    """Seconds the client would wait, at most 60; None when it did not say."""
    found = WAIT.search(header or "")
    return min(int(found[1]), LONGEST_SECONDS) if found else None


async def wait_for(services: Services, job: Job, seconds: int) -> Job:
    """Returns the job once it has ended, or as it stands after ``seconds``."""
    until = monotonic() + seconds
    with services.news.about(job.id) as bell:
        while True:
            job = await in_thread(service.find, services, job.owner, job.id)
            left = until - monotonic()
            if job.status not in UNFINISHED or left <= 0:
                return job
            await bell.rings_within(left)
