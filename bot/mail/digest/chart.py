"""Draw how lively a list was in the last weeks; the same numbers stand in the picture's description."""

from collections.abc import Sequence

from bot.mail.digest.drafting import WeekCount
from bot.mail.showing import plain_line
from bot.pictures.sheets import Picture
from bot.text.catalogue import Texts
from bot.text.dates import shortest_day

_NAME_LENGTH = 60


def draw_chart(texts: Texts, name: str, weeks: Sequence[WeekCount]) -> Picture:
    """Draw the weeks of a list."""
    # Pillow takes 5 MB that a bot whose digests have no picture need not spend.
    from bot.pictures.activity import Activity, Week, draw_activity  # noqa: PLC0415 (see above)

    shown = tuple(
        Week(name=shortest_day(texts, each.since), mails=each.mails, threads=each.threads) for each in weeks
    )
    heading = texts("digest.chart", name=plain_line(name, _NAME_LENGTH))
    return draw_activity(
        Activity(
            heading=heading,
            mails=texts("digest.chart_mails"),
            threads=texts("digest.chart_threads"),
            weeks=shown,
        )
    )
