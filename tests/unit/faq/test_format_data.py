import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.faq.formats.data import FORMAT, parse
from bot.faq.models import Entry, Severity
from tests.unit.faq.page_properties import check_linear, pages

HOSTILE = [
    "[", "{", "- ", "- a\n", "a: b\n", "? ", '"a" ', "- &a [*a]\n", "[a,", "{a: ", "--- a\n",
    "a: |\n  b\n", "a.", '"a".',
    '[[a]]\nq="b"\na="c"\n', 'a="b"\n', '[{"q":"b","a":"c"},', "- q: a\n  a: b\n", '{"a":', "&a ",
    "x: &x [*x,*x]\n",
]  # fmt: skip

ITEM = {"question": "Why?", "answer": "So."}


@given(
    pages(
        "- ", "question: ", "answer: ", "q: a\n", "  a: b\n", "title: ", "items:\n", "{", "}", "[", "]",
        '"', ":", ",", "&a ",
        "*a", "!!python/object:os.system ", "|\n  ", "[a]\n", 'content = """', '"""', " = ",
        "keywords = [", "---\n", "null", "1e999",
        "'", "<<: *a", "? ", "2020-01-01", '{"q": "a", "a": "b"}',
    )
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_parse_never_raises(source: str) -> None:
    for entry in parse(source, "https://example.org/faq.yml").entries:
        assert entry.question.strip()
        assert entry.line <= source.count("\n") + 1


@pytest.mark.parametrize("unit", HOSTILE)
def test_parse_takes_linear_time(unit: str) -> None:
    check_linear(FORMAT, unit)


@pytest.mark.parametrize(
    "data",
    [
        [ITEM],
        {"faq": [ITEM]},
        {"faqs": {"items": [ITEM]}},
        [{"q": "Why?", "a": "So."}],
        [{"Title": "Why?", "Content": "So."}],
        {"Why?": "So."},
        {"Why?": {"answer": "So."}},
        [{"name": ["Why?"], "text": ["So."]}],
        [{"question": "Why?", "acceptedAnswer": 1, "answer": {"text": "So."}}],
    ],
)
def test_items_are_found_however_they_are_arranged(data: object) -> None:
    found = [(entry.question, entry.answer) for entry in parse(json.dumps(data), "").entries]

    assert found == [("Why?", "So.")]


@pytest.mark.parametrize(
    ("data", "section"),
    [
        ({"Joining": [ITEM]}, "Joining"),
        ([{"title": "Joining", "items": [ITEM]}], "Joining"),
        ([{"section": "A", "questions": [{"title": "B", "items": [ITEM]}]}], "A › B"),
        ([ITEM | {"category": "Joining"}], "Joining"),
        ({"faq": [ITEM]}, ""),
    ],
)
def test_sections_are_kept(data: object, section: str) -> None:
    assert [entry.section for entry in parse(json.dumps(data), "").entries] == [section]


@pytest.mark.parametrize(
    ("extra", "aliases"),
    [
        ({"aliases": ["a", "b"]}, ("a", "b")),
        ({"keywords": "a, b"}, ("a", "b")),
        ({"tags": ["a"], "synonyms": ["b"]}, ("a", "b")),
        ({"aliases": [1, None, {"x": []}]}, ("1",)),
        ({}, ()),
    ],
)
def test_aliases_are_kept(extra: dict[str, object], aliases: tuple[str, ...]) -> None:
    assert [entry.aliases for entry in parse(json.dumps([ITEM | extra]), "").entries] == [aliases]


def test_answers_are_markdown_and_questions_are_plain() -> None:
    source = '- question: Is it *really* `free`?\n  answer: "See **[this](x)** <b>now</b>."\n'

    assert parse(source, "https://example.org/a/faq.yml").entries == (
        Entry(
            id="",
            question="Is it really free?",
            answer="See **[this](https://example.org/a/x)** **now**.",
            text="See this now.",
            line=1,
        ),
    )


@pytest.mark.parametrize(
    ("source", "what", "line"),
    [
        ("- question: a\n  answer: [b\n", "this is no valid YAML", 3),
        ('[a]\nq = "b"\na = \n', "this is no valid TOML", 3),
        ('{"q": "a",\n "a": }', "this is no valid JSON", 2),
        ("- a: 1\n- b: 2\n", "no item has both", 0),
        ("", "no item has both", 0),
    ],
)
def test_what_is_wrong_is_said_with_its_line(source: str, what: str, line: int) -> None:
    (problem,) = parse(source, "").problems

    assert problem.what.startswith(what)
    assert (problem.severity, problem.line) == (Severity.ERROR, line)


def test_yaml_makes_no_objects() -> None:
    first = "- question: !!python/object/apply:os.system ['true']\n  answer: !!binary aGk=\n"
    source = f"{first}- question: q\n  answer: !x y\n"

    assert [(entry.question, entry.answer) for entry in parse(source, "").entries] == [
        ("true", "aGk="),
        ("q", "y"),
    ]


def test_yaml_bomb_stays_small() -> None:
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 30)]
    source = "\n".join(["l0: &l0 [{q: a b c, a: x}]", *levels])

    assert len(parse(source, "").entries) <= 5000


def test_repeated_answers_do_not_multiply_a_file() -> None:
    items = "\n".join("- {question: Why so?, answer: *a}" for _ in range(3000))
    document = parse(f"x: &a {'word ' * 400}\nitems:\n{items}\n", "")

    assert sum(len(entry.answer) for entry in document.entries) < 500_000
    assert [problem.what for problem in document.problems] == [
        "the file holds more text than is read; the rest is left out"
    ]


@pytest.mark.parametrize("opening", ["[", "{", '{"a":', "- ", "a = ["])
def test_deep_nesting_is_refused(opening: str) -> None:
    (problem, *_) = parse(opening * 100_000, "").problems

    assert problem.severity is Severity.ERROR


def test_long_dotted_keys_are_refused() -> None:
    (problem,) = parse("[x]\n" + "a." * 100_000 + 'b = "c"', "").problems

    assert problem.what == "a key of this TOML has too many parts"


@given(st.lists(st.tuples(st.text(min_size=1), st.text(min_size=1)), max_size=8))
@settings(deadline=None, max_examples=60)
def test_every_item_with_text_is_found(pairs: list[tuple[str, str]]) -> None:
    wanted = [(q, a) for q, a in pairs if q.strip() and a.strip()]
    source = json.dumps([{"question": q, "answer": a} for q, a in pairs])

    assert len(parse(source, "").entries) == len(wanted)
