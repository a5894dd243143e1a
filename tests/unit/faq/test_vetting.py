import pytest

from bot.faq.models import Entry, Marker, ParsedPage, Problem, Severity
from bot.faq.vetting import NO_QUESTION, Verdict, vet


def parsed(entries: int, *problems: Problem) -> ParsedPage:
    return ParsedPage(
        format="markdown",
        marker=Marker.H2,
        entries=tuple(Entry(id="", question=f"Q{n}?", answer="A", text="A") for n in range(entries)),
        problems=problems,
    )


LOGIN = Problem(what="this is a login page", severity=Severity.ERROR)
LINE = Problem(what="a question twice", line=4, severity=Severity.ERROR)
WARNING = Problem(what="an empty answer", severity=Severity.WARNING)


@pytest.mark.parametrize(
    ("page", "known", "survivors", "verdict"),
    [
        (parsed(1), 0, 0, Verdict.TAKE),
        (parsed(1, WARNING, LINE), 0, 0, Verdict.TAKE),
        (parsed(0), 0, 0, Verdict.REFUSE),
        (parsed(0), 12, 0, Verdict.REFUSE),
        (parsed(3, LOGIN), 0, 0, Verdict.REFUSE),
        (parsed(12, LOGIN), 12, 12, Verdict.REFUSE),
        (parsed(7), 12, 7, Verdict.TAKE),
        (parsed(6), 12, 6, Verdict.HOLD),
        (parsed(12), 12, 0, Verdict.HOLD),
        (parsed(30), 12, 12, Verdict.TAKE),
        (parsed(1), 3, 1, Verdict.TAKE),
        (parsed(2), 4, 2, Verdict.HOLD),
    ],
)
def test_which_loads_replace_the_last_good_version(
    page: ParsedPage, known: int, survivors: int, verdict: Verdict
) -> None:
    assert vet(page, known=known, survivors=survivors).verdict is verdict


@pytest.mark.parametrize(
    ("page", "verdict"),
    [(parsed(2), Verdict.TAKE), (parsed(0), Verdict.REFUSE), (parsed(2, LOGIN), Verdict.REFUSE)],
)
def test_a_person_may_take_a_halved_page_but_not_an_empty_one(page: ParsedPage, verdict: Verdict) -> None:
    assert vet(page, known=12, survivors=2, is_accepted=True).verdict is verdict


@pytest.mark.parametrize(
    ("page", "known", "survivors", "reason"),
    [
        (parsed(0), 0, 0, NO_QUESTION),
        (parsed(0, LOGIN), 0, 0, "this is a login page"),
        (parsed(9, LINE, LOGIN), 0, 0, "this is a login page"),
        (parsed(2), 12, 2, "10 of the 12 questions are gone from the page at once"),
    ],
)
def test_the_reason_is_said(page: ParsedPage, known: int, survivors: int, reason: str) -> None:
    assert vet(page, known=known, survivors=survivors).reason == reason
