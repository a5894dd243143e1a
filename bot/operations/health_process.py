"""Say how the process is: its background jobs, its store, its connection to Discord."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.chat.gateway import Gateway
from bot.chat.places import Place
from bot.operations.health import Condition, Health, Part
from bot.operations.settings_panel import name_rights
from bot.text.catalogue import Texts
from bot.text.times import timestamp
from bot.turns import JobHealth

# A job that fails is tried again after seconds at first; so many failures are no hiccup.
_FAILURES_TO_TELL = 5
_SLOW_STORE = timedelta(seconds=1)


def jobs_health(texts: Texts, jobs: Mapping[str, JobHealth]) -> Health:
    """Return how the background jobs are, in one line; what a job failed with stands in the log."""
    failing = {name: job for name, job in jobs.items() if job.is_degraded}
    if not failing:
        last = max((job.last_success_at for job in jobs.values() if job.last_success_at), default=None)
        words = texts.count("status.jobs_well", len(jobs))
        return Health(
            part=Part.JOBS,
            name=texts("status.jobs"),
            condition=Condition.WELL if last else Condition.IDLE,
            words=words,
            last_success_at=last,
        )
    worst = max(failing.values(), key=lambda job: job.failures)
    names = ", ".join(f"“{name}”" for name in sorted(failing))
    is_broken = worst.failures >= _FAILURES_TO_TELL
    return Health(
        part=Part.JOBS,
        name=texts("status.jobs"),
        condition=Condition.BROKEN if is_broken else Condition.TROUBLED,
        words=texts("status.jobs_broken" if is_broken else "status.jobs_troubled", names=names),
        last_success_at=worst.last_success_at,
        last_error_at=worst.last_run_at,
        last_error=worst.error,
        next_try_at=worst.next_run_at,
    )


def database_health(texts: Texts, *, took: timedelta, is_full: bool) -> Health:
    """Return how the store is, that answered in so long."""
    if is_full:
        condition, words = Condition.BROKEN, texts("status.database_full")
    elif took > _SLOW_STORE:
        condition = Condition.TROUBLED
        words = texts("status.database_slow", seconds=f"{took.total_seconds():.1f}")
    else:
        condition = Condition.WELL
        words = texts("status.database_well", milliseconds=max(1, round(took.total_seconds() * 1000)))
    return Health(part=Part.DATABASE, name=texts("status.database"), condition=condition, words=words)


def discord_health(texts: Texts, gateway: Gateway) -> Health:
    """Return how the connection to Discord is."""
    facts = []
    if gateway.latency is not None:
        facts.append(texts("status.latency", milliseconds=round(gateway.latency.total_seconds() * 1000)))
    if gateway.shards > 1:
        facts.append(texts("status.shard", number=gateway.shard + 1, count=gateway.shards))
    if not gateway.is_connected:
        facts = [texts("status.gateway_down")]
    return Health(
        part=Part.DISCORD,
        name=texts("status.discord"),
        condition=Condition.WELL if gateway.is_connected else Condition.TROUBLED,
        words=" · ".join(facts) or texts("status.connected"),
    )


def channel_health(texts: Texts, name: str, place: Place) -> Health | None:
    """Return what is wrong with a channel that the guild has set; None when nothing is."""
    if place.is_there and not place.missing:
        return None
    words = texts("status.channel_gone")
    if place.is_there:
        rights = name_rights(texts, place.missing)
        words = texts("status.rights_missing", channel=f"<#{place.channel_id}>", rights=rights)
    return Health(part=Part.CHANNEL, name=name, condition=Condition.BROKEN, words=words)


def started_line(texts: Texts, *, version: str, started_at: datetime, now: datetime) -> str:
    """Say, small, what runs since when and when this was looked at."""
    up, looked = timestamp(started_at, "R"), timestamp(now, "R")
    return texts("status.footer", version=version, started=up, looked=looked)
