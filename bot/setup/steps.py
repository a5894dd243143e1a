"""Take whoever sets the bot up from a token to a bot that is in their server, step by step.

Each step can be left by Ctrl-C: what is written by then stays, and the next run goes on from there. The token
itself is never printed, also not as a part of something else.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from bot.chat.invites import invite_url
from bot.chat.portal import Application, Portal, TokenRefusedError, UnreachableError
from bot.errors import SettingsError
from bot.operations.check_application import PORTAL, check_application
from bot.setup.env_file import make_private, write_variable
from bot.setup.pasted import token_in
from bot.setup.terminal import Terminal
from bot.text.markdown import clean
from config.credentials import check_token
from config.settings import Settings

_VARIABLE = "DISCORD_TOKEN"
_POLL_SECONDS = 3.0
_MOST_NAMED = 5
_MOST_ATTEMPTS = 20

OpenPortal = Callable[[str], Portal]


class GivenUpError(Exception):
    """Nobody gave a token that works; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a set-up works with.

    Attributes:
        settings: As they are now, perhaps with a token.
        env_file: Where the token is written.
        open_portal: Opens Discord's REST API with a token.
        is_waiting: Whether to wait for the bot to be invited.
        is_in_environment: The token that is set stands in the environment, which wins over the file.
    """

    terminal: Terminal
    settings: Settings
    env_file: Path
    open_portal: OpenPortal
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    is_waiting: bool = True
    is_in_environment: bool = False


async def set_up(setup: Setup) -> None:
    """Take the steps.

    Raises:
        GivenUpError: Nobody gave a token that works.
        TokenRefusedError: The token was reset meanwhile.
        UserError: The .env file cannot be written.
    """
    say = setup.terminal.say
    token, application = await _find_token(setup)
    for finding in check_application(application):
        say(f"! {finding.what}. {finding.fix}")
    say("")
    say("Invite the bot to your server with this link (you need Manage Server there):")
    say(f"  {invite_url(application.id)}")
    say("It asks for what the features need, and never for Administrator.")
    say("")
    await _wait_for_guild(setup, token)
    say("")
    say("Now start it:       make run      (or: python -m bot run)")
    say("Then, in Discord:   /setup         names its channel, your FAQ page, calendar and list")


async def _find_token(setup: Setup) -> tuple[str, Application]:
    """Return a token that Discord takes: the one that is set, or one that is typed, which is then written."""
    if setup.settings.discord_token.get_secret_value():
        kept = await _keep_token(setup)
        if kept is not None:
            return kept
    else:
        _explain(setup.terminal)
    last = SecretStr("")
    for _ in range(_MOST_ATTEMPTS):
        try:
            typed = SecretStr(token_in(setup.terminal.ask_secret("Token (not shown)")))
        except EOFError:
            break
        # Nothing, after a token that could not be tried: that one again.
        token = typed if typed.get_secret_value() else last
        if not token.get_secret_value():
            setup.terminal.say(
                "Nothing was pasted. Many terminals paste by Ctrl+Shift+V, or by a right click."
            )
            continue
        try:
            application = await _try_token(setup, token)
        except UnreachableError as error:
            setup.terminal.say(f"Discord cannot be asked: {error}. Check the connection, then press Enter.")
            last = token
            continue
        if application is not None:
            write_variable(setup.env_file, _VARIABLE, token.get_secret_value())
            setup.terminal.say(f"It is the token of {_named(application)}. Written to {setup.env_file}.")
            return token.get_secret_value(), application
        last = SecretStr("")
    raise GivenUpError("no token was given that works; run `setup` again when you have one")


async def _keep_token(setup: Setup) -> tuple[str, Application] | None:
    """Return the token that is set, and whose it is; None if another is to be asked for."""
    say = setup.terminal.say
    try:
        application = await _try_token(setup, setup.settings.discord_token)
    except UnreachableError as error:
        raise GivenUpError(
            f"Discord cannot be asked: {error}. Check the connection, and run `setup` again"
        ) from error
    if application is not None:
        say(f"The token that is set is kept: it is that of {_named(application)}.")
        make_private(setup.env_file)
        return setup.settings.discord_token.get_secret_value(), application
    if setup.settings.discord_token_file is not None:
        raise GivenUpError(
            f"write the new token into {setup.settings.discord_token_file}, and run `setup` again"
        )
    if setup.is_in_environment:
        raise GivenUpError(
            f"{_VARIABLE} is set in the environment, which wins over {setup.env_file}: "
            f"`unset {_VARIABLE}`, and run `setup` again"
        )
    return None


async def _try_token(setup: Setup, token: SecretStr) -> Application | None:
    """Return whose token it is; None, with the reason said, if it is of no use.

    Raises:
        UnreachableError: Discord does not answer.
    """
    say = setup.terminal.say
    try:
        text = check_token(token)
    except SettingsError as error:
        for problem in error.problems:
            say(problem)
        return None
    try:
        async with setup.open_portal(text) as portal:
            await portal.find_user()
            return await portal.find_application()
    except TokenRefusedError:
        say(
            "Discord refuses this token: it was reset, or not copied whole. Make a new one: "
            f"{PORTAL} > your application > Bot > Reset Token, Copy."
        )
    return None


async def _wait_for_guild(setup: Setup, token: str) -> None:
    say = setup.terminal.say
    async with setup.open_portal(token) as portal:
        guilds = await _guilds(portal)
        if not guilds and setup.is_waiting:
            say("Waiting until it has joined… (Ctrl-C: go on without)")
            guilds = await _joined(setup, portal)
    if guilds:
        names = ", ".join(_plain(name) for _, name in guilds[:_MOST_NAMED])
        rest = f" and {len(guilds) - _MOST_NAMED} more" if len(guilds) > _MOST_NAMED else ""
        say(f"It is in: {names}{rest}.")
    elif setup.is_waiting:
        say("It has not joined yet; the link stays good.")


async def _joined(setup: Setup, portal: Portal) -> tuple[tuple[int, str], ...]:
    """Return where the bot is once it is somewhere; nothing if whoever waits has had enough."""
    try:
        while not (guilds := await _guilds(portal)):
            await setup.sleep(_POLL_SECONDS)
    except asyncio.CancelledError:
        # asyncio makes the Ctrl-C that was offered into this; it ends the waiting and nothing else.
        if (task := asyncio.current_task()) is not None:
            task.uncancel()
        return ()
    return guilds


async def _guilds(portal: Portal) -> tuple[tuple[int, str], ...]:
    """Return where the bot is; what cannot be asked now is asked again."""
    try:
        return await portal.list_guilds()
    except UnreachableError:
        return ()


def _explain(terminal: Terminal) -> None:
    terminal.say("The bot needs a token. In the browser:")
    terminal.say(f"  1. {PORTAL} > New Application, and give it a name.")
    terminal.say("  2. Bot > Reset Token > Copy. Leave all three privileged intents off.")
    terminal.say("  3. Paste it here.")


def _named(application: Application) -> str:
    return f"“{_plain(application.name)}”"


def _plain(text: str) -> str:
    """Return what somebody named something, without what could play tricks on a terminal."""
    return clean(text).replace("\n", " ")[:100]
