"""Wire `/setup`: previews by the readers, following by each feature's own service."""

import discord

from bot.chat.conversation import Asker
from bot.chat.invites import ANSWERS, FEATURES, TOPICS
from bot.chat.places import is_open, look_at, missing_for_events, see
from bot.delivery.post import Post
from bot.errors import UserError
from bot.faq.models import PageKind
from bot.faq.pages import NewPage
from bot.faq.render_editing import render_loaded
from bot.mail.following import Wish
from bot.mail.polling import Turn
from bot.mail.render_lists import kind_words, render_followed
from bot.meetings.calendars import CalendarKind
from bot.meetings.feeds import calendar_address
from bot.meetings.following import NewCalendar
from bot.meetings.render_calendars import PREVIEWED, render_preview
from bot.operations.doctor import NEEDS
from bot.operations.doctor_wanted import Stored
from bot.operations.setup_panel import CALENDAR, FAQ, LIST, Need, fitting
from bot.operations.source_previews import (
    Previews,
    SourcePreview,
    preview_calendar,
    preview_list,
    preview_page,
)
from bot.text.zones import UTC, Zones
from bot.wiring.chat import ChatParts
from bot.wiring.doctor import readers_of, stored_of
from bot.wiring.faq import FaqParts
from bot.wiring.feature import Commands
from bot.wiring.ground import Ground
from bot.wiring.mail import MailParts
from bot.wiring.meetings import MeetingParts
from cogs.setup import SetupCommands, SetupServices

# The rest of a list comes by itself.
_CATCH_UP_SECONDS = 10.0


def setup_commands(
    ground: Ground, chat: ChatParts, *, faq: FaqParts, mail: MailParts, meetings: MeetingParts
) -> Commands:
    """Return `/setup` and its buttons."""
    sources = _Sources(ground, chat, faq, mail, meetings)
    services = SetupServices(
        preview=sources.preview, follow=sources.follow, needs=sources.needs, followed=sources.count
    )
    panel = SetupCommands(
        services=services,
        previews=Previews(ground.clock),
        conversation=chat.conversation,
        guilds=chat.guilds,
        zones=Zones.load(),
        texts=ground.texts,
        clock=ground.clock,
    )
    return Commands(cogs=(panel,), handlers=panel.handlers())


class _Sources:
    """What the panel calls, put together from the features' services."""

    def __init__(
        self, ground: Ground, chat: ChatParts, faq: FaqParts, mail: MailParts, meetings: MeetingParts
    ) -> None:
        self._ground = ground
        self._chat = chat
        self._faq = faq
        self._mail = mail
        self._meetings = meetings
        self._stored: Stored = stored_of(ground, chat, faq=faq, mail=mail)

    async def preview(self, kind: str, url: str, asker: Asker, channel_id: int) -> SourcePreview:
        """Look at an address, keeping nothing."""
        readers, texts, place = readers_of(self._ground), self._ground.texts, None
        samples: tuple[str, ...] = ()
        zone = (await self._chat.guilds.settings(asker.guild_id)).zone or UTC
        if kind == FAQ:
            name, number, samples = await preview_page(readers, url)
            found = texts("setup.found_faq", number=number)
        elif kind == CALENDAR:
            name, number, samples = await preview_calendar(readers, url, zone=zone)
            name = name or texts("setup.add_calendar")
            found = texts("setup.found_calendar", number=number) if samples else texts("setup.found_no_dates")
        else:
            opted_out = {
                each.author_hash for each in await self._mail.repository.list_opt_outs(asker.guild_id)
            }
            place, samples = await preview_list(
                readers,
                self._mail.reader,
                self._mail.following,
                url,
                guild_id=asker.guild_id,
                zone=zone,
                is_hidden=lambda address: self._mail.hash_author(address) in opted_out,
            )
            what = texts("setup.found_list", kind=kind_words(texts, place.kind))
            name, found = place.name, f"{what}\n{texts('setup.newest' if samples else 'setup.no_mails')}"
        return SourcePreview(
            kind=kind,
            guild_id=asker.guild_id,
            channel_id=channel_id,
            user_id=asker.user_id,
            url=url,
            name=name,
            found=found,
            samples=samples,
            place=place,
        )

    async def follow(self, preview: SourcePreview, guild: discord.Guild | None) -> Post:
        """Follow what was previewed."""
        texts, now = self._ground.texts, self._ground.clock()
        if preview.kind == FAQ:
            new = NewPage(kind=PageKind.URL, location=preview.url.strip())
            loaded = await self._faq.pages.add(preview.guild_id, new, now=now)
            return render_loaded(texts, loaded.page, loaded.entries, is_new=True)
        if preview.kind == CALENDAR:
            calendars = self._meetings.calendars
            wanted = NewCalendar(place=calendar_address(preview.url), channel_id=preview.channel_id)
            followed = await calendars.follow(preview.guild_id, wanted, now=now)
            dates = await calendars.list_next(followed, now=now, limit=PREVIEWED)
            return render_preview(texts, followed, dates, is_new=True)
        return await self._follow_list(preview, guild)

    async def _follow_list(self, preview: SourcePreview, guild: discord.Guild | None) -> Post:
        following, channel = self._mail.following, f"<#{preview.channel_id}>"
        assert preview.place is not None  # noqa: S101 (a list's preview has found it)
        wish = Wish(
            guild_id=preview.guild_id,
            channel_id=preview.channel_id,
            place=preview.place,
            is_public_channel=is_open(guild, preview.channel_id),
        )
        followed = await following.follow(wish, now=self._ground.clock())
        if not followed.is_new:
            raise UserError(self._ground.texts("list.already", channel=channel))
        turn = await following.catch_up(followed, wish, seconds=_CATCH_UP_SECONDS, tell=_tell_nobody)
        counts = await self._mail.repository.count_emails(followed.mailing_list.id)
        return render_followed(self._ground.texts, followed, turn, counts, channel=channel)

    async def needs(self, guild: discord.Guild | None, asker: Asker) -> tuple[Need, ...]:
        """Return what the bot needs here and wherever something is set, and lacks."""
        texts = self._ground.texts
        here, mention = see(guild, asker.channel_id), f"<#{asker.channel_id}>"
        found: list[Need] = []
        for feature, name in ((ANSWERS, texts("setup.answers")), (TOPICS, texts("setup.topics"))):
            missing = tuple(
                right for right in FEATURES[feature] if here and not getattr(here.permissions, right)
            )
            found.append(Need(feature=name, place=mention, missing=missing))
        found.append(Need(feature=texts("setup.events"), missing=missing_for_events(guild)))
        wanted = await self._stored.gather(asker.guild_id, readers_of(self._ground))
        for place in wanted.places:
            seen = look_at(guild, place.channel_id)
            missing = tuple(right for right in NEEDS[place.feature] if right in seen.missing)
            found.append(
                Need(
                    feature=texts.noted_list(place.use),
                    place=f"<#{place.channel_id}>",
                    missing=missing,
                    is_gone=not seen.is_there,
                )
            )
        return fitting(found)

    async def count(self, guild_id: int) -> dict[str, int]:
        """Return how much of each kind is followed."""
        calendars = await self._meetings.calendars.list_calendars(guild_id)
        return {
            FAQ: len(await self._faq.pages.list_pages(guild_id)),
            CALENDAR: sum(each.kind is not CalendarKind.CHAT for each in calendars),
            LIST: len(await self._mail.service.list_all(guild_id)),
        }


async def _tell_nobody(_turn: Turn) -> None:
    """Tell of no progress: it is over in seconds."""
