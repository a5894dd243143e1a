"""Take apart what is said in one sentence of something wrong: where it is, what it is, what to do about it.

Whatever reads settings and sources writes `place: what is wrong; what to do.`, or the latter as a sentence of
its own, for people who see nothing but that line.
"""

import re

from bot.faq.models import Severity
from bot.operations.findings import Finding

CORRECT = "Correct it, and run `check` again"
ASK_THERE = "Try again later; if it stays so, ask those who run that server"

_FILE = re.compile(r"(.*?(?:\.toml|\.env)(?::\d+)?): (.+)", re.DOTALL)
_BREAK = re.compile(r"; |[.?!] (?=[A-ZÄÖÜÁÉÍÓÚ¿¡\"'/`])")
# "port: write a port's number" says what to do, and so that what is there is wrong.
_ONLY_ADVICE = re.compile(r"(\w+): ((?:write|leave|name|keep|use|at most) .+)", re.DOTALL)


def finding_of(
    problem: str, *, where: str = "", otherwise: str = CORRECT, severity: Severity = Severity.ERROR
) -> Finding:
    """Return a problem as a finding.

    Args:
        problem: One line.
        where: What it is about, if the line does not name its file.
        otherwise: What to do, if the line does not say.
        severity: How bad it is.
    """
    in_file = None if where else _FILE.fullmatch(problem)
    if in_file:
        where, problem = in_file.groups()
    what, fix = _take_apart(problem)
    return Finding(where=where, what=what, fix=fix or otherwise, severity=severity)


def _take_apart(problem: str) -> tuple[str, str]:
    if only := _ONLY_ADVICE.fullmatch(problem):
        return f"{only[1]} cannot be used", _sentence(only[2])
    at = _BREAK.search(problem)
    if at is None:
        return _without_stop(problem), ""
    return _without_stop(problem[: at.end()].rstrip("; ")), _sentence(problem[at.end() :])


def _sentence(text: str) -> str:
    return _without_stop(f"{text[:1].upper()}{text[1:]}")


def _without_stop(text: str) -> str:
    return text.strip().removesuffix(".")
