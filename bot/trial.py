"""Run the real bot in a simulated Discord with a page in the browser: no token, no network, nothing kept.

simcord plays Discord in this process and serves a page on 127.0.0.1 where a visitor types commands and
presses buttons. The bot, its cogs and its store are the real ones; only the connection is played.
"""

import contextlib
import sys
import webbrowser
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import discord
import simcord
from pydantic import SecretStr
from simcord.builders import GuildHandle

from bot.app import App, build, utc_now
from bot.errors import SourceError, UserError
from bot.faq.models import PageKind
from bot.faq.pages import NewPage
from config.community import Community
from config.settings import Settings

EXAMPLE = Path("config/example/faq.dokuwiki.txt")
EXAMPLE_LINK = "https://wiki.example.org/doku.php?id=open-harbour:faq"
_WELCOME = "Type /faq ask in the box below, then a question: “how can I join”, or “minuts”."


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The simulated place: a guild with its channels, and who may be looked through."""

    guild: GuildHandle
    channel: simcord.ChannelHandle
    member: simcord.MemberActor
    chair: simcord.MemberActor


async def run(settings: Settings, *, faq: str | None, port: int) -> None:
    """Serve the trial until the task is cancelled.

    Args:
        settings: Only what concerns drawing and fetching is used; the store is a throwaway one.
        faq: A page's path or address; None takes the example working group's.
        port: The page's port on 127.0.0.1; 0 takes any free one.

    Raises:
        SourceError: The page given cannot be read.
    """
    with TemporaryDirectory(prefix="rapporteur-") as folder:
        page, config_dir = _page(faq)
        throwaway = settings.model_copy(
            update={"data_dir": Path(folder), "config_dir": config_dir, "database_url": SecretStr("")}
        )
        async with (
            build(throwaway, Community()) as app,
            simcord.run(app.client, shard_count=1, check_errors=False) as env,
        ):
            await _serve(app, env, page, port)


async def _serve(app: App, env: simcord.Env, page: NewPage, port: int) -> None:
    stage = set_stage(env)
    await env.advance_time((utc_now() - env.now()).total_seconds())
    try:
        loaded = await app.pages.add(stage.guild.id, page, now=app.clock())
    except UserError as error:
        raise SourceError(str(error), permanent=True) from error
    await stage.chair.send(stage.channel, _WELCOME)
    async with (
        app.scheduler,
        env.preview(
            stage.channel, viewers=[stage.member, stage.chair], layout="channel", port=port or None
        ) as preview,
    ):
        print(f"{len(loaded.entries)} questions read from {page.location}")
        print("Open this page; Ctrl-C ends it and leaves nothing behind.")
        print(preview.url, flush=True)
        if sys.stdout.isatty():
            _show_in_browser(preview.url)
        await preview.wait_closed()


def set_stage(env: simcord.Env) -> Stage:
    """Build the example community: a member and a chair who has Manage Server, in two channels."""
    guild = env.create_guild(name="Open Harbour Working Group")
    channel = guild.create_text_channel("general")
    guild.create_text_channel("help")
    chairs = guild.create_role(
        "Chair", permissions=discord.Permissions(manage_guild=True, manage_messages=True)
    )
    member = guild.add_member(env.create_user("ada"))
    chair = guild.add_member(env.create_user("chair"), roles=[chairs])
    return Stage(guild=guild, channel=channel, member=member, chair=chair)


def _page(faq: str | None) -> tuple[NewPage, Path]:
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


def _show_in_browser(url: str) -> None:
    """Open the page where there is a graphical browser; one in the terminal would take the terminal over."""
    with contextlib.suppress(webbrowser.Error):
        browser = webbrowser.get()
        if type(browser) is not webbrowser.GenericBrowser:
            browser.open(url)
