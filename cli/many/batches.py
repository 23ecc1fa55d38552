"""``--server`` with many videos: each is sent, then a batch of the service does them, or several."""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from liptune.cli import remote
from liptune.cli.many.work import Outcome, Told, Work, ended_with, failed, perform
from liptune.cli.remote import ServerUnreachable
from liptune.cli.sources import Source
from liptune.cli.table import printable
from liptune.core.errors import LiptuneError
from liptune.core.operations.table import parse_options

if TYPE_CHECKING:
    from liptune.client import Client, FromUrl, Job, NewItem

LONGEST_NAME = 255
MOST_ITEMS = 1000
"""Of a batch, where the service does not say."""
GONE = "The service has its job no more: somebody has deleted it."

Numbered = tuple[int, Outcome]


@dataclass(frozen=True)
class _Sent:
    """An item of a batch that is to be, and the numbers of the works that it is: files of one content."""

    item: "NewItem"
    numbers: list[int]


def outcomes(server: str, works: Sequence[Work], told: Told) -> Generator[Numbered]:
    """Each work's number and outcome, as they end; all works are of one operation with the same options.

    Whoever stops asking cancels what is left of the batch.

    Raises:
        LiptuneError: The service takes no batch, or (`ServerUnreachable`) does not answer.
    """
    if works:
        with remote.connected(server) as client:
            yield from _Season(server, client, works, told).outcomes()


@dataclass(frozen=True)
class _Season:
    """Works, and the service that does them. ``known``: what has been sent, by its path or URL."""

    server: str
    client: "Client"
    works: Sequence[Work]
    told: Told
    known: dict[str, "str | FromUrl"] = field(default_factory=dict)

    def outcomes(self) -> Iterator[Numbered]:
        """Sends as much as a batch may have, and waits for its end; then the next."""
        most = self._most_items()
        waiting = dict[str, _Sent]()
        for number in range(len(self.works)):
            try:
                item = self._sent(number)
            except ServerUnreachable:
                raise
            except LiptuneError as error:
                yield number, ended_with(error)
                continue
            content = str((item["video"], item.get("audio")))
            waiting.setdefault(content, _Sent(item, [])).numbers.append(number)
            if len(waiting) == most:
                yield from self._done(list(waiting.values()))
                waiting.clear()
        yield from self._done(list(waiting.values()))

    def _most_items(self) -> int:
        batches = self.client.usage().get("batches")
        return batches["most_items"] if batches else MOST_ITEMS

    def _sent(self, number: int) -> "NewItem":
        work, tell = self.works[number], partial(self.told, number)
        item: NewItem = {"video": self._given(work.video, tell), "name": _name(work)}
        if work.audio is not None:
            item["audio"] = self._given(work.audio, tell)
        return item

    def _given(self, source: Source, tell: "partial[None]") -> "str | FromUrl":
        if source.text not in self.known:
            with remote.translated(self.server):
                self.known[source.text] = remote.sent(self.client, source, tell)
        return self.known[source.text]

    def _done(self, items: Sequence[_Sent]) -> Iterator[Numbered]:
        """What the service does not take of the items, then what becomes of the others."""
        from liptune.client import Refused

        while items:
            try:
                batch = self._submitted(items)
            except Refused as refused:
                faults = _faults(refused.problem.get("details"))
                if not faults:
                    raise
                yield from _refused(items, faults)
                items = [item for place, item in enumerate(items) if place not in faults]
            else:
                yield from self._followed(batch, items)
                return

    def _submitted(self, items: Iterable[_Sent]) -> str:
        first = self.works[0]
        options = parse_options(first.operation, first.options).model_dump(mode="json")
        batch = self.client.batches.submit(first.operation, [each.item for each in items], options=options)
        return batch["id"]

    def _followed(self, batch: str, items: Sequence[_Sent]) -> Iterator[Numbered]:
        """An outcome as soon as its job has ended. All are told of again where the connection breaks."""
        from liptune.client import Refused

        left = {place: sent.numbers for place, sent in enumerate(items)}
        try:
            for event in self.client.batches.events(batch):
                if event.kind == "item" and event.payload["item"] in left:
                    yield from self._heard(event.payload, left)
            for numbers in left.values():
                yield from ((number, failed("not_found", GONE)) for number in numbers)
        except (GeneratorExit, KeyboardInterrupt, SystemExit):
            with suppress(Refused):  # it has ended
                self.client.batches.cancel(batch)
            raise

    def _heard(self, item: Mapping[str, Any], left: dict[int, list[int]]) -> Iterator[Numbered]:
        from liptune.client.types import ENDED

        if item["status"] not in ENDED:
            self.told(left[item["item"]][0], item["stage"] or item["status"], item["progress"])
            return
        for number in left.pop(item["item"]):
            yield number, perform(self.works[number], partial(self._fetched, item["job"]))

    def _fetched(self, job_id: str, folder: Path | None) -> remote.Done:
        from liptune.client import JobFailed

        with remote.translated(self.server):
            job: Job = self.client.job(job_id)
            if job["status"] != "succeeded":
                raise JobFailed(job)
            return remote.fetched(self.client, job, folder)


def _name(work: Work) -> str:
    """The file's, which the service may know by another that the same bytes have had."""
    return printable(work.video.name)[:LONGEST_NAME]


def _faults(details: Mapping[str, Any] | None) -> dict[int, Mapping[str, Any]]:
    """What the refusal of a batch says of its items, by their places."""
    return {fault["item"]: fault for fault in (details or {}).get("items", [])}


def _refused(items: Sequence[_Sent], faults: Mapping[int, Mapping[str, Any]]) -> Iterator[Numbered]:
    for place, fault in faults.items():
        for number in items[place].numbers:
            yield number, failed(fault["code"], fault["detail"], fault.get("remedy"))
