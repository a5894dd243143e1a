"""community.toml: what is read, and what is said, with its line, about everything else."""

import re
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
import snowballstemmer
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SettingsError
from bot.faq.formats import AUTO
from bot.faq.formats import FORMATS as PARSERS
from bot.faq.models import Marker
from config.community import FILE_NAME, Community, Guild, load_community
from config.sections.calendars import DeclaredCalendar
from config.sections.faq import FORMATS, LANGUAGES, QUESTIONS, DeclaredPage
from config.sections.lists import DeclaredKey, DeclaredList, DeclaredMailbox
from config.sections.meetings import WISH_KEYS
from config.sections.phrasings import DeclaredPhrasings
from config.sections.series import SERIES_KEYS, DeclaredSeries
from config.sections.settings import SETTINGS_KEYS
from config.tables import shown

ROOT = Path(__file__).parents[3]


@pytest.fixture
def config_dir(tmp_path: Path) -> Path:
    directory = tmp_path / "config"
    (directory / "sub").mkdir(parents=True)
    (directory / "faq.txt").write_text("x")
    (directory / "sub" / "faq.md").write_text("x")
    (tmp_path / "outside.txt").write_text("x")
    (directory / "link.txt").symlink_to(tmp_path / "outside.txt")
    return directory


def load(config_dir: Path, text: str) -> Community:
    (config_dir / FILE_NAME).write_text(text)
    return load_community(config_dir)


def problems_of(config_dir: Path, text: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load(config_dir, text)
    return [problem.removeprefix(f"{config_dir / FILE_NAME}:") for problem in caught.value.problems]


def test_without_a_file_nothing_is_declared(tmp_path: Path) -> None:
    assert load_community(tmp_path) == Community()
    assert not load_community(tmp_path)


def test_pages_are_read(config_dir: Path) -> None:
    text = """
[[guild]]
id = 123456789012345678
[[guild.faq]]
url = " https://wiki.example.org/faq "
title = "The FAQ"
format = "DokuWiki"
questions = "h3"
language = "german"
[[guild.faq]]
file = "sub/faq.md"
[[guild]]
id = 2
"""
    assert load(config_dir, text) == Community(
        guilds=(
            Guild(
                id=123456789012345678,
                faq=(
                    DeclaredPage(
                        url="https://wiki.example.org/faq",
                        title="The FAQ",
                        format="dokuwiki",
                        questions="h3",
                        language="german",
                        line=4,
                    ),
                    DeclaredPage(file="sub/faq.md", line=10),
                ),
            ),
            Guild(id=2),
        )
    )


ADDRESS = "write an address like https://wiki.example.org/faq."
ONE_OF = 'a page needs one of url = "https://…" and file = "…".'
PAGE = "[[guild]]\nid = 1\n[[guild.faq]]\n"
FILE = f"{PAGE}file = 'faq.txt'\n"
NOT_UNDER = "name a file under the config directory, without .. and with forward slashes"


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("guild = 1", ["1: write [[guild]], with double brackets, before each guild."]),
        ("[guild]\nid = 1", ["1: write [[guild]], with double brackets, before each guild."]),
        ("[[guilds]]", ["1: unknown key 'guilds'; did you mean guild?"]),
        ("\n[[guild]]\n[[guild.faqs]]", ["3: unknown key 'faqs'; did you mean faq?"]),
        (FILE + "languge = 'english'", ["5: unknown key 'languge'; did you mean"]),
        (FILE + "xyzzy = 1", ["5: unknown key 'xyzzy'; known here: url, file, title,"]),
        (PAGE, [f"3: {ONE_OF}"]),
        (PAGE + "url = 'https://a.example/'\nfile = 'faq.txt'", [f"3: {ONE_OF}"]),
        (PAGE + "url = 'wiki.example.org'", [f"4: url: {ADDRESS}"]),
        (PAGE + "url = 'https://u:p@a.example/'", ["4: url: leave user name and password out"]),
        (PAGE + "url = 'file:///etc/passwd'", [f"4: url: {ADDRESS}"]),
        (PAGE + "url = 'https://[::1/'", ["4: url: this is no valid address."]),
        (PAGE + "file = 7", ['4: file: write a text in quotes, file = "…".', f"3: {ONE_OF}"]),
        (PAGE + "file = '/etc/passwd'", [f"4: file: {NOT_UNDER}."]),
        (PAGE + "file = '../outside.txt'", [f"4: file: {NOT_UNDER}."]),
        (PAGE + "file = 'sub/../../outside.txt'", [f"4: file: {NOT_UNDER}."]),
        (PAGE + "file = '~/x'", [f"4: file: {NOT_UNDER}."]),
        (PAGE + "file = 'C:\\x'", [f"4: file: {NOT_UNDER}."]),
        (PAGE + "file = 'link.txt'", ["4: file: this link leads out of the config directory"]),
        (FILE + "format = 'dokuwkii'", ["5: format: there is no 'dokuwkii'; did you mean"]),
        (FILE + "questions = 'bolt'", ["5: questions: there is no 'bolt'; did you mean bold?"]),
        (FILE + "language = 'englisch'", ["5: language: there is no 'englisch'; did you mean"]),
        (FILE + "[[guild.faq]]\nfile = 'faq.txt'", ["5: this page is declared before, in line 3; keep"]),
        ("[[guild]]\nid = 1\n\n[[guild]]\nid = 1", ["5: guild 1 is declared before, in line 2; join"]),
        ("x = 'é", ["1: this is no TOML: "]),
        ("a = 1\na = 2", ["2: this is no TOML: "]),
    ],
)  # fmt: skip
def test_problem_is_told_with_its_line(config_dir: Path, text: str, problems: list[str]) -> None:
    found = problems_of(config_dir, text)
    found = [line for line in found if "a guild needs its id" not in line]
    assert [line[: len(expected)] for line, expected in zip(found, problems, strict=True)] == problems


@pytest.mark.parametrize("value", ["'1'", "true", "0", "-5", "1.5", "99999999999999999999"])
def test_guild_id_that_is_none_says_where_to_find_it(config_dir: Path, value: str) -> None:
    (problem,) = problems_of(config_dir, f"[[guild]]\nid = {value}\n")
    assert problem.startswith("2: a guild needs its id, a whole number without quotes (in Discord: Settings")


def test_missing_file_is_told_with_its_path(config_dir: Path) -> None:
    (problem,) = problems_of(config_dir, PAGE + "file = 'faqs.txt'")
    assert problem == f"4: file: there is no file {shown(config_dir / 'faqs.txt')}."


def test_every_problem_is_told_at_once(config_dir: Path) -> None:
    text = PAGE + "url = 'x'\nformat = 1\nlanguage = 'klingon'\nnonsense = 1\n[[guild]]\n"
    assert [problem.partition(":")[0] for problem in problems_of(config_dir, text)] == [
        "7",
        "4",
        "5",
        "6",
        "8",
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"a = 1\nb = '\xff'\n", "2: not UTF-8; save the file in that encoding."),
        (b"a" * 1_000_001, " larger than"),
    ],
)
def test_file_that_is_no_text_is_told(config_dir: Path, content: bytes, problem: str) -> None:
    (config_dir / FILE_NAME).write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        load_community(config_dir)
    (line,) = caught.value.problems
    assert line.startswith(f"{config_dir / FILE_NAME}:{problem}")


def test_byte_order_mark_and_windows_line_ends_do_no_harm(config_dir: Path) -> None:
    (config_dir / FILE_NAME).write_bytes(
        b"\xef\xbb\xbf" + PAGE.replace("\n", "\r\n").encode() + b"file = 'faq.txt'\r\n"
    )
    assert load_community(config_dir).guilds[0].faq[0].line == 3


@given(text=st.text(alphabet="[]guildfaqr.=\"'1 \n#{},", max_size=120) | st.text(max_size=60))
def test_any_text_gives_a_community_or_problems(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / FILE_NAME
    path.write_text(text, encoding="utf-8", newline="")
    problems = ()
    try:
        load_community(path.parent)
    except SettingsError as error:
        problems = error.problems
    assert all(problem.startswith(str(path)) and "\n" not in problem for problem in problems)


def test_example_is_valid_and_shows_every_key(config_dir: Path) -> None:
    text = (ROOT / "config" / "community.example.toml").read_text()
    (config_dir / "example").mkdir()
    (config_dir / "example" / "faq.dokuwiki.txt").write_text("x")
    (config_dir / "example" / "calendar.ics").write_text("x")
    (guild,) = load(config_dir, text).guilds
    table = tomllib.loads(text)["guild"][0]
    assert {key for page in table["faq"] for key in page} == set(DeclaredPage.__slots__) - {"line"}
    assert set(table) == {
        "id",
        "faq",
        "list",
        "mailbox",
        "archive_key",
        "phrasing",
        "calendar",
        "meeting",
        *SETTINGS_KEYS,
    }
    assert {key for each in table["phrasing"] for key in each} == set(DeclaredPhrasings.__slots__) - {"line"}
    list_keys = {name.removeprefix("is_") for name in DeclaredList.__slots__} - {"line"}
    assert {key for each in table["list"] for key in each} == list_keys
    assert {key for each in table["mailbox"] for key in each} == set(DeclaredMailbox.__slots__) - {"line"}
    assert {key for each in table["archive_key"] for key in each} == set(DeclaredKey.__slots__) - {"line"}
    calendar_keys = {key for calendar in table["calendar"] for key in calendar}
    assert calendar_keys == {"url", "file", "name", "channel", "series", *WISH_KEYS}
    series_keys = {key for each in table["calendar"] for one in each.get("series", ()) for key in one}
    assert series_keys == {"uid", *SERIES_KEYS}
    assert set(table["meeting"]) <= {"channel", *WISH_KEYS}
    assert len(guild.faq) == 2
    assert None not in [getattr(guild.settings, name) for name in SETTINGS_KEYS]


def test_example_names_every_format() -> None:
    words = re.findall(r"\w+", (ROOT / "config" / "community.example.toml").read_text())
    assert [name for name in FORMATS if name not in words] == []


def test_examples_file_exists_in_the_repository() -> None:
    text = (ROOT / "config" / "community.example.toml").read_text()
    table = tomllib.loads(text)["guild"][0]
    files = [each["file"] for each in (*table["faq"], *table["calendar"]) if "file" in each]
    assert [file for file in files if not (ROOT / "config" / file).is_file()] == []


def test_words_are_those_that_the_faq_knows() -> None:
    assert tuple(Marker) == QUESTIONS
    assert set(FORMATS) == {AUTO, *(parser.name for parser in PARSERS)}
    assert tuple(sorted(snowballstemmer.algorithms())) == LANGUAGES


CALENDAR = "[[guild]]\nid = 7\n[[guild.calendar]]\n"


def test_calendars_are_read(config_dir: Path) -> None:
    text = f'{CALENDAR}url = "webcal://calendar.example.org/a.ics"\nname = "Group"\nchannel = 9\n'
    (guild,) = load(config_dir, text).guilds
    expected = DeclaredCalendar(url="webcal://calendar.example.org/a.ics", name="Group", channel=9, line=3)
    assert guild.calendar == (expected,)


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("channel = 9", "a calendar needs one of url"),
        ('url = "https://a.example.org/a.ics"', "needs the id of the channel"),
        ('url = "https://a.example.org/a.ics"\nchannel = "9"', "needs the id of the channel"),
        ('url = "ftp://a.example.org/a.ics"\nchannel = 9', "write an address like"),
        ('url = "webcal://u:p@a.example.org/a.ics"\nchannel = 9', "leave user name and password out"),
        ('file = "../a.ics"\nchannel = 9', "name a file under the config directory"),
        ('url = "https://[a"\nchannel = 9', "no valid address"),
    ],
)
def test_what_is_wrong_with_a_calendar_is_told_without_its_address(
    config_dir: Path, lines: str, problem: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load(config_dir, f"{CALENDAR}{lines}\n")
    assert any(problem in line for line in caught.value.problems)
    assert not any("a.ics" in line for line in caught.value.problems)


PHRASING = "[[guild]]\nid = 7\n[[guild.phrasing]]\n"


def test_other_ways_to_ask_are_read(config_dir: Path) -> None:
    text = f'{PHRASING}question = " How  do I join? "\nasked = ["sign  up", "get in", "sign up"]\n'
    (guild,) = load(config_dir, text).guilds
    expected = DeclaredPhrasings(question="How do I join?", asked=("sign up", "get in"), line=3)
    assert guild.phrasings == (expected,)


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ('asked = ["a"]', "3: question: write the question as the page has it"),
        ('question = "Q?"', "3: asked: write other ways to ask it"),
        ('question = "Q?"\nasked = "a"', "5: asked: write other ways to ask it"),
        ('question = "Q?"\nasked = ["a", " "]', "5: asked: write other ways to ask it"),
        ('question = "Q?"\nasked = ["' + "a" * 301 + '"]', "5: asked: at most 500, of 300 characters"),
        ('question = "Q?"\nasks = []\nasked = []', "5: unknown key 'asks'; did you mean asked?"),
        (
            'question = "Q?"\nasked = []\n[[guild.phrasing]]\nquestion = "Q?"\nasked = []',
            "6: this question is declared before, in line 3",
        ),
    ],
    ids=range(7),
)
def test_what_is_wrong_with_other_ways_to_ask_is_told(config_dir: Path, lines: str, problem: str) -> None:
    (found,) = problems_of(config_dir, f"{PHRASING}{lines}\n")
    assert found.startswith(problem)


SERIES = f'{CALENDAR}url = "https://example.org/a.ics"\nchannel = 9\n[[guild.calendar.series]]\n'


def test_what_is_other_for_one_meeting_is_read(config_dir: Path) -> None:
    text = (
        f'{SERIES}uid = "a@example.org"\nreminders = ["1d"]\npings = [{{ before = "1d", role = 5 }}]\n'
        "channel = 3\npasscode = true\nmuted = false\n"
        'skipped = ["2026-03-05T16:00:00+01:00", 2026-03-06, 2026-03-07T15:00:00Z, "2026-03-08", "once"]\n'
        '[[guild.calendar.series]]\nuid = "b"\n'
    )
    (guild,) = load(config_dir, text).guilds
    assert guild.calendar[0].series == (
        DeclaredSeries(
            uid="a@example.org",
            leads=(timedelta(days=1),),
            pings=((timedelta(days=1), 5),),
            channel_id=3,
            shows_passcode=True,
            is_muted=False,
            skipped=("20260305T150000Z", "20260306", "20260307T150000Z", "20260308", ""),
            line=6,
        ),
        DeclaredSeries(uid="b", line=14),
    )


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("muted = true", "6: a meeting needs uid = "),
        ("uid = 7", '7: uid: write a text in quotes, uid = "…"'),
        ('uid = "a"\nmutes = true', "8: unknown key 'mutes'; did you mean muted?"),
        ('uid = "a"\nmuted = "yes"', "8: muted: write true or false"),
        ('uid = "a"\nskipped = ["5 March"]', "8: skipped: write the dates in brackets"),
        ('uid = "a"\nskipped = ["2026-03-05T15:00"]', "8: skipped: write the dates in brackets"),
        ('uid = "a"\nskipped = ["0001-01-01T00:00:00+14:00"]', "8: skipped: write the dates in brackets"),
        ('uid = "a"\nskipped = "2026-03-05"', "8: skipped: write the dates in brackets"),
        ('uid = "a"\nskipped = [' + "2026-03-05, " * 101 + "]", "8: skipped: 100 at most"),
        ('uid = "a"\nreminders = ["soon"]', "8: reminders: write how long before"),
        ('uid = "a"\nchannel = "3"', "8: channel: write the channel's id"),
        ('uid = "a"\n[[guild.calendar.series]]\nuid = "a"', "8: this meeting is declared before, in line 6"),
    ],
    ids=lambda value: re.sub(r"\W+", "-", value[:40]),
)
def test_what_is_wrong_with_one_meeting_is_told_with_its_line(
    config_dir: Path, lines: str, problem: str
) -> None:
    (found,) = problems_of(config_dir, f"{SERIES}{lines}\n")
    assert found.startswith(problem)
