"""Write the numbers in Prometheus' text format, from a registry made for each answer: nothing is global."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from bot.delivery.queue import Backlog
from bot.operations.metrics import Histogram, Metrics
from bot.version import VERSION

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What is told.

    Attributes:
        backlog: What is due; None when the store does not answer.
        rate_limited: How many requests Discord refused for their number; `invalid` how many for any reason.
    """

    metrics: Metrics
    backlog: Backlog | None
    rate_limited: int
    invalid: int
    now: datetime


def write_metrics(numbers: Numbers) -> bytes:
    """Return the page."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Snapshot(numbers))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class _Snapshot(Collector):
    """Turns the numbers into families of metrics."""

    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers

    def collect(self) -> Iterable[Metric]:
        numbers = self._numbers
        yield InfoMetricFamily("rapporteur", "The program.", value={"version": VERSION})
        if numbers.backlog is not None:
            yield from _backlog(numbers.backlog, numbers.now)
        posts = CounterMetricFamily("rapporteur_posts", "Posts that ended.", labels=["kind", "result"])
        for (kind, result), count in sorted(numbers.metrics.posts.items()):
            posts.add_metric([kind, result], count)
        yield posts
        polls = HistogramMetricFamily(
            "rapporteur_poll_seconds", "How long looks at sources took.", labels=["source", "result"]
        )
        for (source, result), histogram in sorted(numbers.metrics.polls.items()):
            polls.add_metric([source, result], _buckets(histogram), histogram.total)
        yield polls
        lag = numbers.metrics.loop_lag
        yield HistogramMetricFamily(
            "rapporteur_loop_lag_seconds",
            "How late the event loop was.",
            buckets=_buckets(lag),
            sum_value=lag.total,
        )
        yield CounterMetricFamily(
            "rapporteur_rate_limited", "Requests that Discord put off (429).", value=numbers.rate_limited
        )
        yield CounterMetricFamily(
            "rapporteur_invalid_requests",
            "Requests that Discord refused (401, 403, 429).",
            value=numbers.invalid,
        )


def _backlog(backlog: Backlog, now: datetime) -> Iterable[Metric]:
    oldest = backlog.oldest_due_at
    age = (now - oldest).total_seconds() if oldest is not None else 0.0
    yield GaugeMetricFamily("rapporteur_outbox_due", "Posts that are due.", value=backlog.due)
    yield GaugeMetricFamily(
        "rapporteur_outbox_age_seconds", "How long the longest waiting post is due.", value=age
    )


def _buckets(histogram: Histogram) -> list[tuple[str, float]]:
    return [("+Inf" if bound == float("inf") else str(bound), count) for bound, count in histogram.buckets()]
