"""The command line: python -m bot run | try | ask | check | backup and the rest; --help lists them."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

import bot.app
from bot.chat.portal import Portal, TokenRefusedError
from bot.chat.shards import Shards
from bot.clock import utc_now
from bot.errors import SourceError, UserError
from bot.import_command import import_mbox
from bot.lifetime import run_until_stopped
from bot.operations.backup import back_up, bring_back
from bot.operations.check import check as run_check
from bot.operations.doctor import IN_ALL_SECONDS
from bot.operations.findings import to_json, to_text
from bot.operations.process_age import process_age
from bot.setup.steps import GivenUpError, Setup, set_up
from bot.setup.terminal import RealTerminal
from bot.starting import NAME, say, settings_errors, start_up, user_errors
from bot.storage.moving import move_store
from bot.storage.places import database_url, sqlite_url
from bot.terminal import ask as answer
from bot.wiring.doctor import run_doctor
from bot.wiring.roles import Role
from config.community import load_community
from config.logging import secrets_of
from config.settings import is_in_environment, load_settings

# rich's tracebacks print local variables, and one of them is the token.
cli = typer.Typer(name=NAME, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@cli.callback()
def main() -> None:
    """Rapporteur: the working-group secretary for Discord."""


@cli.command()
def run(
    role: Annotated[
        Role,
        typer.Option(
            help="Beside other processes on one PostgreSQL: gateway answers, worker polls and posts."
        ),
    ] = Role.ALL,
    shards: Annotated[
        str,
        typer.Option(help="The part of the gateway that this process holds, like 0-3/8.", show_default="all"),
    ] = "",
) -> None:
    """Run the bot; DISCORD_TOKEN is in .env or in the environment."""
    settings = start_up()
    with settings_errors(secrets_of(settings)):
        community = load_community(settings.config_dir)
        share = Shards.parse(shards) if shards else None
        run_until_stopped(bot.app.run(settings, community, role=role, shards=share))


@cli.command("try")
def try_(
    faq: Annotated[str, typer.Option(help="A page to answer from: a file's path, or an address.")] = "",
    mailing_list: Annotated[
        str, typer.Option("--list", help="A mailing list: its archive's address, or an mbox file's path.")
    ] = "",
    port: Annotated[int, typer.Option(help="The browser page's port; 0 takes a free one.")] = 0,
) -> None:
    """Run the bot in a simulated Discord, in the browser; no token is needed."""
    try:
        # simcord is a development dependency, which a server that only runs the bot does not have.
        from bot.trial import serve  # noqa: PLC0415 (an optional package, see above)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "simcord":
            raise
        say("`try` needs the development dependencies: make try")
        raise typer.Exit(1) from None
    settings = start_up()
    with settings_errors(secrets_of(settings)):
        try:
            run_until_stopped(
                serve.run(settings, faq=faq or None, mailing_list=mailing_list or None, port=port)
            )
        except (SourceError, UserError) as error:
            say(str(error))
            raise typer.Exit(1) from None


@cli.command()
def ask(
    question: Annotated[str, typer.Argument(help="What to ask.")],
    faq: Annotated[str, typer.Option(help="The page: a file's path, or an address.")],
) -> None:
    """Answer a question from a page, here in the terminal."""
    settings = start_up()
    try:
        print(asyncio.run(answer(faq, question, settings, clock=utc_now)))
    except SourceError as error:
        say(f"{faq}: {error}")
        raise typer.Exit(1) from None


@cli.command()
def setup(
    wait: Annotated[bool, typer.Option(help="Wait until the bot has joined a server.")] = True,
) -> None:
    """Ask for the token, check it, print the invite link, and write .env."""
    env_file = Path(".env")
    with settings_errors(code=1):
        settings = load_settings(env_file=env_file)
    with user_errors():
        try:
            work = set_up(
                Setup(
                    terminal=RealTerminal(),
                    settings=settings,
                    env_file=env_file,
                    open_portal=partial(Portal, settings.discord_api_url),
                    is_waiting=wait,
                    is_in_environment=is_in_environment("DISCORD_TOKEN"),
                )
            )
            asyncio.run(work)
        except GivenUpError as error:
            say(str(error))
            raise typer.Exit(1) from None
        except TokenRefusedError:
            say("the token was reset meanwhile; run `setup` again, with the new one")
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            say("stopped; what is written stays, and `setup` goes on from there")
            raise typer.Exit(130) from None


@cli.command()
def check(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Check settings, community.toml and its files, offline; exit 0 fine, 1 warnings, 2 errors."""
    report = asyncio.run(run_check(clock=utc_now, env_file=Path(".env")))
    print(to_json(report) if as_json else to_text(report))
    raise typer.Exit(report.exit_code)


@cli.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Check everything that `check` does, and what needs the network; exit 0 fine, 1 warnings, 2 errors."""
    # On a busy machine the start alone takes seconds, and 15 are promised for all of it.
    in_all = IN_ALL_SECONDS - process_age()
    report = asyncio.run(run_doctor(clock=utc_now, env_file=Path(".env"), in_all=in_all))
    print(to_json(report) if as_json else to_text(report))
    raise typer.Exit(report.exit_code)


@cli.command()
def backup(
    folder: Annotated[
        Path | None, typer.Argument(help="The directory to put it in.", show_default="DATA_DIR/backups")
    ] = None,
) -> None:
    """Copy the store to a file, also while the bot runs."""
    settings = start_up()
    with settings_errors(secrets_of(settings)), user_errors():
        print(back_up(database_url(settings), folder, now=utc_now()))


cli.command("import-mbox")(import_mbox)


@cli.command("migrate-store")
def migrate_store() -> None:
    """Move the SQLite store in DATA_DIR to the PostgreSQL of DATABASE_URL, while the bot is stopped."""
    settings = start_up()
    with settings_errors(secrets_of(settings)), user_errors():
        work = move_store(
            sqlite_url(settings),
            settings.database_url.get_secret_value(),
            now=utc_now(),
            tell=_print_rows,
        )
        moved = asyncio.run(work)
        print(f"{sum(moved.counts.values()):>9} rows in all, counted on both sides")
        print(f"the old store is kept as {moved.kept}")


@cli.command()
def restore(
    file: Annotated[Path | None, typer.Argument(help="The backup.", show_default=False)] = None,
    since: Annotated[
        str, typer.Option(help="On PostgreSQL, after pg_restore: when the dump was made (ISO 8601, UTC).")
    ] = "",
) -> None:
    """Put a backup in the store's place, while the bot is stopped; what was there is kept beside it."""
    settings = start_up()
    with settings_errors(secrets_of(settings)), user_errors():
        for line in asyncio.run(bring_back(database_url(settings), file, since, now=utc_now())):
            print(line)


def _print_rows(table: str, rows: int) -> None:
    """Print what was copied as it is; most tables of most stores are empty."""
    if rows:
        print(f"{rows:>9} {table}", flush=True)
