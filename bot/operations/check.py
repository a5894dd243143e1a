"""Check what the operator set, offline: settings, community.toml, and the files that it names."""

import shlex
import stat
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.errors import SettingsError, SourceError
from bot.faq.models import Marker, Page, PageKind, ParsedPage, Severity
from bot.faq.reader import PageReader
from bot.http.fetcher import Fetcher
from bot.http.guard import Guard
from bot.operations.advice import finding_of
from bot.operations.check_calendars import check_calendars
from bot.operations.check_lists import check_lists
from bot.operations.check_machine import Machine, check_machine
from bot.operations.findings import CheckedPage, Finding, Passed, Report
from bot.storage.sqlite import STORE
from bot.workers import Workers
from config.community import Community, load_community
from config.credentials import check_token
from config.logging import Redactor, secrets_of
from config.logins import missing_secrets
from config.sections.faq import DeclaredPage
from config.settings import Settings, read_settings

ENV_FILE = Path(".env")


async def check(
    *, clock: Callable[[], datetime], environ: Mapping[str, str] | None = None, env_file: Path = ENV_FILE
) -> Report:
    """Check everything that can be checked without a network."""
    settings, problems = read_settings(environ, env_file)
    stands_on = Report().with_lines(check_machine(machine_of(settings, clock())))
    findings: list[Finding | Passed] = [finding_of(problem) for problem in problems]
    if not problems:
        findings.append(Passed(check="settings", what="every setting can be used"))
    findings += _check_secrets(settings, env_file, is_told=any(map(_is_of_token, problems)))
    try:
        community = load_community(settings.config_dir)
    except SettingsError as error:
        return stands_on.with_lines((*findings, *_findings(error)))
    findings.append(_about(community))
    findings += check_lists(community)
    findings += [finding_of(problem) for problem in missing_secrets(community, settings)]
    # The readers want a fetcher; nothing here asks for an address.
    async with Workers() as workers, Fetcher(guard=Guard(()), clock=clock) as fetcher:
        reader = PageReader(fetcher=fetcher, workers=workers, config_dir=settings.config_dir)
        pages, of_pages = await _check_pages(reader, settings, community)
        calendars, of_calendars = await check_calendars(
            community, config_dir=settings.config_dir, workers=workers, fetcher=fetcher, clock=clock
        )
    report = replace(stands_on, pages=pages, calendars=calendars)
    return report.with_lines((*findings, *of_pages, *of_calendars))


def machine_of(settings: Settings, now: datetime) -> Machine:
    """Return what the settings have the bot stand on."""
    is_sqlite = not settings.database_url.get_secret_value()
    store = settings.data_dir.absolute() / STORE if is_sqlite else None
    return Machine(data_dir=settings.data_dir, store=store, now=now)


def _findings(error: SettingsError) -> tuple[Finding, ...]:
    return tuple(map(finding_of, error.problems))


def _is_of_token(problem: str) -> bool:
    return "DISCORD_TOKEN" in problem


def _about(community: Community) -> Passed:
    number = len(community.guilds)
    what = f"can be used; servers in it: {number}" if number else "declares nothing"
    return Passed(check="community.toml", what=what)


def _check_secrets(settings: Settings, env_file: Path, *, is_told: bool) -> Iterable[Finding | Passed]:
    """Look at the token, unless what is wrong with it was told already, and at who can read its file."""
    try:
        if not is_told:
            check_token(settings.discord_token)
            yield Passed(check="token", what="is set and well formed; `doctor` asks Discord about it")
    except SettingsError as error:
        yield from _findings(error)
    secret_files = (env_file, settings.discord_token_file)
    for path in secret_files:
        if path is not None and sys.platform != "win32" and _is_readable_by_others(path):
            yield Finding(
                where=str(path),
                what="others on this machine can read it, and it may hold secrets",
                fix=f"chmod 600 {shlex.quote(str(path))}",
                severity=Severity.WARNING,
            )


def _is_readable_by_others(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return bool(mode & (stat.S_IRGRP | stat.S_IROTH))


async def _check_pages(
    reader: PageReader, settings: Settings, community: Community
) -> tuple[tuple[CheckedPage, ...], tuple[Finding, ...]]:
    redactor = Redactor(secrets_of(settings))
    pages: list[CheckedPage] = []
    findings: list[Finding] = []
    for guild in community.guilds:
        for declared in guild.faq:
            parsed, found = await _check_page(reader, declared, settings.config_dir)
            findings += found
            # An address may hold a key.
            place = redactor.redact(declared.url) or str(settings.config_dir / declared.file)
            pages.append(
                CheckedPage(guild_id=guild.id, place=place, is_offline=bool(declared.file), parsed=parsed)
            )
    return tuple(pages), tuple(findings)


async def _check_page(
    reader: PageReader, declared: DeclaredPage, config_dir: Path
) -> tuple[ParsedPage | None, tuple[Finding, ...]]:
    if not declared.file:
        return None, ()
    place = str(config_dir / declared.file)
    page = Page(
        id=1,
        guild_id=0,
        kind=PageKind.FILE,
        location=declared.file,
        format=declared.format,
        questions=Marker(declared.questions),
        language=declared.language,
    )
    try:
        content = await reader.read(page, None)
        parsed = await reader.parse(page, content) if content is not None else None
    except SourceError as error:
        return None, (finding_of(str(error), where=place),)
    findings = tuple(
        Finding(
            where=f"{place}:{problem.line}" if problem.line else place,
            what=problem.what,
            severity=problem.severity,
        )
        for problem in (parsed.problems if parsed else ())
    )
    return parsed, findings
