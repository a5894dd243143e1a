"""Read the FAQ pages that community.toml declares for a guild.

The words that a page may use are kept here as literals, because the config lies below the features; a test
compares them with bot.faq.
"""

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath
from urllib.parse import urlsplit

from config.lines import KeyPath
from config.tables import Table, TableReader, shown

FORMATS = ("auto", "dokuwiki", "markdown", "mediawiki", "html", "rest", "data", "asciidoc")
QUESTIONS = ("auto", "h1", "h2", "h3", "h4", "h5", "h6", "bold", "q", "term", "details", "data")
# The stemmers of Snowball 3.1, by its names.
LANGUAGES = (
    "arabic", "armenian", "basque", "catalan", "czech", "danish", "dutch", "dutch_porter",
    "english", "esperanto", "estonian", "finnish", "french", "german", "greek", "hindi",
    "hungarian", "indonesian", "irish", "italian", "lithuanian", "nepali", "norwegian", "persian",
    "polish", "porter", "portuguese", "romanian", "russian", "serbian", "sesotho", "spanish",
    "swedish", "tamil", "turkish", "yiddish",
)  # fmt: skip

_MAX_TITLE = 200
_MAX_URL = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredPage:
    """An FAQ page that the operator declares: an address, or a file under the config directory.

    Attributes:
        file: The path as declared, relative to the config directory, with forward slashes.
        line: Where community.toml declares it.
    """

    url: str = field(default="", repr=False)
    file: str = ""
    title: str = ""
    format: str = "auto"
    questions: str = "auto"
    language: str = "english"
    line: int = 0


def read_pages(reader: TableReader, guild: Table, at: KeyPath) -> tuple[DeclaredPage, ...]:
    """Read each [[guild.faq]] of a guild."""
    pages = tuple(_read_page(reader, table, where) for table, where in reader.tables(guild, "faq", at))
    reader.check_twice(((page.url or page.file, page.line) for page in pages), "page")
    return pages


def _read_page(reader: TableReader, table: Table, at: KeyPath) -> DeclaredPage:
    reader.check_keys(table, at, known=[name for name in DeclaredPage.__slots__ if name != "line"])
    url = reader.text(table, at, "url")
    file = reader.text(table, at, "file")
    if bool(url) == bool(file):
        reader.report(at, 'a page needs one of url = "https://…" and file = "…"')
    for name, problem in (("url", url_problem(url)), ("file", file_problem(reader.config_dir, file))):
        if problem:
            reader.report((*at, name), f"{name}: {problem}")
    title = reader.text(table, at, "title")
    if len(title) > _MAX_TITLE or "\n" in title:
        reader.report((*at, "title"), f"title: at most {_MAX_TITLE} characters, in one line")
    return DeclaredPage(
        url=url,
        file=file,
        title=title,
        format=reader.word(table, at, "format", FORMATS),
        questions=reader.word(table, at, "questions", QUESTIONS),
        language=reader.word(table, at, "language", LANGUAGES, default="english"),
        line=reader.line(at),
    )


def url_problem(url: str) -> str:
    """Return what is wrong with an address; whether it may be reached is judged when it is fetched."""
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return "this is no valid address"
    if not url:
        return ""
    if parts.scheme not in ("https", "http") or not has_host or len(url) > _MAX_URL or len(url.split()) != 1:
        return "write an address like https://wiki.example.org/faq"
    if parts.username is not None:
        return "leave user name and password out of the address"
    return ""


def file_problem(config_dir: Path | None, name: str) -> str:
    """Return what is wrong with a file's name: it has to lie in the config directory, links followed.

    Without a directory nothing is looked up: what comes from chat must not learn which files there are.
    """
    if not name:
        return ""
    parts = PurePosixPath(name).parts
    if (
        "\0" in name
        or "\\" in name
        or PureWindowsPath(name).anchor
        or name.startswith(("/", "~"))
        or ".." in parts
    ):
        return "name a file under the config directory, without .. and with forward slashes"
    if config_dir is None:
        return ""
    path = config_dir / name
    try:
        if not path.resolve().is_relative_to(config_dir.resolve()):
            return "this link leads out of the config directory; copy the file there"
        if not path.is_file():
            return f"there is no file {shown(path)}"
    except (OSError, RuntimeError):
        return f"{shown(path)} cannot be read; check the path and its rights"
    return ""
