"""Read the process settings: the environment over .env. Nothing else reads the environment.

An operator who set something wrong hears of every problem at once, each in one line that names the variable
and says what to do. A value is never repeated where it may be a secret.
"""

import enum
import os
from collections.abc import Callable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.errors import SettingsError
from config.credentials import read_token_file
from config.dotenv import read_dotenv
from config.sections.lists import SECRET_PREFIX

Network = IPv4Network | IPv6Network
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
LogFormat = Literal["text", "json"]

_TRUTH = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}
_API_PATH = "/api/v10"
_MAX_SHOWN = 60


class CardStyle(enum.StrEnum):
    """How cards are drawn: components v2, or embeds where they do not show well."""

    COMPONENTS = "components"
    EMBEDS = "embeds"


def _split_url(text: str, *, schemes: tuple[str, ...], needs_host: bool = True) -> SplitResult:
    """Split an address; the ValueError does not repeat it, for it may hold a password."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError("is no valid address") from None
    if parts.scheme not in schemes:
        raise ValueError(f"does not begin with {' or '.join(f'{scheme}://' for scheme in schemes)}")
    if port == 0 or (needs_host and not parts.hostname) or any(character.isspace() for character in text):
        raise ValueError("names no host, or holds a space")
    return parts


def _network(text: str) -> Network:
    try:
        return ip_network(text)
    except ValueError:
        pass
    try:
        intended = ip_network(text, strict=False)
    except ValueError:
        raise ValueError(f"{_shown(text)} is no network; write it like 10.1.0.0/16, or fd00::/8") from None
    raise ValueError(f"{text} is an address inside a network; write {intended}")


def _expand(text: str) -> Path:
    """Resolve ~; a home that nobody has stays as it is."""
    path = Path(text)
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def _shown(value: object) -> str:
    """Quote a value that is no secret, cut short."""
    text = str(value)
    return ascii(text if len(text) <= _MAX_SHOWN else text[:_MAX_SHOWN] + "…")


def _reads(parse: Callable[[str], object]) -> BeforeValidator:
    """Read a text; a value that code passes is taken as it is."""
    return BeforeValidator(lambda value: parse(value) if isinstance(value, str) else value)


def _api_url(text: str) -> str:
    """Accept a REST base address; the gateway is asked there."""
    address = text.rstrip("/")
    parts = _split_url(address, schemes=("https", "http"))
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("holds more than an address; leave out user name, password, ? and #")
    if not parts.path.endswith(_API_PATH):
        raise ValueError(f"does not end in {_API_PATH}; write it like https://discord.com{_API_PATH}")
    return address


def _directory(text: str) -> Path:
    """Accept a directory that is there or can be made."""
    path = _expand(text)
    try:
        nearest = next((each for each in (path, *path.parents) if each.exists()), None)
    except OSError as error:
        raise ValueError(f"cannot be used ({error.strerror}); name another directory") from None
    if nearest is not None and not nearest.is_dir():
        raise ValueError(f"is no directory: {_shown(nearest)} is a file; name a directory")
    return path


def _database(text: str) -> SecretStr:
    """Accept PostgreSQL's own form of address."""
    form = "write it like postgresql://user:password@host:5432/name, or leave it out for SQLite in DATA_DIR"
    try:
        parts = _split_url(text, schemes=("postgresql", "postgres"), needs_host="host=" not in text)
    except ValueError as error:
        raise ValueError(f"{error}; {form}") from None
    if not parts.path.strip("/"):
        raise ValueError(f"names no database; {form}")
    return SecretStr(text)


def _port(text: str) -> int:
    """Accept a port's number."""
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 0 < int(text) < 65_536):
        raise ValueError(f"is {_shown(text)}; write a port's number, like 8080")
    return int(text)


def _days(text: str) -> int:
    """Accept a number of days, ten years at most."""
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 0 < int(text) <= 3650):
        raise ValueError(f"is {_shown(text)}; write a number of days, from 1 to 3650")
    return int(text)


def _heartbeat(text: str) -> SecretStr:
    """Accept the address of a monitor; it is a secret."""
    try:
        _split_url(text, schemes=("https", "http"))
    except ValueError as error:
        raise ValueError(f"{error}; write the address that your monitor gave you") from None
    return SecretStr(text)


def _truth(text: str) -> bool:
    """Accept the usual words for true and false."""
    if text.lower() not in _TRUTH:
        raise ValueError(f"is {_shown(text)}; write true or false")
    return _TRUTH[text.lower()]


def _networks(text: str) -> tuple[Network, ...]:
    """Accept networks separated by commas."""
    return tuple(_network(part.strip()) for part in text.split(",") if part.strip())


def _choice(kind: Callable[[str], object], *words: str) -> BeforeValidator:
    """Accept one of the words, in any case."""

    def parse(text: str) -> object:
        for word in words:
            if text.lower() == word.lower():
                return kind(word)
        raise ValueError(f"is {_shown(text)}; write one of: {', '.join(words)}")

    return _reads(parse)


class Settings(BaseSettings):
    """What the operator set for this process. Each field is the variable of the same name in capitals."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", validate_default=False)

    discord_token: SecretStr = Field(SecretStr(""), description="The bot's token from the developer portal.")
    discord_token_file: Path | None = Field(
        None, description="A file that holds the token instead (Docker secrets, systemd credentials)."
    )
    discord_api_url: Annotated[str, _reads(_api_url)] = Field(
        "https://discord.com/api/v10", description="Where Discord's REST API is: a proxy, a test server."
    )
    data_dir: Annotated[Path, _reads(_directory)] = Field(
        Path("data"), description="Where the bot keeps its data."
    )
    database_url: Annotated[SecretStr, _reads(_database)] = Field(
        SecretStr(""),
        description="PostgreSQL instead of SQLite in DATA_DIR: postgresql://user:password@host/name.",
    )
    config_dir: Annotated[Path, _reads(_directory)] = Field(
        Path("config"), description="Where community.toml is, and the FAQ files that it names."
    )
    listen_to_mentions: Annotated[bool, _reads(_truth)] = Field(
        default=False, description="Whether mentioning the bot with a question asks the FAQ as well."
    )
    allow_private_nets: Annotated[tuple[Network, ...], _reads(_networks)] = Field(
        (), description="Private networks that sources may be in, separated by commas."
    )
    keep_mail_days: Annotated[int, _reads(_days)] = Field(
        90, description="How many days the texts of mails are kept; what is read from then on."
    )
    card_style: Annotated[CardStyle, _choice(CardStyle, *CardStyle)] = Field(
        CardStyle.COMPONENTS, description="How cards are drawn: components or embeds."
    )
    health_port: Annotated[int | None, _reads(_port)] = Field(
        None, description="The port that /healthz and /metrics are served on; none: they are not."
    )
    health_host: str = Field("127.0.0.1", description="The address that they are served on.")
    heartbeat_url: Annotated[SecretStr, _reads(_heartbeat)] = Field(
        SecretStr(""), description="A dead man's switch to call every minute while all is well."
    )
    log_level: Annotated[LogLevel, _choice(str, "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")] = Field(
        "INFO", description="DEBUG, INFO, WARNING, ERROR or CRITICAL."
    )
    log_format: Annotated[LogFormat, _choice(str, "text", "json")] = Field(
        "text", description="text for people, json for machines."
    )
    secrets: Mapping[str, SecretStr] = Field(
        default_factory=dict, description="What community.toml refers to: every variable named SECRET_…."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 (the signature is pydantic's)
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (the signature is pydantic's)
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (the signature is pydantic's)
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (the signature is pydantic's)
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what load_settings collected, and nothing behind its back."""
        return (init_settings,)


def variable_names() -> tuple[str, ...]:
    """Return the variables that the settings are read from."""
    return tuple(name.upper() for name in _names())


def load_settings(environ: Mapping[str, str] | None = None, env_file: Path = Path(".env")) -> Settings:
    """Read the settings; the environment wins over the file, and an empty value counts as absent.

    Args:
        environ: The environment; this process's by default.
        env_file: Read when it exists.

    Raises:
        SettingsError: With every problem.
    """
    settings, problems = read_settings(environ, env_file)
    if problems:
        raise SettingsError(problems)
    return settings


def read_settings(
    environ: Mapping[str, str] | None = None, env_file: Path = Path(".env")
) -> tuple[Settings, tuple[str, ...]]:
    """Read the settings as `load_settings` does, with every problem; what is wrong is left at its default.

    For who looks at the rest in spite of them.
    """
    environment = os.environ if environ is None else environ  # noqa: TID251 (the one reader of it)
    file = read_dotenv(env_file, known=variable_names())
    problems = list(file.problems)
    merged = {name: value.strip() for name, value in {**file.values, **_set(environment)}.items()}
    values = {name: merged[name.upper()] for name in _names() if merged.get(name.upper())}
    secrets = {
        name: SecretStr(text) for name, text in merged.items() if name.startswith(SECRET_PREFIX) and text
    }
    for wrong, right in file.near_misses:
        if right.lower() not in values:
            problems.append(f"{wrong}: this is no setting; did you mean {right}?")
    if "discord_token_file" in values:
        problems += _take_token_from_file(values)
    try:
        settings = Settings(**values, secrets=secrets)  # type: ignore[arg-type] # texts, for the validators
    except ValidationError as error:
        problems += _lines(error)
        wrong_names = {str(each["loc"][0]) for each in error.errors() if each["loc"]}
        good = {name: value for name, value in values.items() if name not in wrong_names}
        settings = Settings(**good if wrong_names else {}, secrets=secrets)  # type: ignore[arg-type]  # see above
    return settings, tuple(problems)


def is_in_environment(variable: str) -> bool:
    """Return whether a variable is set in this process's environment, where it wins over .env."""
    return bool(os.environ.get(variable, "").strip())  # noqa: TID251 (see above)


def _names() -> tuple[str, ...]:
    """Return the fields that have a variable of their own."""
    return tuple(name for name in Settings.model_fields if name != "secrets")


def _set(environment: Mapping[str, str]) -> dict[str, str]:
    known = variable_names()
    return {
        name: value
        for name, value in environment.items()
        if value.strip() and (name in known or name.startswith(SECRET_PREFIX))
    }


def _take_token_from_file(values: dict[str, str]) -> tuple[str, ...]:
    """Read the token's file into the token's place; return problems."""
    if "discord_token" in values:
        return ("DISCORD_TOKEN_FILE: DISCORD_TOKEN is set as well; keep one of the two.",)
    try:
        values["discord_token"] = read_token_file(_expand(values["discord_token_file"]))
    except ValueError as error:
        return (f"DISCORD_TOKEN_FILE: {error}",)
    return ()


def _lines(error: ValidationError) -> tuple[str, ...]:
    """Say pydantic's findings in our words, without the values."""
    findings = error.errors(include_url=False, include_input=False, include_context=False)
    return tuple(
        f"{str(finding['loc'][0]).upper()}: {finding['msg'].removeprefix('Value error, ')}."
        for finding in findings
    )
