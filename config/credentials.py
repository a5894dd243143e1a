"""Judge a bot token by its form, so that a slip of the clipboard is explained before Discord refuses it."""

import re
from pathlib import Path

from pydantic import SecretStr

from bot.errors import SettingsError

_PART = re.compile(r"[A-Za-z0-9_-]+")
_MAX_FILE_BYTES = 10_000
_WHERE = "Copy it from https://discord.com/developers/applications > your application > Bot > Reset Token"


def check_token(token: SecretStr) -> str:
    """Return the token as text when it has a token's form.

    Raises:
        SettingsError: It is missing or malformed; the one line says how, without the token.
    """
    text = token.get_secret_value()
    problem = _problem(text)
    if problem:
        raise SettingsError([problem])
    return text


def _problem(text: str) -> str:
    if not text:
        return (
            "DISCORD_TOKEN is missing. Run `python -m bot setup`, which asks for it, or write "
            f"DISCORD_TOKEN=… into .env. {_WHERE}."
        )
    if text[:4].lower() == "bot ":
        return 'DISCORD_TOKEN begins with "Bot "; leave that out, the bot adds it itself.'
    if text[0] in "\"'`<" or text[-1] in "\"'`>":
        return "DISCORD_TOKEN is in quotes or brackets; write the token alone."
    if any(character.isspace() for character in text):
        return "DISCORD_TOKEN holds a space or a line break; write the token alone, in one line."
    parts = text.split(".")
    if len(parts) != 3 or not all(_PART.fullmatch(part) for part in parts):
        return (
            "DISCORD_TOKEN is no bot token: that is three parts joined by dots, of letters, digits, _ and - "
            f"(not the client secret, not the public key). {_WHERE}."
        )
    return ""


def read_token_file(path: Path) -> str:
    """Read a file that holds the token and nothing else.

    Raises:
        ValueError: It cannot be read, or is empty; with a line that says so.
    """
    name = ascii(str(path))
    try:
        with path.open("rb") as file:
            token = file.read(_MAX_FILE_BYTES).decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise ValueError(f"{name} is no text; it should hold the token and nothing else.") from None
    except OSError as error:
        raise ValueError(f"{name} cannot be read ({error.strerror}); check its path and rights.") from None
    if not token:
        raise ValueError(f"{name} is empty; it should hold the token and nothing else.")
    return token
