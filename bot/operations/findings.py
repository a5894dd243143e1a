"""Say what a check found, for people and for machines."""

import dataclasses
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.faq.models import Entry, ParsedPage, Severity
from bot.text.markdown import clean

_EXIT_CODES: Mapping[Severity, int] = {Severity.INFO: 0, Severity.WARNING: 1, Severity.ERROR: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing found.

    Attributes:
        what: The state and its cause.
        where: A file, with its line where one is known, or what was looked at; empty when `what` names it.
        fix: What to click or do, without a stop: often a command ends it. Empty where a page is at fault.
    """

    what: str
    where: str = ""
    severity: Severity = Severity.ERROR
    fix: str = ""

    def __str__(self) -> str:
        """Return the line to print."""
        return ": ".join(
            clean(part).replace("\n", " ") for part in (self.where, self.severity, self._words()) if part
        )

    def _words(self) -> str:
        what, fix = self.what.removesuffix("."), self.fix
        if not fix:
            return self.what
        return f"{what}; {fix[0].lower()}{fix[1:]}" if fix.endswith("?") else f"{what}. {fix}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """One thing that was looked at and is well."""

    check: str
    what: str

    def __str__(self) -> str:
        """Return the line to print."""
        return clean(f"{self.check}: ok: {self.what}").replace("\n", " ")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedPage:
    """A declared page as parsed; nothing is parsed of an address, because the check is offline."""

    guild_id: int
    place: str
    is_offline: bool
    parsed: ParsedPage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedCalendar:
    """A declared calendar as read; nothing is read of an address, which stands nowhere: often it is a secret.

    Attributes:
        place: The file; of an address, the declared name.
        name: As declared, or as it calls itself.
        dates: How many of the next weeks; None: it was not read.
    """

    guild_id: int
    place: str
    is_offline: bool
    name: str = ""
    dates: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything found."""

    findings: tuple[Finding, ...] = ()
    pages: tuple[CheckedPage, ...] = ()
    calendars: tuple[CheckedCalendar, ...] = ()
    passed: tuple[Passed, ...] = ()

    @property
    def exit_code(self) -> int:
        """Return 0 when all is well, 1 with warnings, 2 with errors."""
        return max((_EXIT_CODES[finding.severity] for finding in self.findings), default=0)

    def with_lines(self, lines: Iterable[Finding | Passed]) -> "Report":
        """Return the report with more lines; a finding that it has already is not told twice."""
        more = tuple(lines)
        findings = tuple(each for each in more if isinstance(each, Finding))
        return dataclasses.replace(
            self,
            findings=tuple(dict.fromkeys((*self.findings, *findings))),
            passed=(*self.passed, *(each for each in more if isinstance(each, Passed))),
        )


def to_text(report: Report) -> str:
    """Write a report for people."""
    lines: list[str] = []
    for page in report.pages:
        lines += _page_lines(page)
    lines += map(_calendar_line, report.calendars)
    lines += map(str, report.passed)
    lines += map(str, report.findings)
    counts = dict.fromkeys(Severity, 0)
    for finding in report.findings:
        counts[finding.severity] += 1
    errors, warnings = counts[Severity.ERROR], counts[Severity.WARNING]
    counted = f"{_counted(errors, 'error', 'errors')}, {_counted(warnings, 'warning', 'warnings')}."
    lines.append(counted if errors or warnings else "All is well.")
    return "\n".join(lines)


def to_json(report: Report) -> str:
    """Write a report as one JSON document."""
    return json.dumps(
        {
            "exit_code": report.exit_code,
            "findings": [dataclasses.asdict(finding) for finding in report.findings],
            "passed": [dataclasses.asdict(passed) for passed in report.passed],
            "pages": [_page_document(page) for page in report.pages],
            "calendars": [_calendar_document(calendar) for calendar in report.calendars],
        },
        indent=2,
    )


def _page_lines(page: CheckedPage) -> list[str]:
    head = f"guild {page.guild_id}, {page.place}"
    if not page.is_offline:
        return [f"{head}: an address; it is read when the bot runs"]
    if page.parsed is None:
        return [f"{head}: not read"]
    parsed = page.parsed
    count = _counted(len(parsed.entries), "entry", "entries")
    lines = [f"{head}: {count} ({parsed.format}, questions marked by {parsed.marker})"]
    return lines + [f"{entry.line:6}  {_heading(entry)}" for entry in parsed.entries]


def _calendar_line(calendar: CheckedCalendar) -> str:
    name = clean(calendar.name).replace("\n", " ")
    head = f"guild {calendar.guild_id}, calendar {calendar.place if calendar.is_offline else name}".rstrip()
    if not calendar.is_offline:
        return f"{head}: an address; it is read when the bot runs"
    if calendar.dates is None:
        return f"{head}: not read"
    named = f" ({name})" if name else ""
    return f"{head}{named}: {_counted(calendar.dates, 'date', 'dates')} in the next weeks"


def _calendar_document(calendar: CheckedCalendar) -> Mapping[str, object]:
    return {
        "guild_id": str(calendar.guild_id),
        "place": calendar.place,
        "name": calendar.name,
        "is_read": calendar.dates is not None,
        "dates": calendar.dates,
    }


def _heading(entry: Entry) -> str:
    text = f"{entry.section} › {entry.question}" if entry.section else entry.question
    return clean(text).replace("\n", " ")


def _page_document(page: CheckedPage) -> Mapping[str, object]:
    document: dict[str, object] = {"guild_id": str(page.guild_id), "place": page.place, "is_read": False}
    if page.parsed is not None:
        fields = ("question", "answer", "aliases", "section", "anchor", "line", "language")
        document |= {
            "is_read": True,
            "format": page.parsed.format,
            "questions": page.parsed.marker,
            "title": page.parsed.title,
            "entries": [{name: getattr(entry, name) for name in fields} for entry in page.parsed.entries],
        }
    return document


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
