import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from bot.delivery.models import Kind, State
from bot.delivery.queue import Backlog
from bot.operations.metrics import Histogram, Metrics
from bot.web.exposition import Numbers, write_metrics

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def samples(numbers: Numbers) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    text = write_metrics(numbers).decode()
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def numbers(metrics: Metrics, backlog: Backlog | None = None) -> Numbers:
    return Numbers(metrics=metrics, backlog=backlog, rate_limited=3, invalid=5, now=NOW)


def test_histogram_counts_up_to_each_bound() -> None:
    histogram = Histogram((1.0, 2.0))
    for value in (0.5, 1.0, 1.5, 7.0):
        histogram.add(value)
    assert histogram.buckets() == ((1.0, 2), (2.0, 3), (float("inf"), 4))
    assert histogram.total == 10.0


def test_what_was_counted_is_told() -> None:
    metrics = Metrics()
    metrics.observe_post(Kind.REMINDER, State.SENT)
    metrics.observe_post(Kind.REMINDER, State.SENT)
    metrics.observe_post(Kind.MAIL, State.DROPPED)
    metrics.observe_poll("faq_page", 0.3, is_good=True)
    metrics.observe_poll("faq_page", 60.0, is_good=False)
    metrics.loop_lag.add(0.02)
    backlog = Backlog(due=4, oldest_due_at=NOW - timedelta(seconds=90))
    told = samples(numbers(metrics, backlog))
    good, failed = (frozenset({("source", "faq_page"), ("result", result)}) for result in ("good", "failed"))
    expected = {
        ("rapporteur_posts_total", frozenset({("kind", "reminder"), ("result", "sent")})): 2,
        ("rapporteur_posts_total", frozenset({("kind", "mail"), ("result", "dropped")})): 1,
        ("rapporteur_outbox_due", frozenset()): 4,
        ("rapporteur_outbox_age_seconds", frozenset()): 90,
        ("rapporteur_rate_limited_total", frozenset()): 3,
        ("rapporteur_invalid_requests_total", frozenset()): 5,
        ("rapporteur_poll_seconds_bucket", good | {("le", "0.25")}): 0,
        ("rapporteur_poll_seconds_bucket", good | {("le", "0.5")}): 1,
        ("rapporteur_poll_seconds_count", good): 1,
        ("rapporteur_poll_seconds_sum", failed): 60,
        ("rapporteur_loop_lag_seconds_bucket", frozenset({("le", "0.025")})): 1,
        ("rapporteur_loop_lag_seconds_bucket", frozenset({("le", "0.01")})): 0,
        ("rapporteur_info", frozenset({("version", "0.1.0")})): 1,
    }
    assert {key: told.get(key) for key in expected} == expected
    assert any(name == "process_resident_memory_bytes" for name, _ in told)


def test_the_handbook_names_what_is_told() -> None:
    metrics = Metrics()
    metrics.observe_post(Kind.MAIL, State.SENT)
    metrics.observe_poll("faq_page", 0.1, is_good=True)
    told = {name for name, _ in samples(numbers(metrics, Backlog()))}
    bare = {re.sub(r"_(bucket|count|sum)$", "", name) for name in told if name.startswith("rapporteur_")}
    handbook = (Path(__file__).parents[3] / "docs/operations.md").read_text()
    assert set(re.findall(r"rapporteur_[a-z_]+", handbook)) == bare - {"rapporteur_info"}


def test_without_a_store_the_rest_is_told() -> None:
    told = {name for name, _ in samples(numbers(Metrics()))}
    assert "rapporteur_outbox_due" not in told
    assert "rapporteur_rate_limited_total" in told


def test_an_empty_queue_has_no_age() -> None:
    assert samples(numbers(Metrics(), Backlog()))["rapporteur_outbox_age_seconds", frozenset()] == 0


def test_nothing_is_kept_in_the_librarys_global_registry() -> None:
    before = set(REGISTRY._names_to_collectors)
    write_metrics(numbers(Metrics(), Backlog()))
    assert set(REGISTRY._names_to_collectors) == before
    assert not any(name.startswith("rapporteur") for name in before)
