"""What can go wrong, apart from the network (`httpx.TransportError`)."""

from .types import Job, Problem


class Refused(Exception):
    """The service said no; ``problem`` says why."""

    def __init__(self, problem: Problem) -> None:
        remedy = problem.get("remedy")
        super().__init__(f"{problem['detail']} [{problem['code']}]" + (f"\n{remedy}" if remedy else ""))
        self.problem = problem


class JobFailed(Refused):
    """The job ended without a result."""

    def __init__(self, job: Job) -> None:
        canceled: Problem = {
            "type": "urn:liptune:problem:canceled",
            "title": "The job was canceled",
            "status": 409,
            "detail": "The job was canceled.",
            "code": "canceled",
        }
        super().__init__(job["error"] or canceled)
        self.job = job


class DownloadDamaged(Exception):
    """What arrived is not what the service has."""
