"""Draw what the doctor found as one private card: what is wrong first, each with what to do."""

from collections.abc import Sequence
from dataclasses import replace

from bot.delivery.post import Accent, Post, Words
from bot.faq.models import Severity
from bot.operations.advice import finding_of
from bot.operations.doctor import Line
from bot.operations.findings import Finding, Passed
from bot.text import limits
from bot.text.catalogue import Texts
from bot.text.markdown import escape

_MOST_FINDINGS = 12
_MOST_CHARACTERS = 3_200
_LINE = 500
_MARKS = {Severity.ERROR: "🔴", Severity.WARNING: "🟠", Severity.INFO: "⚪"}


def render_examination(texts: Texts, lines: Sequence[Line]) -> Post:
    """Draw the card."""
    findings = sorted(
        (line for line in lines if isinstance(line, Finding)),
        key=lambda finding: list(_MARKS).index(finding.severity),
    )
    passed = [line for line in lines if isinstance(line, Passed)]
    shown = _fitting([_finding(texts, each) for each in findings[:_MOST_FINDINGS]])
    if len(shown) < len(findings):
        shown.append(texts.count("doctor.more", len(findings) - len(shown)))
    if not findings:
        shown.append(texts("doctor.well"))
    names = ", ".join(dict.fromkeys(escape(texts.noted(each.check)) for each in passed))
    small = (
        f"-# {texts.count('doctor.passed', len(passed), names=limits.cut_line(names, 400))}" if passed else ""
    )
    return Post(
        title=texts("doctor.title"),
        blocks=tuple(Words(markdown=text) for text in ("\n".join(shown), small) if text),
        accent=Accent.PROBLEM if findings else Accent.ANSWER,
    )


def _finding(texts: Texts, finding: Finding) -> str:
    said = _said(texts, finding)
    where = f"**{escape(texts.noted(finding.where))}**: " if finding.where else ""
    fix = f"\n-# ➜ {escape(limits.cut_line(said.fix, _LINE))}" if said.fix else ""
    return f"{_MARKS[finding.severity]} {where}{escape(limits.cut_line(said.what, _LINE))}{fix}"


def _said(texts: Texts, finding: Finding) -> Finding:
    """Return what was found as it is said here: each part by itself, or an error's sentence as a whole."""
    what, fix = texts.noted(finding.what), finding.fix
    if what == finding.what:
        for whole in (f"{what}. {fix}.", f"{what}; {fix[:1].lower()}{fix[1:]}."):
            told = texts.noted(whole)
            if told != whole:
                return finding_of(told, where=finding.where)
    return replace(finding, what=what, fix=texts.noted(fix))


def _fitting(texts: list[str]) -> list[str]:
    """Return as many as a card holds."""
    total, fitting = 0, []
    for text in texts:
        total += len(text) + 1
        if total > _MOST_CHARACTERS:
            break
        fitting.append(text)
    return fitting
