"""Read one community's wishes from community.toml: for now, the FAQ pages of each guild.

Everything wrong is told at once, each line with the file and the line it is in. The words that a page may use
are kept here as literals, because the config lies below the features; a test compares them with bot.faq.
"""

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from urllib.parse import urlsplit

from bot.errors import SettingsError
from config.lines import KeyPath, line_of, map_lines

FILE_NAME = "community.toml"
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

_MAX_BYTES = 1_000_000
_MAX_TITLE = 200
_MAX_URL = 2_000
_SNOWFLAKES = range(1, 2**63)
_TOML_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredPage:
    """An FAQ page that the operator declares: an address, or a file under the config directory.

    Attributes:
        file: The path as declared, relative to the config directory, with forward slashes.
        line: Where community.toml declares it.
    """

    url: str = ""
    file: str = ""
    title: str = ""
    format: str = "auto"
    questions: str = "auto"
    language: str = "english"
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Guild:
    """What is declared for one guild."""

    id: int
    faq: tuple[DeclaredPage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """What community.toml declares; nothing when there is none."""

    guilds: tuple[Guild, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything is declared."""
        return bool(self.guilds)


def load_community(config_dir: Path) -> Community:
    """Read community.toml from the config directory; without one, nothing is declared.

    Raises:
        SettingsError: With every problem.
    """
    path = config_dir / FILE_NAME
    text = _read(path)
    if text is None:
        return Community()
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([_syntax_line(path, text, str(error))]) from None
    except RecursionError:
        raise SettingsError([f"{path}: nested too deeply."]) from None
    reader = _Reader(path=path, lines=map_lines(text), config_dir=config_dir)
    community = reader.read_community(document)
    if reader.problems:
        raise SettingsError(reader.problems)
    return community


class _Reader:
    """Turn the document into values, and gather what is wrong."""

    def __init__(self, *, path: Path, lines: Mapping[KeyPath, int], config_dir: Path) -> None:
        self._path = path
        self._lines = lines
        self._config_dir = config_dir
        self.problems: list[str] = []

    def read_community(self, document: Mapping[str, object]) -> Community:
        self._check_keys(document, (), known=("guild",))
        seen: dict[int, KeyPath] = {}
        guilds = tuple(self._guild(table, at) for table, at in self._tables(document, "guild", ()))
        for position, guild in enumerate(guilds):
            at: KeyPath = ("guild", position, "id")
            if guild.id in seen:
                first = line_of(self._lines, seen[guild.id])
                self._report(at, f"guild {guild.id} is declared before, in line {first}; join the two")
            elif guild.id:
                seen[guild.id] = at
        return Community(guilds=guilds)

    def _guild(self, table: Mapping[str, object], at: KeyPath) -> Guild:
        self._check_keys(table, at, known=("id", "faq"))
        guild_id = table.get("id")
        if not isinstance(guild_id, int) or isinstance(guild_id, bool) or guild_id not in _SNOWFLAKES:
            self._report(
                (*at, "id"),
                "a guild needs its id, a whole number without quotes "
                "(in Discord: Settings > Advanced > Developer Mode, then Copy Server ID in its menu)",
            )
            guild_id = 0
        pages = tuple(self._page(page, where) for page, where in self._tables(table, "faq", at))
        self._check_twice(pages)
        return Guild(id=guild_id, faq=pages)

    def _page(self, table: Mapping[str, object], at: KeyPath) -> DeclaredPage:
        self._check_keys(table, at, known=tuple(name for name in DeclaredPage.__slots__ if name != "line"))
        url = self._text(table, at, "url")
        file = self._text(table, at, "file")
        if bool(url) == bool(file):
            self._report(at, 'a page needs one of url = "https://…" and file = "…"')
        for name, problem in (("url", _url_problem(url)), ("file", _file_problem(self._config_dir, file))):
            if problem:
                self._report((*at, name), f"{name}: {problem}")
        title = self._text(table, at, "title")
        if len(title) > _MAX_TITLE or "\n" in title:
            self._report((*at, "title"), f"title: at most {_MAX_TITLE} characters, in one line")
        return DeclaredPage(
            url=url,
            file=file,
            title=title,
            format=self._word(table, at, "format", FORMATS),
            questions=self._word(table, at, "questions", QUESTIONS),
            language=self._word(table, at, "language", LANGUAGES, default="english"),
            line=line_of(self._lines, at),
        )

    def _check_twice(self, pages: Sequence[DeclaredPage]) -> None:
        seen: dict[str, int] = {}
        for page in pages:
            place = page.url or page.file
            if place and place in seen:
                what = f"this page is declared before, in line {seen[place]}; keep one"
                self.problems.append(f"{self._path}:{page.line}: {what}.")
            seen.setdefault(place, page.line)

    def _tables(
        self, table: Mapping[str, object], name: str, at: KeyPath
    ) -> list[tuple[Mapping[str, object], KeyPath]]:
        """Return the items of an array of tables, each with its path."""
        found = table.get(name, [])
        header = ".".join([*(part for part in at if isinstance(part, str)), name])
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            self._report((*at, name), f"write [[{header}]], with double brackets, before each {name}")
            return []
        return [(item, (*at, name, position)) for position, item in enumerate(found)]

    def _text(self, table: Mapping[str, object], at: KeyPath, name: str) -> str:
        value = table.get(name, "")
        if not isinstance(value, str):
            self._report((*at, name), f'{name}: write a text in quotes, {name} = "…"')
            return ""
        return value.strip()

    def _word(
        self,
        table: Mapping[str, object],
        at: KeyPath,
        name: str,
        words: tuple[str, ...],
        default: str = "auto",
    ) -> str:
        word = self._text(table, at, name).lower() or default
        if word not in words:
            hint = _nearest(word, words) or f"; one of {', '.join(words)}"
            self._report((*at, name), f"{name}: there is no {_shown(word)}{hint}")
        return word

    def _check_keys(self, table: Mapping[str, object], at: KeyPath, *, known: tuple[str, ...]) -> None:
        for key in table:
            if key not in known:
                hint = _nearest(key, known) or f"; known here: {', '.join(known)}"
                self._report((*at, key), f"unknown key {_shown(key)}{hint}")

    def _report(self, at: KeyPath, what: str) -> None:
        line = line_of(self._lines, at)
        place = f"{self._path}:{line}" if line else str(self._path)
        self.problems.append(f"{place}: {what}{'' if what.endswith('?') else '.'}")


def _read(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SettingsError([f"{path}: cannot be read ({error.strerror}); check its rights."]) from None
    if len(data) > _MAX_BYTES:
        raise SettingsError([f"{path}: larger than {_MAX_BYTES // 1_000_000} MB; it should be a few lines."])
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError([f"{path}:{line}: not UTF-8; save the file in that encoding."]) from None


def _syntax_line(path: Path, text: str, message: str) -> str:
    """Put the line where an editor finds it; on 3.11 tomllib has it in its message only."""
    match = _TOML_LINE.search(message)
    line = (match and match[1]) or text.count("\n") + 1
    what = _TOML_LINE.sub("", message)
    return f"{path}:{line}: this is no TOML: {what[:1].lower()}{what[1:]}."


def _url_problem(url: str) -> str:
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


def _file_problem(config_dir: Path, name: str) -> str:
    """Return what is wrong with a file's name: it has to lie in the config directory, links followed."""
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
    path = config_dir / name
    try:
        if not path.resolve().is_relative_to(config_dir.resolve()):
            return "this link leads out of the config directory; copy the file there"
        if not path.is_file():
            return f"there is no file {_shown(path)}"
    except (OSError, RuntimeError):
        return f"{_shown(path)} cannot be read; check the path and its rights"
    return ""


def _nearest(word: str, known: Sequence[str]) -> str:
    matches = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return f"; did you mean {matches[0]}?" if matches else ""


def _shown(value: object) -> str:
    text = str(value)
    return ascii(text if len(text) <= 80 else text[:80] + "…")
