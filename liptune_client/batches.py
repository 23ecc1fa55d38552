"""Many files at a time."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, cast

from .events import listen
from .http import Http
from .types import Batch, Event, Item, NewItem, Priority, Standing, Webhook

MOST_ITEMS_OF_A_PAGE = 100


class Batches:
    """The service's batches. Every method raises what `Client`'s do."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def submit(
        self,
        operation: str,
        items: Sequence[NewItem],
        *,
        options: Mapping[str, Any] | None = None,
        webhook: Webhook | None = None,
        metadata: Mapping[str, str] | None = None,
        priority: Priority = "batch",
        key: str | None = None,
    ) -> Batch:
        """Starts a job for each item, for all or for none; the parameters are those of `Client.submit`.

        Raises:
            Refused: With the code ``items_refused``, ``problem["details"]["items"]`` says which and why.
        """
        body: dict[str, Any] = {"operation": operation, "items": list(items), "options": dict(options or {})}
        body |= {"webhook": webhook, "metadata": dict(metadata or {}), "priority": priority}
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        return cast("Batch", self._http.json("POST", "/v1/batches", json=body, headers=headers))

    def get(self, batch_id: str) -> Batch:
        """The batch as it stands."""
        return cast("Batch", self._http.json("GET", f"/v1/batches/{batch_id}", params={"limit": 1}))

    def all(self) -> Iterator[Batch]:
        """Batches, newest first, page by page."""
        return self._http.pages("/v1/batches", {})

    def items(self, batch_id: str, *, order: Literal["worst", "given"] = "worst") -> Iterator[Item]:
        """Its items, page by page, the worst first or as they were given."""
        query = {"order": order, "limit": MOST_ITEMS_OF_A_PAGE}
        return self._http.pages(f"/v1/batches/{batch_id}", query)

    def events(self, batch_id: str, after: int = 0) -> Iterator[Event]:
        """How the items stand, then every change as it happens, until the batch ends."""
        return listen(self._http, f"/v1/batches/{batch_id}/events", after)

    def wait(self, batch: Batch, progress: Callable[[Standing], None] = lambda _standing: None) -> Batch:
        """Returns the batch once every item has ended, however it did. ``progress`` gets how far it is."""
        if batch["finished_at"] is None:
            for event in self.events(batch["id"]):
                if event.kind != "item":
                    progress(cast("Standing", event.payload))
        return self.get(batch["id"])

    def cancel(self, batch_id: str) -> Batch:
        """Ends what is queued at once, and what runs soon."""
        return cast("Batch", self._http.json("POST", f"/v1/batches/{batch_id}/cancel"))

    def delete(self, batch_id: str) -> None:
        """Ends the batch and removes its jobs, with their artifacts."""
        self._http.send("DELETE", f"/v1/batches/{batch_id}")

    def results(self, batch_id: str) -> str:
        """A line of CSV for each item, in their order."""
        return self._http.send("GET", f"/v1/batches/{batch_id}/results.csv").text
