"""Read the mailing lists that community.toml declares for a guild, and the logins that lists are read with.

No secret stands in community.toml: a login names the variable, in the environment or .env, that holds it.
"""

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath, PureWindowsPath

from config.lines import KeyPath
from config.sections.faq import url_problem
from config.sections.list_choices import CHOICE_KEYS, read_choices, read_truth
from config.tables import Table, TableReader

SECURITIES = ("tls", "starttls", "none")
SECRET_PREFIX = "SECRET_"  # noqa: S105 (the beginning of variables' names)

_CHANNEL = "channel: write the channel's id, a whole number without quotes (in Discord: Copy Channel ID)"
_MAX_NAME = 80
_NAME = re.compile(r"[A-Za-z0-9_-]{1,60}")
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}|[0-9a-fA-F:]{2,39}")
_VARIABLE = re.compile(r"SECRET_[A-Z0-9_]{1,60}")
_MAILBOX_URL = re.compile(r"imap:(?://)?([A-Za-z0-9_-]{1,60})(?:[/?]\S{0,300})?")
_PORTS = range(1, 65_536)
_PORT = 993


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredList:
    """A list that the operator declares: an address, or a file or folder under the config directory.

    Attributes:
        url: An archive's or a feed's address, or `imap:NAME` for a declared mailbox.
        mbox: The path of an mbox file, `maildir` of a folder, below the config directory.
        is_private: It is shown only where not everybody can see it.
        digest: When its channel gets a digest, as bot.text.cadence reads it; "" for none.
        zone: Whose clock decides about the digest; "" for the guild's own.
        quiet: A digest says in one line that there was nothing; None where that is not said.
        chart: A weekly digest shows how lively the list was; None where that is not said.
        is_live: Each of its mails is posted as it comes.
        mode: With the five after it, which mails are shown, as `/list filter` reads them; "" for all.
        ping: When `ping_role` is pinged; "" where that is not said.
        line: Where community.toml declares it.
    """

    channel: int
    url: str = field(default="", repr=False)
    mbox: str = ""
    maildir: str = ""
    name: str = ""
    is_private: bool = False
    digest: str = ""
    zone: str = ""
    quiet: bool | None = None
    chart: bool | None = None
    is_live: bool = False
    mode: str = ""
    authors: str = ""
    subjects: str = ""
    tags: str = ""
    patches: str = ""
    bots: str = ""
    ping: str = ""
    ping_role: int | None = None
    line: int = 0

    @property
    def place(self) -> str:
        """Return what tells it from the guild's other lists."""
        return self.url or self.mbox or self.maildir


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredMailbox:
    """An IMAP account. `password`, `client_secret` and `refresh_token` name variables."""

    name: str
    host: str
    port: int = _PORT
    security: str = "tls"
    user: str
    password: str = ""
    token_url: str = ""
    client_id: str = ""
    client_secret: str = ""
    refresh_token: str = ""
    scope: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredKey:
    """The key of an archive that needs one; `key` names the variable."""

    host: str
    key: str
    line: int = 0


def read_lists(reader: TableReader, guild: Table, at: KeyPath) -> tuple[DeclaredList, ...]:
    """Read each [[guild.list]] of a guild."""
    lists = tuple(_read_list(reader, table, where) for table, where in reader.tables(guild, "list", at))
    reader.check_twice(((f"{each.place}\n{each.channel}", each.line) for each in lists), "list")
    for each in lists:
        if each.ping_role is not None and each.ping_role == guild.get("id"):
            reader.report_line(each.line, "ping_role: this is @everyone; name a role that members take")
    return lists


def read_mailboxes(reader: TableReader, guild: Table, at: KeyPath) -> tuple[DeclaredMailbox, ...]:
    """Read each [[guild.mailbox]] of a guild."""
    tables = reader.tables(guild, "mailbox", at)
    mailboxes = tuple(_read_mailbox(reader, table, where) for table, where in tables)
    reader.check_twice(((each.name, each.line) for each in mailboxes), "mailbox")
    return mailboxes


def read_keys(reader: TableReader, guild: Table, at: KeyPath) -> tuple[DeclaredKey, ...]:
    """Read each [[guild.archive_key]] of a guild."""
    tables = reader.tables(guild, "archive_key", at)
    keys = tuple(_read_key(reader, table, where) for table, where in tables)
    reader.check_twice(((each.host, each.line) for each in keys), "key")
    return keys


def _read_list(reader: TableReader, table: Table, at: KeyPath) -> DeclaredList:
    known = ("url", "mbox", "maildir", "channel", "name", "private")
    reader.check_keys(table, at, known=(*known, *CHOICE_KEYS))
    url = reader.text(table, at, "url")
    mbox, maildir = reader.text(table, at, "mbox"), reader.text(table, at, "maildir")
    if sum(map(bool, (url, mbox, maildir))) != 1:
        reader.report(at, 'a list needs one of url = "https://…", mbox = "…" and maildir = "…"')
    if url and not _MAILBOX_URL.fullmatch(url) and (problem := url_problem(url)):
        reader.report((*at, "url"), f'url: {problem}, or imap:NAME; a file is named by mbox = "…"')
    for key, path in (("mbox", mbox), ("maildir", maildir)):
        if path and not _is_below(path):
            what = "name what lies under the config directory, without .. and with forward slashes"
            reader.report((*at, key), f"{key}: {what}")
    name = reader.text(table, at, "name")
    if len(name) > _MAX_NAME or "\n" in name:
        reader.report((*at, "name"), f"name: at most {_MAX_NAME} characters, in one line")
    channel = reader.snowflake(table, at, "channel", problem=_CHANNEL)
    if "channel" not in table:
        reader.report(at, f"a list needs a channel; {_CHANNEL}")
    return DeclaredList(
        channel=channel or 0,
        url=url,
        mbox=mbox,
        maildir=maildir,
        name=name,
        is_private=read_truth(reader, table, at, "private") or False,
        **read_choices(reader, table, at),
        line=reader.line(at),
    )


def _read_mailbox(reader: TableReader, table: Table, at: KeyPath) -> DeclaredMailbox:
    known = [name for name in DeclaredMailbox.__slots__ if name != "line"]
    reader.check_keys(table, at, known=known)
    texts = {name: reader.text(table, at, name) for name in known if name not in ("port", "security")}
    if not _NAME.fullmatch(texts["name"]):
        reader.report(at, "a mailbox needs a name of letters, digits, _ and -, as in imap:NAME")
    if not _HOST.fullmatch(texts["host"]):
        reader.report(at, 'a mailbox needs its server: host = "imap.example.org"')
    if not texts["user"]:
        reader.report(at, 'a mailbox needs a user = "…"')
    if bool(texts["password"]) == bool(texts["refresh_token"]):
        reader.report(at, "a mailbox needs one of password and refresh_token, with the name of a variable")
    if texts["refresh_token"] and not (texts["token_url"] and texts["client_id"]):
        reader.report(at, "a refresh_token needs a token_url and a client_id")
    if problem := url_problem(texts["token_url"]):
        reader.report((*at, "token_url"), f"token_url: {problem}")
    for name in ("password", "client_secret", "refresh_token"):
        _check_variable(reader, at, name, texts[name])
    return DeclaredMailbox(
        port=_read_port(reader, table, at),
        security=reader.word(table, at, "security", SECURITIES, default="tls"),
        line=reader.line(at),
        **texts,
    )


def _read_key(reader: TableReader, table: Table, at: KeyPath) -> DeclaredKey:
    reader.check_keys(table, at, known=("host", "key"))
    host, key = reader.text(table, at, "host").lower(), reader.text(table, at, "key")
    if not _HOST.fullmatch(host):
        reader.report(at, 'a key needs the archive that it is for: host = "groups.io"')
    if not key:
        reader.report(at, f'write key = "{SECRET_PREFIX}…", the name of the variable that holds the key')
    _check_variable(reader, at, "key", key)
    return DeclaredKey(host=host, key=key, line=reader.line(at))


def _check_variable(reader: TableReader, at: KeyPath, name: str, variable: str) -> None:
    """Refuse what is no variable's name, without repeating it: it may be the secret itself."""
    if variable and not _VARIABLE.fullmatch(variable):
        what = f"write the name of a variable that begins with {SECRET_PREFIX}, and its value into .env"
        reader.report((*at, name), f"{name}: {what}")


def _read_port(reader: TableReader, table: Table, at: KeyPath) -> int:
    port = table.get("port", _PORT)
    if not isinstance(port, int) or isinstance(port, bool) or port not in _PORTS:
        reader.report((*at, "port"), "port: write a port's number, like 993")
        return _PORT
    return port


def _is_below(name: str) -> bool:
    parts = PurePosixPath(name).parts
    is_plain = not ("\0" in name or "\\" in name or name.startswith(("/", "~")) or ".." in parts)
    return is_plain and not PureWindowsPath(name).anchor
