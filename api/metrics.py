"""``/metrics``, for Prometheus.

How things stand and what workers did is read from the database, the same from every API process; of requests,
each process tells its own.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import Scope

from liptune.api.auth import OwnerDep
from liptune.api.openapi_texts import problems
from liptune.api.services import Services, ServicesDep
from liptune.core.operations.table import OPERATIONS
from liptune.core.store.counters import Count, CounterRepository
from liptune.core.store.database.models import JobStatus
from liptune.core.store.gauges import GaugeRepository

BATCH_WINDOWS = "batch_windows"
WINDOW_BOUNDS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 48.0, 64.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)
COUNTERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "stage_seconds": ("Seconds that workers spent at each stage.", ("operation", "stage")),
    "stage_runs": ("How often workers ran each stage.", ("operation", "stage")),
    "attempts": ("Attempts at jobs, by how they ended.", ("operation", "ending")),
    "analysis_cache": ("Looks into the cache of analyses.", ("outcome",)),
    "artifact_bytes": ("Bytes of the artifacts that workers stored.", ("operation",)),
    "webhook_attempts": ("Attempts to deliver webhooks, by what became of them.", ("status",)),
}

requests = Histogram(
    "liptune_request_seconds",
    "Seconds until a request was answered.",
    ("method", "route", "status"),
    buckets=SECONDS,
    registry=None,
)
router = APIRouter(tags=["health"])


@router.get(
    "/metrics",
    response_class=Response,
    responses=problems(401) | {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def metrics(services: ServicesDep, _owner: OwnerDep) -> Response:
    """All metrics, in Prometheus's text format."""
    registry = CollectorRegistry()
    registry.register(requests)
    registry.register(StoreMetrics(services))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def observe(scope: Scope, status: int, seconds: float) -> None:
    """Counts a request under its route's pattern, not its path, which clients make up."""
    method = scope["method"] if scope["method"] in METHODS else "other"
    route = getattr(scope.get("route"), "path", "none")
    requests.labels(method, route, status).observe(seconds)


class StoreMetrics(Collector):
    """Metrics read from the database at every scrape."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def describe(self) -> Iterable[Metric]:
        """Nothing: its names are known, and need not be looked up when it is registered."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Reads the database once."""
        with self._services.store.database.reading() as session:
            gauges = GaugeRepository(session)
            yield _jobs(gauges.jobs())
            yield from _queues(gauges)
            alive = gauges.workers(self._services.settings.lease)
            yield GaugeMetricFamily("liptune_workers", "Workers that consume.", value=alive)
            yield _gauge("liptune_stored_bytes", "Bytes in storage.", "kind", gauges.stored_bytes())
            counters = CounterRepository(session).all()
            yield from _counters(counters)
            yield batch_windows(counters)


def _jobs(found: dict[tuple[str, str], int]) -> Metric:
    family = GaugeMetricFamily("liptune_jobs", "Jobs by status.", labels=("operation", "status"))
    for operation in OPERATIONS:
        for status in JobStatus:
            family.add_metric((operation, status), found.get((operation, status), 0))
    return family


def _queues(gauges: GaugeRepository) -> Iterator[Metric]:
    waiting = gauges.queues()
    depth = {queue: one.count for queue, one in waiting.items()}
    age = {queue: one.seconds for queue, one in waiting.items()}
    yield _gauge("liptune_queue_depth", "What waits in each queue.", "queue", depth)
    yield _gauge("liptune_queue_age_seconds", "How long the oldest has waited.", "queue", age)


def _gauge(name: str, meaning: str, label: str, values: dict[str, int] | dict[str, float]) -> Metric:
    family = GaugeMetricFamily(name, meaning, labels=(label,))
    for key, value in values.items():
        family.add_metric((key,), value)
    return family


def _counters(counters: Sequence[Count]) -> Iterator[Metric]:
    families = {
        name: CounterMetricFamily(f"liptune_{name}", meaning, labels=labels)
        for name, (meaning, labels) in COUNTERS.items()
    }
    for name, labels, count in counters:
        if name in families:
            families[name].add_metric(labels, count)
    yield from families.values()


def batch_windows(counters: Iterable[Count]) -> Metric:
    """The histogram of what workers counted by engine, branch and exact number of windows."""
    found: defaultdict[tuple[str, ...], Counter[int]] = defaultdict(Counter)
    for name, labels, count in counters:
        if name == BATCH_WINDOWS:
            found[labels[:-1]][int(labels[-1])] += int(count)
    meaning = "Windows in each call of an engine's network."
    family = HistogramMetricFamily(f"liptune_{BATCH_WINDOWS}", meaning, labels=("engine", "branch"))
    for which, calls in found.items():
        family.add_metric(which, _cumulated(calls), sum(size * times for size, times in calls.items()))
    return family


def _cumulated(calls: Counter[int]) -> list[tuple[str, float]]:
    within = [(str(bound), sum(n for size, n in calls.items() if size <= bound)) for bound in WINDOW_BOUNDS]
    return [*within, ("+Inf", calls.total())]
