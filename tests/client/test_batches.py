import threading
from pathlib import Path

import pytest

from liptune.client import Client, NewItem, Refused, Standing
from liptune.core.store.database.models import JobStatus
from liptune.core.store.jobs.claims import Judgement, Outcome
from tests.api.conftest import Service
from tests.api.test_batches import SCORE
from tests.client.test_client import work


@pytest.fixture
def items(client: Client, clips: Path) -> list[NewItem]:
    video, sound = (client.upload(clips / name)["id"] for name in ("talking.mp4", "sound.wav"))
    return [{"video": video}, {"video": video, "audio": sound, "name": "dub"}]


def test_a_batch_is_followed_to_its_end(client: Client, service: Service, items: list[NewItem]) -> None:
    batch = client.batches.submit("probe", items, metadata={"season": "2"})
    own, dub = (item["job"] for item in client.batches.items(batch["id"], order="given"))
    good = Outcome(JobStatus.SUCCEEDED, {"score": SCORE, "headline": "Early."})
    bad = Outcome(JobStatus.FAILED, error={"code": "no_face", "detail": "None."})
    told: list[Standing] = []

    def end() -> None:
        work(service, own, bad)
        work(service, dub, good)

    worker = threading.Timer(0.3, end)
    worker.start()
    done = client.batches.wait(batch, told.append)
    worker.join()
    assert (done["counts"]["failed"], done["counts"]["succeeded"], done["progress"]) == (1, 1, 1.0)
    assert told[-1]["progress"] == 1.0
    assert client.batches.wait(done)["id"] == batch["id"]
    rows = client.batches.results(batch["id"]).splitlines()
    assert [row.split(",")[0] for row in rows] == ["file", "talking.mp4", "dub"]


def test_the_worst_come_first_over_pages(
    client: Client, service: Service, items: list[NewItem], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("liptune.client.batches.MOST_ITEMS_OF_A_PAGE", 1)
    batch = client.batches.submit("probe", items)
    own, dub = (item["job"] for item in client.batches.items(batch["id"], order="given"))
    work(service, own, Outcome(JobStatus.SUCCEEDED, {}, judgement=Judgement("in_sync", 1.0, 1.0)))
    work(service, dub, Outcome(JobStatus.SUCCEEDED, {}, judgement=Judgement("out_of_sync", 90.0, 90.0)))
    assert [item["name"] for item in client.batches.items(batch["id"])] == ["dub", "talking.mp4"]
    assert [known["id"] for known in client.batches.all()] == [batch["id"]]


def test_a_batch_is_canceled_and_deleted(client: Client, items: list[NewItem]) -> None:
    batch = client.batches.submit("probe", items, key="k")
    assert client.batches.submit("probe", items, key="k")["id"] == batch["id"]
    assert client.batches.cancel(batch["id"])["counts"]["canceled"] == 2
    client.batches.delete(batch["id"])
    with pytest.raises(Refused, match="not_found"):
        client.batches.get(batch["id"])


def test_what_cannot_be_done_is_named(client: Client, items: list[NewItem]) -> None:
    with pytest.raises(Refused, match="items_refused") as refused:
        client.batches.submit("probe", [*items, {"video": "absent"}])
    details = refused.value.problem["details"]
    assert details is not None
    assert [(each["item"], each["code"]) for each in details["items"]] == [(2, "not_found")]
