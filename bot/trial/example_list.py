"""Let the example list's mails arrive as the trial's clock passes the moments at which they were sent.

The list's first week lies behind when the trial begins; two lively weeks are ahead.
"""

import re
from datetime import UTC, datetime, time, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from typing import Final

from bot.app import App
from bot.mail.digest.wishes import DigestWish
from bot.mail.following import Wish
from bot.mail.live.models import Audience
from bot.mail.mbox import split_mails
from bot.mail.models import Place, RawMail
from bot.mail.stored import MailingList
from bot.text.cadence import Schedule
from bot.trial.stage import Stage

EXAMPLE_LIST: Final = Path("config/example/list.mbox")
_NAME: Final = "open-harbour"
_FOLLOWED: Final = "Berth data model"
_FIRST_DAY: Final = datetime(2026, 3, 2, tzinfo=UTC)
_BEHIND: Final = timedelta(days=7)
_DATE: Final = re.compile(rb"^Date: ([^\n]{1,100})$", re.MULTILINE)
_DIGEST: Final = Schedule(at=time(9))


class ExampleList:
    """The example list in a trial.

    Args:
        start: When the trial began.
    """

    def __init__(self, app: App, stage: Stage, *, start: datetime) -> None:
        self._app = app
        self._stage = stage
        self._list_id: int | None = None
        day = start.replace(hour=0, minute=0, second=0, microsecond=0)
        self._ahead = _read_mails(day - _BEHIND - _FIRST_DAY)

    async def follow(self, schedule: Schedule = _DIGEST) -> None:
        """Follow the list where the page shows it, read what was there, want a digest and a thread."""
        place = Place(kind="import", address=_NAME, name=_NAME)
        guild_id, channel_id = self._stage.guild.id, self._stage.channel.id
        now = self._app.clock()
        mail = self._app.mail.repository
        async with self._app.database.writing() as connection:
            source = await mail.add_source(connection, place, cursor={}, now=now, is_polled=False)
        wish = Wish(guild_id=guild_id, channel_id=channel_id, place=place)
        await self._app.mail.following.follow(wish, now=now)
        self._list_id = source.list_id
        await self.deliver(is_old=True)
        mailing_list = await mail.get_list(source.list_id)
        if mailing_list is not None:
            digest = DigestWish(
                guild_id=guild_id, list_id=source.list_id, channel_id=channel_id, schedule=schedule
            )
            await self._app.telling.digests.arranging.wish(
                digest, mailing_list, is_public_channel=True, now=now
            )
            await self._follow_thread(mailing_list, now)

    async def _follow_thread(self, mailing_list: MailingList, now: datetime) -> None:
        """Follow one conversation into a Discord thread, as the digest's button does; it goes on later."""
        guild_id, channel_id = self._stage.guild.id, self._stage.channel.id
        mail = self._app.mail.repository
        threads = await mail.list_latest(guild_id, lists=[mailing_list.id])
        number = next(each.thread for each in threads if each.topic.startswith(_FOLLOWED))
        await self._app.telling.live.following.follow_thread(
            Audience(guild_id=guild_id, list_id=mailing_list.id, channel_id=channel_id),
            mailing_list,
            await mail.list_thread(guild_id, mailing_list.id, number),
            user_id=self._stage.member.id,
            now=now,
        )

    async def deliver(self, *, is_old: bool = False) -> None:
        """Let arrive what was sent by now."""
        now = self._app.clock()
        due = [mail for at, mail in self._ahead if at <= now]
        if due and self._list_id is not None:
            self._ahead = self._ahead[len(due) :]
            await self._app.mail.polling.take_in(self._list_id, due, is_old=is_old)


def _read_mails(shift: timedelta) -> list[tuple[datetime, RawMail]]:
    """Return the mails and when they are sent, the oldest first, their dates moved."""
    found = []
    with EXAMPLE_LIST.open("rb") as stream:
        for mail in split_mails(stream):
            written = _DATE.search(mail.content)
            if written is not None:
                at = parsedate_to_datetime(written[1].decode()) + shift
                date = f"Date: {format_datetime(at)}".encode()
                found.append((at, RawMail(data=_DATE.sub(date, mail.content, count=1))))
    return sorted(found, key=lambda each: each[0])
