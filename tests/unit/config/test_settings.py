"""Process settings: what is accepted, and what is said about everything else."""

import os
import re
import stat
from ipaddress import ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from bot.errors import SettingsError
from config.credentials import check_token
from config.dotenv import read_dotenv
from config.settings import CardStyle, Settings, load_settings, variable_names

ROOT = Path(__file__).parents[3]
NO_FILE = Path("no-such-directory/.env")
FORM = "write it like postgresql://user:password@host:5432/name, or leave it out for SQLite in DATA_DIR"
API = "https://discord.com/api/v10"
TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAw.GxYzAb.aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-"


def problems_of(environ: dict[str, str], env_file: Path = NO_FILE) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(environ, env_file)
    return list(caught.value.problems)


def test_nothing_set_gives_the_defaults() -> None:
    settings = load_settings({}, NO_FILE)
    assert settings.model_dump() == {
        "discord_token": SecretStr(""),
        "discord_token_file": None,
        "discord_api_url": "https://discord.com/api/v10",
        "data_dir": Path("data"),
        "database_url": SecretStr(""),
        "config_dir": Path("config"),
        "listen_to_mentions": False,
        "allow_private_nets": (),
        "card_style": CardStyle.COMPONENTS,
        "keep_mail_days": 90,
        "health_port": None,
        "health_host": "127.0.0.1",
        "heartbeat_url": SecretStr(""),
        "log_level": "INFO",
        "log_format": "text",
        "secrets": {},
    }


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("DISCORD_API_URL", "http://127.0.0.1:8080/api/v10/", "http://127.0.0.1:8080/api/v10"),
        (
            "DISCORD_API_URL",
            "https://proxy.example.org/discord/api/v10",
            "https://proxy.example.org/discord/api/v10",
        ),
        ("DATA_DIR", "/var/lib/rapporteur", Path("/var/lib/rapporteur")),
        ("DATABASE_URL", "postgresql://u:p@db:5432/wg", SecretStr("postgresql://u:p@db:5432/wg")),
        (
            "DATABASE_URL",
            "postgres:///wg?host=/run/postgresql",
            SecretStr("postgres:///wg?host=/run/postgresql"),
        ),
        ("LISTEN_TO_MENTIONS", "True", True),
        ("LISTEN_TO_MENTIONS", "off", False),
        ("LISTEN_TO_MENTIONS", "", False),
        (
            "ALLOW_PRIVATE_NETS",
            "127.0.0.0/8, 10.1.0.0/16,",
            (ip_network("127.0.0.0/8"), ip_network("10.1.0.0/16")),
        ),
        ("ALLOW_PRIVATE_NETS", "fd00::/8", (ip_network("fd00::/8"),)),
        ("ALLOW_PRIVATE_NETS", "192.0.2.7", (ip_network("192.0.2.7/32"),)),
        ("CARD_STYLE", "Embeds", CardStyle.EMBEDS),
        ("HEALTH_PORT", "8080", 8080),
        ("HEALTH_HOST", "0.0.0.0", "0.0.0.0"),
        ("HEARTBEAT_URL", "https://hc.example/x", SecretStr("https://hc.example/x")),
        ("LOG_LEVEL", "debug", "DEBUG"),
        ("LOG_FORMAT", "JSON", "json"),
        ("DISCORD_TOKEN", f"  {TOKEN}\n", SecretStr(TOKEN)),
    ],
)
def test_value_is_read(name: str, text: str, expected: object) -> None:
    assert getattr(load_settings({name: text}, NO_FILE), name.lower()) == expected


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("DISCORD_API_URL", "discord.com/api/v10", "does not begin with https:// or http://"),
        ("DISCORD_API_URL", "https://discord.com", f"does not end in /api/v10; write it like {API}"),
        (
            "DISCORD_API_URL",
            "https://u:p@discord.com/api/v10",
            "holds more than an address; leave out user name, password, ? and #",
        ),
        ("DISCORD_API_URL", "https:///api/v10", "names no host, or holds a space"),
        ("DISCORD_API_URL", "https://x:99999/api/v10", "is no valid address"),
        ("DATABASE_URL", "sqlite:///x", f"does not begin with postgresql:// or postgres://; {FORM}"),
        ("DATABASE_URL", "postgresql://db", f"names no database; {FORM}"),
        ("LISTEN_TO_MENTIONS", "maybe", "is 'maybe'; write true or false"),
        (
            "ALLOW_PRIVATE_NETS",
            "10.1.0.0/16, wiki",
            "'wiki' is no network; write it like 10.1.0.0/16, or fd00::/8",
        ),
        (
            "ALLOW_PRIVATE_NETS",
            "10.1.0.5/16",
            "10.1.0.5/16 is an address inside a network; write 10.1.0.0/16",
        ),
        ("CARD_STYLE", "cards", "is 'cards'; write one of: components, embeds"),
        ("HEALTH_PORT", "http", "is 'http'; write a port's number, like 8080"),
        ("HEALTH_PORT", "65536", "is '65536'; write a port's number, like 8080"),
        (
            "HEARTBEAT_URL",
            "hc.example/x",
            "does not begin with https:// or http://; write the address that your monitor gave you",
        ),
        ("LOG_LEVEL", "loud", "is 'loud'; write one of: DEBUG, INFO, WARNING, ERROR, CRITICAL"),
        ("LOG_FORMAT", "xml", "is 'xml'; write one of: text, json"),
    ],
)
def test_wrong_value_is_explained(name: str, text: str, line: str) -> None:
    assert problems_of({name: text}) == [f"{name}: {line}."]


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("LOG_LEVEL=loud\nBROKEN 'line\nLOG_FORMAT=xml\n")
    problems = problems_of({"CARD_STYLE": "x", "DATA_DIR": str(env_file)}, env_file)
    assert [problem.partition(": ")[0] for problem in problems] == [
        f"{env_file}:2", "DATA_DIR", "CARD_STYLE", "LOG_LEVEL", "LOG_FORMAT",
    ]  # fmt: skip


@given(secret=st.text("abcdefXYZ0123456789", min_size=12))
def test_no_problem_repeats_a_secret(secret: str) -> None:
    problems = problems_of(
        {
            "DATABASE_URL": f"mysql://user:{secret}@host/name",
            "DISCORD_API_URL": f"ftp://user:{secret}@host",
            "DISCORD_TOKEN": secret,
            "DISCORD_TOKEN_FILE": "no-such-file",
            "HEARTBEAT_URL": f"ftp://host/{secret}",
        }
    )
    assert len(problems) == 4
    assert secret not in "\n".join(problems)


@given(environ=st.dictionaries(st.sampled_from([*variable_names(), "HOME"]), st.text(max_size=30)))
def test_any_environment_gives_settings_or_problems_in_one_line_each(environ: dict[str, str]) -> None:
    problems: tuple[str, ...] | None = None
    try:
        load_settings(environ, NO_FILE)
    except SettingsError as error:
        problems = error.problems
    assert problems is None or (problems and all("\n" not in problem for problem in problems))


def test_settings_are_frozen_and_print_no_secret() -> None:
    settings = load_settings({"DISCORD_TOKEN": TOKEN, "DATABASE_URL": "postgresql://u:hunter22@h/d"}, NO_FILE)
    with pytest.raises(ValidationError):
        settings.log_level = "DEBUG"
    assert TOKEN not in f"{settings!r}{settings}"
    assert "hunter22" not in f"{settings!r}{settings}"


def test_environment_wins_over_the_file_and_empty_values_count_as_absent(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("LOG_LEVEL=DEBUG\nCARD_STYLE=embeds\nLOG_FORMAT=\n")
    settings = load_settings({"LOG_LEVEL": "ERROR", "CARD_STYLE": "", "PATH": "/bin"}, env_file)
    assert (settings.log_level, settings.card_style, settings.log_format) == (
        "ERROR",
        CardStyle.EMBEDS,
        "text",
    )


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (
            b"LOG_LEVEL=INFO\nLOG_LEVEL=DEBUG\n",
            ["2: LOG_LEVEL is set a second time (first in line 1); keep one."],
        ),
        (b"\n\n# hi\nLOG_LEVEL\n", ["4: LOG_LEVEL has no value; write LOG_LEVEL=value."]),
        (b"LOG_LEVEL='INFO\n", ["1: cannot be read; write NAME=value, with quotes closed."]),
        (b"LOG_LEVEL=\xff\xfe\n", ["1: not UTF-8; save the file in that encoding."]),
        ("LOG_LEVEL=INFO\n".encode("utf-16-le"), [" holds zero bytes (UTF-16?); save the file as UTF-8."]),
        (b"\n\nDISCORD_TOKNE=x\n", ["3: DISCORD_TOKNE: this is no setting; did you mean DISCORD_TOKEN?"]),
    ],
)
def test_broken_env_file_is_told_with_its_line(tmp_path: Path, content: bytes, lines: list[str]) -> None:
    env_file = tmp_path / ".env"
    env_file.write_bytes(content)
    assert problems_of({}, env_file) == [f"{env_file}:{line}" for line in lines]


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffLOG_LEVEL=DEBUG\n",
        "export LOG_LEVEL=DEBUG\r\n",
        "POSTGRES_PASSWORD=x\nLOG_LEVEL='DEBUG' # why\n",
    ],
)
def test_usual_env_file_is_read(tmp_path: Path, content: str) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text(content, newline="")
    assert load_settings({}, env_file).log_level == "DEBUG"


def test_values_are_literal(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("DATABASE_URL=postgresql://u:${HOME}$x@h/d\n")
    assert (
        load_settings({"HOME": "/root"}, env_file).database_url.get_secret_value()
        == "postgresql://u:${HOME}$x@h/d"
    )


def test_directory_in_place_of_the_env_file_is_told(tmp_path: Path) -> None:
    assert problems_of({}, tmp_path) == [
        f"{tmp_path}: cannot be read (Is a directory); check its rights, or remove it."
    ]


@given(content=st.text(max_size=200))
def test_any_env_file_gives_values_or_problems(
    content: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    env_file = tmp_path_factory.getbasetemp() / "any.env"
    env_file.write_text(content, encoding="utf-8", newline="")
    found = read_dotenv(env_file, known=variable_names())
    assert all(re.match(re.escape(str(env_file)) + r"(:\d+)?: ", problem) for problem in found.problems)


@pytest.mark.parametrize("content", [f"{TOKEN}\n", f"\ufeff  {TOKEN}\r\n"])
def test_token_comes_from_a_file(tmp_path: Path, content: str) -> None:
    (tmp_path / "token").write_text(content, newline="")
    settings = load_settings({"DISCORD_TOKEN_FILE": str(tmp_path / "token")}, NO_FILE)
    assert settings.discord_token.get_secret_value() == TOKEN


@pytest.mark.parametrize(
    ("content", "extra", "what"),
    [
        (None, {}, "{file} cannot be read (No such file or directory); check its path and rights."),
        (b"", {}, "{file} is empty; it should hold the token and nothing else."),
        (b"\xff\xfe", {}, "{file} is no text; it should hold the token and nothing else."),
        (b"x.y.z", {"DISCORD_TOKEN": "x.y.z"}, "DISCORD_TOKEN is set as well; keep one of the two."),
    ],
)
def test_unusable_token_file_is_told(tmp_path: Path, content: bytes | None, extra: dict, what: str) -> None:
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content)
    expected = what.format(file=repr(str(file)))
    assert problems_of({"DISCORD_TOKEN_FILE": str(file), **extra}) == [f"DISCORD_TOKEN_FILE: {expected}"]


@pytest.mark.parametrize("token", [TOKEN, "fake.token.fake", "a-b.c_d.E9"])
def test_well_formed_token_passes(token: str) -> None:
    assert check_token(SecretStr(token)) == token


@pytest.mark.parametrize(
    ("token", "what"),
    [
        ("", "missing"),
        (f"Bot {TOKEN}", 'begins with "Bot "'),
        (f'"{TOKEN}"', "quotes"),
        (f"<{TOKEN}>", "quotes or brackets"),
        (TOKEN.replace(".", ". "), "space"),
        ("0123456789abcdef0123456789abcdef", "no bot token"),
        (f"{TOKEN}.x", "no bot token"),
        ("mfa..x", "no bot token"),
        ("tökén.a.b", "no bot token"),
    ],
)
def test_malformed_token_is_explained_in_one_line_without_it(token: str, what: str) -> None:
    with pytest.raises(SettingsError) as caught:
        check_token(SecretStr(token))
    (line,) = caught.value.problems
    assert what in line
    assert not token or token.strip('"<>') not in line


def test_example_documents_every_variable_with_its_default() -> None:
    text = (ROOT / ".env.example").read_text()
    found = read_dotenv(ROOT / ".env.example", known=variable_names())
    assert found.problems == ()
    assert tuple(found.values) == variable_names()
    assert load_settings(found.values, NO_FILE) == Settings()
    for name in variable_names():
        assert re.search(rf"^# .+\n{name}=", text, re.MULTILINE), f"{name} has no comment"


def test_every_field_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs file modes that bind")
def test_unreadable_env_file_is_told(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("LOG_LEVEL=INFO\n")
    env_file.chmod(stat.S_IWUSR)
    assert problems_of({}, env_file) == [
        f"{env_file}: cannot be read (Permission denied); check its rights, or remove it."
    ]
