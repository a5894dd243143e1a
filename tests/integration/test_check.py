"""`python -m bot check`: everything wrong with the settings and the FAQ files, offline."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.faq.models import Severity
from bot.operations.check import check
from bot.operations.findings import Finding, Report, to_json, to_text

PAGE = """====== FAQ ======

===== How do I join? =====
Write to the list.

===== Where are the minutes? =====
In the archive.
"""
COMMUNITY = """
[[guild]]
id = 7
[[guild.faq]]
file = "faq.dokuwiki"
[[guild.faq]]
url = "https://wiki.example.org/faq"
"""
TOKEN = "a.b.c"


def now() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "faq.dokuwiki").write_text(PAGE)
    (tmp_path / "community.toml").write_text(COMMUNITY)
    return tmp_path


async def report(directory: Path, **environ: str) -> Report:
    environ = {"CONFIG_DIR": str(directory), "DISCORD_TOKEN": TOKEN, **environ}
    return await check(clock=now, environ=environ, env_file=directory / ".env")


async def test_sound_set_up_shows_the_entries_as_parsed(directory: Path) -> None:
    found = await report(directory)
    assert (found.exit_code, found.findings) == (0, ())
    file, address = found.pages
    assert [entry.question for entry in file.parsed.entries] == ["How do I join?", "Where are the minutes?"]
    assert (address.place, address.parsed) == ("https://wiki.example.org/faq", None)
    lines = to_text(found).splitlines()
    assert lines[0].startswith(
        f"guild 7, {directory}/faq.dokuwiki: 2 entries (dokuwiki, questions marked by h2)"
    )
    assert [line.split()[0] for line in lines[1:3]] == ["3", "6"]
    assert lines[3] == "guild 7, https://wiki.example.org/faq: an address; it is read when the bot runs"
    assert lines[-1] == "All is well."


async def test_json_is_one_document_with_the_entries(directory: Path) -> None:
    document = json.loads(to_json(await report(directory)))
    assert document["exit_code"] == 0
    page, address = document["pages"]
    assert (page["guild_id"], page["is_read"], page["format"], address["is_read"]) == (
        "7",
        True,
        "dokuwiki",
        False,
    )
    assert page["entries"][0]["question"] == "How do I join?"
    assert page["entries"][0]["line"] == 3


async def test_missing_token_is_a_finding_beside_the_others(directory: Path) -> None:
    found = await report(directory, DISCORD_TOKEN="")
    (finding,) = found.findings
    assert finding.what == "DISCORD_TOKEN is missing"
    assert finding.fix.startswith("Run `python -m bot setup`")
    assert (found.exit_code, len(found.pages)) == (2, 2)


@pytest.mark.parametrize("log_level", ["loud", "INFO"])
async def test_wrong_settings_and_wrong_community_are_errors(directory: Path, log_level: str) -> None:
    (directory / "community.toml").write_text("[[guilds]]\n")
    found = await report(directory, LOG_LEVEL=log_level)
    told = str(found.findings[0])
    expected = (
        "error: LOG_LEVEL: is 'loud'" if log_level == "loud" else f"{directory}/community.toml:1: error"
    )
    assert told.startswith(expected), told
    assert found.exit_code == 2


async def test_page_without_questions_is_an_error_with_its_file(directory: Path) -> None:
    (directory / "faq.dokuwiki").write_text("Coming soon.\n")
    found = await report(directory)
    assert found.exit_code == 2
    assert all(finding.where.startswith(f"{directory}/faq.dokuwiki") for finding in found.findings)


async def test_page_that_is_no_text_is_an_error_and_the_others_are_read(directory: Path) -> None:
    (directory / "faq.dokuwiki").write_bytes(b"\x00\x01\x02" * 100)
    found = await report(directory)
    assert found.exit_code == 2
    assert [page.parsed for page in found.pages] == [None, None]
    assert to_text(found).splitlines()[0].endswith("faq.dokuwiki: not read")


async def test_env_file_that_others_can_read_is_a_warning(directory: Path) -> None:
    (directory / ".env").write_text("LOG_LEVEL=INFO\n")
    (directory / ".env").chmod(0o644)
    found = await report(directory)
    assert [(finding.severity, finding.where) for finding in found.findings] == [
        (Severity.WARNING, str(directory / ".env"))
    ]
    assert found.exit_code == 1
    (directory / ".env").chmod(0o600)
    assert (await report(directory)).exit_code == 0


@pytest.mark.parametrize(
    ("severities", "code"),
    [
        ((), 0),
        ((Severity.INFO,), 0),
        ((Severity.INFO, Severity.WARNING), 1),
        ((Severity.ERROR, Severity.WARNING), 2),
    ],
)
def test_exit_code_is_that_of_the_worst_finding(severities: tuple[Severity, ...], code: int) -> None:
    assert (
        Report(findings=tuple(Finding(what="x", severity=severity) for severity in severities)).exit_code
        == code
    )


def test_finding_is_one_line_whatever_the_page_holds() -> None:
    assert str(Finding(where="faq.md:3", what="odd\n\x1b[31mtext")) == "faq.md:3: error: odd [31mtext"


@pytest.mark.parametrize(
    ("rules", "said"),
    [('subjects = "/(/"', "subjects: "), ('authors = "Ann, , "', ""), ('tags = "ok, /[/"', "tags: ")],
)
async def test_a_filter_that_cannot_be_used_is_told_with_its_line(
    tmp_path: Path, rules: str, said: str
) -> None:
    (tmp_path / "community.toml").write_text(
        f'[[guild]]\nid = 1\n[[guild.list]]\nurl = "https://x.example/d/"\nchannel = 5\n{rules}\n'
    )
    values = {"CONFIG_DIR": str(tmp_path), "DATA_DIR": str(tmp_path), "DISCORD_TOKEN": TOKEN}
    report = await check(clock=now, environ=values, env_file=tmp_path / "no.env")
    told = [finding for finding in report.findings if "community.toml:3" in finding.where]
    assert [finding.what.startswith(said) for finding in told] == ([True] if said else [])
    assert all(finding.fix for finding in told)


async def test_a_variable_that_a_login_names_and_nobody_set_is_told(tmp_path: Path) -> None:
    (tmp_path / "community.toml").write_text(
        '[[guild]]\nid = 1\n[[guild.archive_key]]\nhost = "groups.io"\nkey = "SECRET_KEY"\n'
    )
    values = {"CONFIG_DIR": str(tmp_path), "DATA_DIR": str(tmp_path)}
    report = await check(clock=now, environ=values, env_file=tmp_path / "no.env")
    told = [str(finding) for finding in report.findings if "SECRET_KEY" in finding.what]
    assert told == [
        "community.toml:3: error: SECRET_KEY is named here and not set. Write SECRET_KEY=… into .env"
    ]
    report = await check(clock=now, environ={**values, "SECRET_KEY": "x"}, env_file=tmp_path / "no.env")
    assert not [finding for finding in report.findings if "SECRET_KEY" in finding.what]


@pytest.mark.parametrize(
    ("severities", "last"),
    [
        ((), "All is well."),
        ((Severity.ERROR,), "1 error, 0 warnings."),
        ((Severity.WARNING, Severity.ERROR, Severity.WARNING, Severity.ERROR), "2 errors, 2 warnings."),
    ],
)
def test_report_ends_with_how_many_findings_there_are(severities: tuple[Severity, ...], last: str) -> None:
    findings = tuple(Finding(what="x", severity=severity) for severity in severities)
    assert to_text(Report(findings=findings)).splitlines()[-1] == last


CALENDAR = """BEGIN:VCALENDAR\r
VERSION:2.0\r
X-WR-CALNAME:Harbour calls\r
BEGIN:VEVENT\r
UID:call\r
DTSTART:20260106T150000Z\r
DURATION:PT1H\r
RRULE:FREQ=WEEKLY;COUNT=3\r
SUMMARY:Interop\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:odd\r
SUMMARY:No start\r
END:VEVENT\r
END:VCALENDAR\r
"""


async def test_calendars_are_read_and_their_addresses_stand_nowhere(directory: Path) -> None:
    (directory / "calls.ics").write_text(CALENDAR)
    (directory / "page.ics").write_text("<html>Sign in</html>")
    declared = "".join(
        f"[[guild.calendar]]\n{place}\nchannel = 11\n"
        for place in (
            'file = "calls.ics"',
            'file = "page.ics"',
            'url = "https://calendar.example.org/private-5e/basic.ics"\nname = "Chairs"',
        )
    )
    (directory / "community.toml").write_text(COMMUNITY + declared)
    found = await report(directory)
    assert [each.dates for each in found.calendars] == [3, None, None]
    text = to_text(found)
    lines = text.splitlines()
    assert f"guild 7, calendar {directory}/calls.ics (Harbour calls): 3 dates in the next weeks" in lines
    assert "guild 7, calendar Chairs: an address; it is read when the bot runs" in lines
    broken, odd = sorted(found.findings, key=lambda each: each.severity)
    assert (broken.severity, broken.where) == (Severity.ERROR, f"{directory}/page.ics")
    assert (odd.severity, odd.where) == (Severity.WARNING, f"{directory}/calls.ics:11")
    assert "No start" in odd.what
    assert "private-5e" not in text + to_json(found)
    assert json.loads(to_json(found))["calendars"][0] == {
        "guild_id": "7",
        "place": f"{directory}/calls.ics",
        "name": "Harbour calls",
        "is_read": True,
        "dates": 3,
    }
