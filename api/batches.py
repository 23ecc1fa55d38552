"""The sizes of the engines' batches, as Prometheus counts sizes."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from prometheus_client.core import HistogramMetricFamily, Metric

from core.store.counters import Count

BOUNDS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 48.0, 64.0)
NAME = "batch_windows"


def batch_windows(counters: Iterable[Count]) -> Metric:
    """The histogram of what workers counted by engine, branch and exact number of windows."""
    found: defaultdict[tuple[str, ...], Counter[int]] = defaultdict(Counter)
    for name, labels, count in counters:
        if name == NAME:
            found[labels[:-1]][int(labels[-1])] += int(count)
    meaning = "Windows in each call of an engine's network."
    family = HistogramMetricFamily(f"liptune_{NAME}", meaning, labels=("engine", "branch"))
    for which, calls in found.items():
        family.add_metric(which, _cumulated(calls), sum(size * times for size, times in calls.items()))
    return family


def _cumulated(calls: Counter[int]) -> list[tuple[str, float]]:
    within = [(str(bound), sum(n for size, n in calls.items() if size <= bound)) for bound in BOUNDS]
    return [*within, ("+Inf", calls.total())]
