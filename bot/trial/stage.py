"""Build the example community that the trial plays in, and find the page that it answers from."""

from dataclasses import dataclass
from pathlib import Path

import discord
import simcord
from simcord.builders import GuildHandle

from bot.faq.models import PageKind
from bot.faq.pages import NewPage
from bot.meetings.calendars import CalendarKind
from bot.meetings.following import NewCalendar

BOT_NAME = "Rapporteur"
EXAMPLE = Path("config/example/faq.dokuwiki.txt")
EXAMPLE_CALENDAR = Path("config/example/calendar.ics")
EXAMPLE_LINK = "https://wiki.example.org/doku.php?id=open-harbour:faq"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The simulated place: a guild with its channels, and who may be looked through."""

    guild: GuildHandle
    channel: simcord.ChannelHandle
    member: simcord.MemberActor
    chair: simcord.MemberActor


def set_stage(env: simcord.Env) -> Stage:
    """Build the example community: a member and a chair who has Manage Server, in two channels."""
    env.backend.bot_user.name = BOT_NAME
    guild = env.create_guild(name="Open Harbour Working Group")
    channel = guild.create_text_channel("general")
    guild.create_text_channel("help")
    chairs = guild.create_role(
        "Chair", permissions=discord.Permissions(manage_guild=True, manage_messages=True)
    )
    member = guild.add_member(env.create_user("ada"))
    chair = guild.add_member(env.create_user("chair"), roles=[chairs])
    return Stage(guild=guild, channel=channel, member=member, chair=chair)


def example_calendar(stage: Stage) -> NewCalendar:
    """Return the example group's calendar, to be followed in the channel that the page shows."""
    return NewCalendar(
        kind=CalendarKind.FILE, place=str(EXAMPLE_CALENDAR.absolute()), channel_id=stage.channel.id
    )


def find_page(faq: str | None) -> tuple[NewPage, Path]:
    """Return the page to follow, and the directory that its file is in."""
    if faq is None:
        return (
            NewPage(kind=PageKind.FILE, location=EXAMPLE.name, title="FAQ", link=EXAMPLE_LINK),
            EXAMPLE.parent,
        )
    if "://" in faq:
        return NewPage(kind=PageKind.URL, location=faq), EXAMPLE.parent
    path = Path(faq).expanduser()
    return NewPage(kind=PageKind.FILE, location=path.name, title=path.stem), path.parent
