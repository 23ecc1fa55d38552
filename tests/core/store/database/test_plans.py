"""No query that the service sends reads a large table from one end to the other, as PostgreSQL plans it."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from benchmarks.filling import batch_id, fill, job_id, owner
from liptune.core.store.batches.items import ItemFilter, ItemRepository, Place
from liptune.core.store.batches.repository import BatchRepository
from liptune.core.store.database.connection import Database
from liptune.core.store.database.models import JobStatus
from liptune.core.store.gauges import GaugeRepository
from liptune.core.store.ids import now
from liptune.core.store.jobs.claims import AttemptRepository, Claim, Outcome
from liptune.core.store.jobs.idempotency import IdempotencyRepository
from liptune.core.store.jobs.parts import PartClaim, PartRepository, Stretch
from liptune.core.store.jobs.reaping import ReapingRepository
from liptune.core.store.jobs.repository import JobFilter, JobRepository
from liptune.core.store.jobs.turns import others_wait
from liptune.core.store.media import MediaRepository
from liptune.core.store.sweeping import SWEEPS, clear_batch
from liptune.core.store.uploads import UploadRepository
from liptune.core.store.usage import UsageRepository
from liptune.core.store.webhooks import WebhookRepository
from tests.servers import own_database
from tests.tables import make_tables

pytestmark = pytest.mark.slow

JOBS, EVENTS = 20_000, 10
SMALL = {"workers", "tallies", "counters", "job_parts"}
OF_FEW = {"ix_batches_unfinished", "ix_jobs_queued", "ix_jobs_turns", "ix_jobs_running", "ix_jobs_untrimmed"}
"""Indexes of few rows, which may be read whole."""

QUEUED, RUNNING, ENDED = job_id(200), job_id(2001), job_id(7)
OWNER = owner(7)
BATCH = batch_id(7)
HOUR = timedelta(hours=1)
CLAIM = Claim(RUNNING, "t", 1, "gpu", "measure", {}, None, None, None, None)
PART = PartClaim(RUNNING, 0, "t", Stretch(0, 7, 0.0))

Query = Callable[[Session], object]


def page(**wanted: Any) -> Query:
    return lambda session: JobRepository(session).page(OWNER, JobFilter(**wanted), 21)


def items(**wanted: Any) -> Query:
    return lambda session: ItemRepository(session).page(BATCH, ItemFilter(**wanted), 21)


def sweeping(kind: str) -> Query:
    return lambda session: SWEEPS[kind](session, lambda _blob: None)


QUERIES: dict[str, Query] = {
    "status": lambda session: JobRepository(session).get(ENDED, OWNER),
    "list": page(),
    "list behind a cursor": page(before=ENDED),
    "list by status": page(status="failed"),
    "list by a status that none has": page(status="running"),
    "list by operation": page(operation="warp"),
    "list by an operation that none has": page(operation="dance"),
    "list by time": page(created_after=now() - HOUR),
    "list by all": page(operation="warp", status="failed", created_after=now() - HOUR, before=ENDED),
    "list by metadata": page(labels=(("reel", "7"),)),
    "list without those of batches": page(single=True),
    "events": lambda session: JobRepository(session).events(ENDED, 5),
    "batch": lambda session: BatchRepository(session).get(BATCH, OWNER),
    "batches": lambda session: BatchRepository(session).page(OWNER, None, 21),
    "batches behind a cursor": lambda session: BatchRepository(session).page(OWNER, BATCH, 21),
    "counts of a batch": lambda session: BatchRepository(session).counts([BATCH]),
    "counts of batches": lambda session: BatchRepository(session).counts([BATCH, batch_id(8)]),
    "events of a batch": lambda session: BatchRepository(session).events(BATCH, 5, 200),
    "last event of a batch": lambda session: BatchRepository(session).last_event(BATCH),
    "items, worst first": items(),
    "items behind a place": items(after=Place(1, 0.0, 3)),
    "items as given": items(worst=False, after=Place(1, 0.0, 3)),
    "items by status": items(status="failed"),
    "whole items": lambda session: ItemRepository(session).whole(BATCH, 3, 50),
    "named items": lambda session: ItemRepository(session).named([ENDED, QUEUED]),
    "cancel a batch": lambda session: BatchRepository(session).cancel_some(BATCH),
    "forget a batch": lambda session: BatchRepository(session).forget(BATCH),
    "clear a batch": lambda session: clear_batch(session, BATCH, lambda _blob: None),
    "room for a batch": lambda session: UsageRepository(session).unfinished_batches(OWNER),
    "jobs in batches": lambda session: UsageRepository(session).unfinished(OWNER, in_batches=True),
    "many media": lambda session: MediaRepository(session).lock_all([ENDED, QUEUED], OWNER),
    "webhook of a batch": lambda session: WebhookRepository(session).of_batch(BATCH),
    "room for a job": lambda session: UsageRepository(session).unfinished(OWNER),
    "usage": lambda session: UsageRepository(session).stored(OWNER),
    "to be fetched": lambda session: JobRepository(session).any_waits_for_media(),
    "cancel": lambda session: JobRepository(session).cancel(RUNNING),
    "claim": lambda session: AttemptRepository(session).claim(QUEUED, "w", ["gpu", "cpu"], HOUR),
    "turn": lambda session: AttemptRepository(session).claim_next("gpu", "w", "m", HOUR),
    "renew": lambda session: AttemptRepository(session).renew(CLAIM, HOUR),
    "report": lambda session: AttemptRepository(session).report(CLAIM, "analyse", 0.5),
    "hand over": lambda session: AttemptRepository(session).hand_over(CLAIM, "cpu"),
    "finish": lambda session: AttemptRepository(session).finish(CLAIM, Outcome(JobStatus.SUCCEEDED)),
    "release": lambda session: AttemptRepository(session).release("worker-1"),
    "reap silent workers": lambda session: ReapingRepository(session).expire_leases(3, HOUR),
    "reap lost messages": lambda session: ReapingRepository(session).find_lost(HOUR, HOUR),
    "bury": lambda session: ReapingRepository(session).bury("worker-1"),
    "bury one": lambda session: ReapingRepository(session).bury_attempt("worker-1", "m"),
    "part of any": lambda session: PartRepository(session).take_any("cpu", "w", 3, HOUR),
    "part of one": lambda session: PartRepository(session).take_own(RUNNING, HOUR),
    "who waits beside a film": lambda session: others_wait(session, RUNNING, HOUR),
    "renew a part": lambda session: PartRepository(session).renew(PART, 0.5, HOUR),
    "finish a part": lambda session: PartRepository(session).finish(PART, 7),
    "webhooks that are due": lambda session: WebhookRepository(session).take_due(HOUR),
    "webhook of a job": lambda session: WebhookRepository(session).of(ENDED),
    "media by content": lambda session: MediaRepository(session).find("x", OWNER),
    "media in use": lambda session: MediaRepository(session).in_use(ENDED),
    "upload": lambda session: UploadRepository(session).get(ENDED, OWNER),
    "parts of an upload": lambda session: UploadRepository(session).parts(ENDED),
    "key": lambda session: IdempotencyRepository(session).reserve(OWNER, "new", HOUR, HOUR),
    "metrics: jobs": lambda session: GaugeRepository(session).jobs(),
    "metrics: queues": lambda session: GaugeRepository(session).queues(),
    "metrics: bytes": lambda session: GaugeRepository(session).stored_bytes(),
} | {f"sweep {kind}": sweeping(kind) for kind in SWEEPS}


@pytest.fixture(scope="module")
def full() -> Iterator[Database]:
    with own_database() as url, closing(Database(url)) as database:
        make_tables(database)
        fill(database, JOBS, EVENTS)
        yield database


@pytest.mark.parametrize("name", QUERIES)
def test_no_query_reads_a_whole_table(full: Database, name: str) -> None:
    with Session(full.engine) as session:
        nodes = planned(session, QUERIES[name])
        session.rollback()
    assert nodes
    assert [each for each in nodes if reads_all(each)] == []


def planned(session: Session, query: Query) -> list[dict[str, Any]]:
    """The plan's nodes of every statement that the query sends, as they are when it is sent."""
    connection, found = session.connection(), list[dict[str, Any]]()

    def explain(cursor: Any, statement: str, parameters: Any) -> None:
        if statement.split(maxsplit=1)[0] in {"SELECT", "UPDATE", "DELETE"}:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
            found.extend(nodes_of(cursor.fetchone()[0][0]["Plan"]))

    def before(_c: Any, cursor: Any, statement: str, parameters: Any, _x: Any, many: bool) -> None:
        for each in parameters if many else [parameters]:
            explain(cursor, statement, each)

    event.listen(connection, "before_cursor_execute", before)
    query(session)
    session.flush()
    return found


def nodes_of(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes_of(part)


def reads_all(node: dict[str, Any]) -> bool:
    if node["Node Type"] == "Seq Scan":
        return node["Relation Name"] not in SMALL
    by_index = "Index" in node["Node Type"]
    return by_index and "Index Cond" not in node and node["Index Name"] not in OF_FEW


def test_what_a_deleted_job_takes_with_it_is_found_by_an_index(full: Database) -> None:
    with full.engine.connect() as connection:
        deletion = text("EXPLAIN (ANALYZE, FORMAT JSON) DELETE FROM jobs WHERE id = :id")
        plan = connection.execute(deletion, {"id": ENDED}).scalar_one()
        connection.rollback()
    times = {each["Trigger Name"]: each["Time"] for each in plan[0]["Triggers"]}
    assert len(times) >= 5
    assert max(times.values()) < 20, json.dumps(times)


def test_what_a_deleted_batch_takes_with_it_is_found_by_an_index(full: Database) -> None:
    with full.engine.connect() as connection:
        made = text(
            "INSERT INTO batches SELECT 'x', owner, operation, options, metadata, created_at, "
            "finished_at, expires_at, deleted FROM batches LIMIT 1"
        )
        connection.execute(made)
        deletion = text("EXPLAIN (ANALYZE, FORMAT JSON) DELETE FROM batches WHERE id = 'x'")
        plan = connection.execute(deletion).scalar_one()
        connection.rollback()
    times = {each["Trigger Name"]: each["Time"] for each in plan[0]["Triggers"]}
    assert len(times) >= 3
    assert max(times.values()) < 20, json.dumps(times)


def test_a_scan_is_noticed(full: Database) -> None:
    with Session(full.engine) as session:
        scan = planned(session, lambda session: session.execute(text("SELECT * FROM jobs WHERE stage = 'x'")))
        walk = planned(
            session,
            lambda session: session.execute(
                text("SELECT id FROM jobs WHERE stage = 'x' ORDER BY id LIMIT 1")
            ),
        )
    assert any(map(reads_all, scan))
    assert any(map(reads_all, walk))
