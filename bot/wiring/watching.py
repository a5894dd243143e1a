"""Wire what machines watch: vital signs, numbers, the endpoints that tell them, the dead man's switch."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.chat.gateway import is_connected
from bot.delivery.queue import Backlog, read_backlog
from bot.operations.heartbeat import Heartbeat
from bot.operations.loop_lag import LoopLag
from bot.operations.vital_signs import Monitor
from bot.wiring.chat import ChatParts
from bot.wiring.feature import RecurringJob
from bot.wiring.ground import Ground

_HEARTBEAT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchingParts:
    """What watches this process.

    Attributes:
        jobs: The call to the dead man's switch, where there is one.
    """

    ground: Ground
    chat: ChatParts
    monitor: Monitor
    lag: LoopLag
    jobs: tuple[RecurringJob, ...]

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[None]:
        """Measure the event loop, and serve the endpoints where a port is set for them.

        Raises:
            SettingsError: The port cannot be used.
        """
        settings = self.ground.settings
        async with self.lag:
            if settings.health_port is None:
                yield
                return
            # Prometheus' library costs a tenth of a start that most often serves nothing.
            from bot.web.exposition import Numbers  # noqa: PLC0415 (see above)
            from bot.web.server import HealthServer  # noqa: PLC0415 (see above)

            async def numbers() -> Numbers:
                return Numbers(
                    metrics=self.ground.metrics,
                    backlog=await self.monitor.find_backlog(),
                    rate_limited=self.chat.watch.rate_limited_total,
                    invalid=self.chat.watch.invalid_total,
                    now=self.ground.clock(),
                )

            server = HealthServer(
                host=settings.health_host, port=settings.health_port, monitor=self.monitor, numbers=numbers
            )
            async with server:
                yield


def build_watching(ground: Ground, chat: ChatParts, *, has_gateway: bool) -> WatchingParts:
    """Build what watches; nothing is measured or served yet."""
    lag = LoopLag(ground.metrics.loop_lag.add)

    async def backlog(now: datetime) -> Backlog:
        return await read_backlog(ground.database, now)

    monitor = Monitor(
        clock=ground.clock,
        started_at=ground.clock(),
        is_connected=partial(is_connected, chat.client) if has_gateway else lambda: None,
        backlog=backlog,
        is_full=lambda: ground.database.is_full,
        loop_lag=lag.worst,
    )
    return WatchingParts(ground=ground, chat=chat, monitor=monitor, lag=lag, jobs=_jobs(ground, monitor))


def _jobs(ground: Ground, monitor: Monitor) -> tuple[RecurringJob, ...]:
    url = ground.settings.heartbeat_url.get_secret_value()
    if not url:
        return ()
    beat = Heartbeat(ground.fetcher, monitor, url).beat
    return (RecurringJob(name="heartbeat", interval=_HEARTBEAT, run=beat),)
