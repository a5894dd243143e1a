"""What was noted in English, said in the reader's language: each sentence that an error may say."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import httpcore
import pytest

from bot.http.failures import explain_network, explain_status, not_public, too_large, too_slow
from bot.text.catalogue import load_texts
from bot.text.languages import speaking

ROOT = Path(__file__).parents[3] / "bot"
# Their texts are never shown in chat, or are put together from texts that are.
APART = {"trial", "operations/doctor_wanted.py"}
CALLS = {"SourceError", "UnansweredError", "TooLargeError", "unreadable", "bad_address"}
# What is noted of a page, a calendar or a list that was read: a problem of it, or what becomes a part of one.
PROBLEMS = {"Problem", "DataError", "RefusedRuleError", "_report", "_problem"}
# Assigned there is only the first half of a sentence, and the whole is looked at where it is raised.
HALVES = {"mail/sources/hyperkitty.py", "mail/sources/imap_session.py"}
OF_PROBLEMS = ("faq/", "meetings/", "mail/sources/", "mail/intake.py")
WRAPPED = {
    "bad_address": "This address cannot be used: {}.",
    "unreadable": "example.org {}. Try again later; if it stays so, tell those who run that server.",
}
TEXTS = load_texts()


def sentences() -> Iterator[tuple[str, str]]:
    """Return what stands in the code to be said of a source, with something in place of each value."""
    for path in sorted(ROOT.rglob("*.py")):
        place = path.relative_to(ROOT).as_posix()
        if place in APART or place.partition("/")[0] in APART:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
                yield from _said(place, node.args, node.func.id)
            if place.startswith(OF_PROBLEMS) and not (place in HALVES and isinstance(node, ast.Assign)):
                yield from _said(place, list(_problem_texts(node)), "")


def _problem_texts(node: ast.AST) -> Iterator[ast.expr]:
    """Return what a statement says of a source that was read."""
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in PROBLEMS:
            yield from node.args
            yield from (keyword.value for keyword in node.keywords if keyword.arg == "what")
        case ast.Assign(targets=[ast.Name(id="what" | "rest" | "reason")]):
            yield node.value


def _said(place: str, texts: Iterable[ast.expr], name: str) -> Iterator[tuple[str, str]]:
    for each in texts:
        match each:
            case ast.Constant(value=str(text)) if text:
                yield f"{place}:{text[:30]}", WRAPPED.get(name, "{}").format(text)
            case ast.JoinedStr(values=values) if not _is_put_together(values):
                text = "".join(str(each.value) if isinstance(each, ast.Constant) else "7" for each in values)
                yield f"{place}:{text[:30]}", WRAPPED.get(name, "{}").format(text)
            case ast.IfExp(body=body, orelse=orelse):
                yield from _said(place, (body, orelse), name)


def _is_put_together(values: list[ast.expr]) -> bool:
    """Return whether most of the sentence is said elsewhere, under the name of `what`."""
    names = (each.value for each in values if isinstance(each, ast.FormattedValue))
    return any(isinstance(name, ast.Name) and name.id == "what" for name in names)


SENTENCES = dict(sentences())


def test_the_sentences_are_found() -> None:
    assert len(SENTENCES) > 150


@pytest.mark.parametrize("language", ["de", "es"])
def test_every_sentence_of_the_code_is_said_in_every_language(language: str) -> None:
    with speaking(language):
        untold = {place: text for place, text in SENTENCES.items() if TEXTS.noted(text) == text}
    assert untold == {}


@pytest.mark.parametrize("status", [401, 403, 404, 410, 418, 429, 451, 500, 501, 503, 304])
def test_what_a_server_answers_is_said_with_its_values(status: int) -> None:
    error = str(explain_status(status, "lists.example.org", 5.0 if status == 429 else None))
    with speaking("de"):
        said = TEXTS.noted(error)
    assert said != error
    assert said.startswith("lists.example.org ")
    assert (str(status) in said) is (str(status) in error)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (not_public("10.0.0.1"), "10.0.0.1: keine öffentliche Adresse."),
        (too_large("example.org", 2_000_000), "example.org sendet mehr als 2 MB, das ist zu groß."),
        (too_slow("example.org", 30), "example.org hat in 30 Sekunden nicht geliefert."),
        (explain_network(httpcore.ConnectError(), "example.org"), "example.org ist nicht zu erreichen."),
        (explain_network(httpcore.ReadTimeout(), "example.org"), "example.org antwortet nicht."),
    ],
    ids=["not public", "too large", "too slow", "unreachable", "no answer"],
)
def test_a_sentence_keeps_its_values(error: Exception, said: str) -> None:
    with speaking("de"):
        assert TEXTS.noted(str(error)).startswith(said)
    assert TEXTS.noted(str(error)) == str(error)


def test_what_stands_side_by_side_is_said_one_by_one() -> None:
    with speaking("de"):
        assert TEXTS.noted("#help (reminders of Ann, digest of dev)") == (
            "#help (Erinnerungen an Ann, Übersicht von dev)"
        )


@pytest.mark.parametrize("noted", ["", "something else", "HTTP 500", "x" * 10_000])
def test_what_no_text_has_the_form_of_stays(noted: str) -> None:
    with speaking("es"):
        assert TEXTS.noted(noted) == noted
