"""Decide whether a freshly read page may replace the last good version."""

import enum
from dataclasses import dataclass

from bot.faq.models import ParsedPage, Problem, Severity

NO_QUESTION = (
    "No question was found on this page. Say what marks one with questions: of /faq source add, or give the "
    "address of the page that holds them."
)

# Below this many entries a halved page says little; above it, half gone at once is rather an accident.
_SHRINK_GUARD_FROM = 4


class Verdict(enum.StrEnum):
    """What to do with a load."""

    TAKE = "take"
    REFUSE = "refuse"
    HOLD = "hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vetted:
    """The verdict, with the reason in words where the page is not taken."""

    verdict: Verdict
    reason: str = ""


def vet(parsed: ParsedPage, *, known: int, survivors: int, is_accepted: bool = False) -> Vetted:
    """Judge a parsed page against the last good version.

    Args:
        parsed: What was read now.
        known: How many entries the last good version has; 0 on the first load.
        survivors: How many of those the new version still has.
        is_accepted: A person looked at a held version and wants it.
    """
    errors = [problem for problem in parsed.problems if problem.severity is Severity.ERROR]
    if not parsed.entries:
        return Vetted(verdict=Verdict.REFUSE, reason=_first(errors) or NO_QUESTION)
    fatal = [problem for problem in errors if problem.line == 0]
    if fatal:
        return Vetted(verdict=Verdict.REFUSE, reason=_first(fatal))
    if known >= _SHRINK_GUARD_FROM and survivors * 2 <= known and not is_accepted:
        return Vetted(
            verdict=Verdict.HOLD,
            reason=f"{known - survivors} of the {known} questions are gone from the page at once",
        )
    return Vetted(verdict=Verdict.TAKE)


def _first(problems: list[Problem]) -> str:
    return problems[0].what if problems else ""
