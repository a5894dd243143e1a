"""Begin a command: read the settings, start logging, and say in lines what is wrong."""

import contextlib
import logging
import sys
from collections.abc import Iterable, Iterator
from types import TracebackType

import typer

from bot.errors import SettingsError, UserError
from config.logging import Redactor, setup_logging
from config.settings import Settings, load_settings

logger = logging.getLogger(__name__)

NAME = "rapporteur"
EXIT_CONFIG = 78
"""sysexits.h: EX_CONFIG; service managers are told not to restart on it."""
_EXIT_TRY_AGAIN = 1


def start_up() -> Settings:
    """Read the settings and start logging."""
    with settings_errors():
        settings = load_settings()
    setup_logging(settings)
    sys.excepthook = _log_crash
    return settings


@contextlib.contextmanager
def settings_errors(secrets: Iterable[str] = (), *, code: int = EXIT_CONFIG) -> Iterator[None]:
    """Turn what is wrong with the settings into a line each, and an exit code."""
    try:
        yield
    except SettingsError as error:
        redactor = Redactor(secrets)
        for problem in error.problems:
            say(redactor.redact(" ".join(problem.split())))
        raise typer.Exit(_EXIT_TRY_AGAIN if error.may_pass and code == EXIT_CONFIG else code) from None


@contextlib.contextmanager
def user_errors() -> Iterator[None]:
    """Turn what could not be done into a line, and exit code 1."""
    try:
        yield
    except UserError as error:
        say(str(error))
        raise typer.Exit(1) from None


def say(line: str) -> None:
    """Say a line on the error output."""
    print(f"{NAME}: {line}", file=sys.stderr, flush=True)


def _log_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Log a crash like everything else: in one line, without secrets."""
    logger.critical("crashed", exc_info=(kind, error, trace))
