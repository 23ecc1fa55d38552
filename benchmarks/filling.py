"""Fills a PostgreSQL database with as many jobs as a large service has, mostly ended ones."""

import hashlib

from sqlalchemy import Connection, text

from liptune.core.store.database.connection import Database

OWNERS = 50
BATCHED_OF = 400
"""Of so many jobs, half of those of each owner are one batch."""
WAITING_OF = 200
"""One job of so many waits, and one of ten times as many runs."""

_OWNER = f"encode(sha256(('key-' || n % {OWNERS})::bytea), 'hex')"
_ID = "'01939d8c-' || substr(lpad(to_hex(n), 12, '0'), 1, 4) || '-7000-8000-' || lpad(to_hex(n), 12, '0')"
_AGE = "now() - (:jobs - n) * interval '7 days' / :jobs"
_BATCH_AGE = f"now() - (:jobs - n * {BATCHED_OF // OWNERS}) * interval '7 days' / :jobs"
_STATUS = (
    f"CASE WHEN n % {10 * WAITING_OF} = 1 THEN 'running' WHEN n % {WAITING_OF} = 0 THEN 'queued' "
    "WHEN n % 50 = 2 THEN 'failed' WHEN n % 97 = 3 THEN 'canceled' ELSE 'succeeded' END"
)
_BATCH_NUMBER = f"(n / {BATCHED_OF} * {OWNERS} + n % {OWNERS})"
_BATCH = _ID.replace("(n)", _BATCH_NUMBER)
_BATCHED = f"n / {OWNERS} % 2 = 0"

BATCHES = f"""
INSERT INTO batches (id, owner, operation, options, created_at, finished_at, expires_at)
SELECT {_ID}, {_OWNER}, 'measure', '{{"engine": "lite"}}', {_BATCH_AGE},
    CASE WHEN n % {WAITING_OF} > 0 THEN {_BATCH_AGE} END, {_BATCH_AGE} + interval '7 days 1 minute'
FROM generate_series(0, :jobs / {BATCHED_OF} * {OWNERS} + {OWNERS} - 1) AS n
"""  # noqa: S608

MEDIA = f"""
INSERT INTO media (id, owner, sha256, bytes, filename, media_type, blob, facts, created_at, expires_at)
SELECT {_ID}, {_OWNER}, md5(n::text) || md5(n::text), 1000000, 'clip.mp4', 'video/mp4',
    'media/' || n, '{{"video": {{"codec": "h264"}}}}', {_AGE}, {_AGE} + interval '7 days'
FROM generate_series(1, :jobs, 4) AS n
"""  # noqa: S608 - texts of ours, as below

JOBS = f"""
INSERT INTO jobs (id, owner, operation, options, video_id, queue, status, progress, attempt, worker, token,
    lease_expires_at, cancel_requested, created_at, enqueued_at, started_at, finished_at, expires_at,
    metadata, result, trimmed, batch_id, item, name)
SELECT {_ID}, {_OWNER}, (ARRAY['measure', 'retime', 'warp'])[1 + n % 3],
    '{{"engine": "lite"}}', NULL, (ARRAY['gpu', 'cpu', 'fetch'])[1 + n / {WAITING_OF} % 3], status, 0, 1,
    CASE WHEN status = 'running' THEN 'worker-' || n % 7 END, CASE WHEN status = 'running' THEN 't' END,
    CASE WHEN status = 'running' THEN now() + interval '1 day' END, false, {_AGE}, {_AGE}, {_AGE},
    CASE WHEN status NOT IN ('queued', 'running') THEN {_AGE} END, {_AGE} + interval '7 days 1 minute',
    json_build_object('reel', (n % 1000)::text), json_build_object('score', repeat('x', 500)),
    n < :jobs * 0.99 AND status NOT IN ('queued', 'running'),
    CASE WHEN {_BATCHED} THEN {_BATCH} END,
    CASE WHEN {_BATCHED} THEN n % {BATCHED_OF} / {OWNERS} END, CASE WHEN {_BATCHED} THEN 'clip.mp4' END
FROM (SELECT n, {_STATUS} AS status FROM generate_series(1, :jobs) AS n) AS numbered
"""  # noqa: S608

EVENTS = f"""
INSERT INTO job_events (job_id, batch_id, kind, payload, created_at)
SELECT {_ID}, CASE WHEN {_BATCHED} AND (event < 3 OR event = :events) THEN {_BATCH} END,
    CASE WHEN event = :events THEN 'done' WHEN event < 3 THEN 'status' ELSE 'progress' END,
    '{{"stage": "analyse", "progress": 0.5}}', {_AGE}
FROM generate_series(1, :jobs) AS n, generate_series(1, :events) AS event
"""  # noqa: S608

ARTIFACTS = f"""
INSERT INTO artifacts (job_id, name, position, media_type, bytes, sha256, blob)
SELECT {_ID}, 'report-' || part, part, 'text/html', 1000, md5(n::text), 'jobs/' || n || part
FROM generate_series(1, :jobs) AS n, generate_series(0, 1) AS part
"""  # noqa: S608

KEYS = f"""
INSERT INTO idempotency_keys (owner, key, token, fingerprint, job_id, reserved_at, expires_at)
SELECT {_OWNER}, n::text, 't', 'f', {_ID}, {_AGE}, {_AGE} + interval '7 days'
FROM generate_series(1, :jobs, 5) AS n
"""  # noqa: S608

WEBHOOKS = f"""
INSERT INTO webhooks (id, job_id, url, secret, status, attempted, due_at, created_at)
SELECT {_ID}, {_ID}, 'https://studio.example/hook', NULL,
    CASE WHEN n % 1000 = 2 THEN 'pending' ELSE 'delivered' END, 0, {_AGE}, {_AGE}
FROM generate_series(2, :jobs, 5) AS n
"""  # noqa: S608

BATCH_WEBHOOKS = f"""
INSERT INTO webhooks (id, batch_id, url, secret, status, attempted, due_at, created_at)
SELECT replace({_ID}, '-7000-', '-7001-'), {_ID}, 'https://studio.example/hook', NULL,
    CASE WHEN n % 500 = 2 THEN 'pending' ELSE 'delivered' END, 0, {_BATCH_AGE}, {_BATCH_AGE}
FROM generate_series(2, :jobs / {BATCHED_OF} * {OWNERS}, 5) AS n
"""  # noqa: S608

ATTEMPTS = f"""
INSERT INTO webhook_attempts (webhook_id, number, started_at, seconds, answer)
SELECT {_ID}, 1, {_AGE}, 0.1, 200 FROM generate_series(2, :jobs, 5) AS n
"""  # noqa: S608

UPLOADS = f"""
INSERT INTO uploads (id, owner, length, "offset", media_type, described, created_at, expires_at)
SELECT {_ID}, {_OWNER}, 1000, 0, 'video/mp4', '', {_AGE}, {_AGE} + interval '7 days'
FROM generate_series(1, :jobs, 10) AS n
"""  # noqa: S608

PARTS = f"""
INSERT INTO upload_parts (upload_id, start, bytes, blob)
SELECT {_ID}, part * 100, 100, 'uploads/' || n || part
FROM generate_series(1, :jobs, 10) AS n, generate_series(0, 1) AS part
"""  # noqa: S608

UPLOADING = UPLOADS, PARTS

WORKERS = """
INSERT INTO workers (id, seen_at, queues, processes)
SELECT 'worker-' || n, now(), 'gpu,cpu,webhooks', 100000 FROM generate_series(0, 6) AS n
"""

FOLD = """
WITH gone AS (DELETE FROM tallies RETURNING name, label, amount)
INSERT INTO tallies (name, label, amount) SELECT name, label, sum(amount) FROM gone GROUP BY name, label
"""

UNWATCHED = "SET LOCAL session_replication_role = replica"
"""No trigger runs and no foreign key is looked up: nobody waits for the rows, whose jobs exist."""

MADE = BATCHES, MEDIA, JOBS, EVENTS, ARTIFACTS, KEYS
STATEMENTS = *MADE, WEBHOOKS, BATCH_WEBHOOKS, ATTEMPTS, *UPLOADING, WORKERS, FOLD


def fill(database: Database, jobs: int, events: int) -> None:
    """Writes so many jobs, each with so many events, and all that goes with them."""
    sizes = {"jobs": jobs, "events": events}
    for statement in STATEMENTS:
        with database.engine.begin() as connection:
            if statement is EVENTS:
                connection.exec_driver_sql(UNWATCHED)
            _run(connection, statement, sizes)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # A service folds its tallies all along, and never has millions of them.
        connection.exec_driver_sql("VACUUM FULL tallies")
        connection.exec_driver_sql("VACUUM ANALYZE")


def key(number: int) -> str:
    """The API key of an owner of `fill`, from 0."""
    return f"key-{number % OWNERS}"


def owner(number: int) -> str:
    """Who has the job of that number."""
    return hashlib.sha256(key(number).encode()).hexdigest()


def job_id(number: int) -> str:
    """The id of a job of `fill`, from 1."""
    return f"01939d8c-{number:012x}"[:13] + f"-7000-8000-{number:012x}"


def batch_id(number: int) -> str:
    """The id of a batch of `fill`, from 0."""
    return job_id(number)


def _run(connection: Connection, statement: str, sizes: dict[str, int]) -> None:
    asked = {name: size for name, size in sizes.items() if f":{name}" in statement}
    connection.execute(text(statement.replace("::", "\\:\\:")), asked)
