"""Traces (OpenTelemetry) from the request into the worker. Without an exporter they cost next to nothing.

The standard variables configure it: ``OTEL_EXPORTER_OTLP_ENDPOINT`` and its relatives.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec

from opentelemetry import trace
from opentelemetry.trace import Span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
HEADER = "traceparent"
FLUSH_MILLISECONDS = 2000

_tracer = trace.get_tracer("liptune")
_propagator = TraceContextTextMapPropagator()


class TracingUnavailable(Exception):
    """Traces are asked for, but what sends them is not installed."""


def configure_tracing(service: str) -> None:
    """Sends traces to where the environment says, if it says so.

    Raises:
        TracingUnavailable: What sends them is not installed.
    """
    if not any(os.environ.get(name) for name in ENDPOINTS):
        return
    if find_spec("opentelemetry.exporter") is None or find_spec("opentelemetry.sdk") is None:
        raise TracingUnavailable(f"{ENDPOINTS[0]} is set: pip install 'liptune[otel]', or unset it.")
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


def flush_traces() -> None:
    """Sends what has not been sent yet."""
    flush = getattr(trace.get_tracer_provider(), "force_flush", None)
    if flush is not None:
        flush(FLUSH_MILLISECONDS)


def present_trace() -> str | None:
    """The trace that is going on, as the W3C header ``traceparent``; None where there is none."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return carrier.get(HEADER)


@contextmanager
def continued(name: str, traceparent: str | None, attributes: Mapping[str, str | int]) -> Iterator[Span]:
    """A span of the trace that the header names, or of a new one."""
    parent = _propagator.extract({HEADER: traceparent} if traceparent else {})
    with _tracer.start_as_current_span(name, parent, attributes=dict(attributes)) as span:
        yield span


def begin(name: str) -> Span:
    """A span within the present one; whoever begins it ends it."""
    return _tracer.start_span(name)
