from dataclasses import replace

import pytest

from bot.delivery.post import Accent, Action, Button, Post, Row, Words
from bot.faq.gaps import Gap
from bot.faq.models import AliasState, Entry, LearnedAlias, Page, PageKind, Problem, Severity, Unanswered
from bot.faq.render_editing import (
    check_report,
    entry_form,
    render_aliases,
    render_check,
    render_gaps,
    render_loaded,
    render_pages,
    render_refreshed,
)
from bot.text.catalogue import load_texts
from tests.unit.faq.render_material import (
    NOW,
)

TEXTS = load_texts()
PAGE = Page(
    id=3,
    guild_id=1,
    kind=PageKind.URL,
    location="https://wiki.example.org/faq",
    link="https://wiki.example.org/faq",
    title="Harbour FAQ",
    found_format="dokuwiki",
    found_marker="h3",
    loaded_at=NOW,
)
ENTRY = Entry(
    id="e1", question="Can I join?", answer="Yes.", text="Yes.", line=12, page_id=3, aliases=("join us",)
)


def asked(phrasing: str, count: int = 1, key: str = "k1") -> Unanswered:
    return Unanswered(guild_id=1, query_key=key, phrasing=phrasing, count=count, first_at=NOW, last_at=NOW)


def learned(state: AliasState, people: int = 1, key: str = "k1", phrasing: str = "get in") -> LearnedAlias:
    return LearnedAlias(
        guild_id=1,
        query_key=key,
        entry_id="e1",
        phrasing=phrasing,
        state=state,
        people=people,
        changed_at=NOW,
    )


def words(post: Post) -> list[str]:
    return [block.markdown for block in post.blocks if isinstance(block, Words)]


def rows(post: Post) -> list[list[str]]:
    return [[button.label for button in block.buttons] for block in post.blocks if isinstance(block, Row)]


def buttons(post: Post) -> list[Button]:
    return [button for block in post.blocks if isinstance(block, Row) for button in block.buttons]


def test_a_form_is_prefilled_with_what_is_known() -> None:
    form = entry_form(
        TEXTS, Action(kind="faq.save", args=("e1",)), question="Q?", answer="A", aliases=("b", "c")
    )
    assert (form.title, [field.value for field in form.fields]) == ("Change the FAQ", ["Q?", "A", "b\nc"])
    assert [field.is_required for field in form.fields] == [True, True, False]
    assert entry_form(TEXTS, Action(kind="faq.create")).title == "Add to the FAQ"


def test_gaps_show_how_often_they_were_asked() -> None:
    gaps = (
        Gap(questions=(asked("where is lunch", 4), asked("lunch where", 1, "k2"))),
        Gap(questions=(asked("who pays", 1, "k3"),)),
    )
    card = render_gaps(TEXTS, gaps)
    assert card.title == "2 gaps in the FAQ"
    assert words(card) == [
        "**where is lunch**\nasked 5 times, last <t:1767225600:R>\n-# also: lunch where",
        "**who pays**\nasked once, <t:1767225600:R>",
    ]
    assert rows(card) == [["Draft answer", "Same as …", "Dismiss"]] * 2
    assert {button.action.args for button in buttons(card)} == {("k1",), ("k3",)}


@pytest.mark.parametrize(("start", "last_row"), [(0, ["Next"]), (5, ["Back", "Next"]), (10, ["Back"])])
def test_gaps_are_turned_by_five(start: int, last_row: list[str]) -> None:
    gaps = tuple(Gap(questions=(asked(f"q{index}", 1, f"k{index}"),)) for index in range(12))
    assert rows(render_gaps(TEXTS, gaps, start=start))[-1] == last_row


@pytest.mark.parametrize(
    ("alias", "said", "labels"),
    [
        (
            learned(AliasState.CANDIDATE),
            "“get in” → **Can I join?**\n-# picked by one person; one more, or an editor, makes it active",
            ["Confirm", "Revoke"],
        ),
        (
            learned(AliasState.ACTIVE, 2),
            "“get in” → **Can I join?**\n-# active, picked by 2 people",
            ["Revoke"],
        ),
    ],
)
def test_what_was_learned_can_be_judged(alias: LearnedAlias, said: str, labels: list[str]) -> None:
    card = render_aliases(TEXTS, [alias], {"e1": "Can I join?"})
    assert (words(card), rows(card)) == ([said], [labels])


def test_a_first_load_says_what_was_found_and_what_to_mend() -> None:
    page = replace(PAGE, problems=(Problem(what="this question stands twice", line=7),))
    card = render_loaded(TEXTS, page, [ENTRY], is_new=True)
    assert card.title == "Following Harbour FAQ"
    assert words(card) == [
        "Found 1 question (dokuwiki, marked by level-3 headings):",
        "- Can I join?",
        "⚠️ line 7: this question stands twice",
        "-# The page is read again every 15 minutes. Try `/faq ask`; `/faq check` shows every entry.",
    ]


def test_an_upload_is_not_said_to_be_read_again() -> None:
    page = replace(PAGE, kind=PageKind.UPLOAD, link="")
    (*_, last) = words(render_loaded(TEXTS, page, [ENTRY], is_new=True))
    assert last.startswith("-# The file stays as it is; to change it, remove it and upload the new one.")


def test_a_page_without_a_title_is_called_by_its_address() -> None:
    page = replace(PAGE, title="")
    assert words(render_pages(TEXTS, [page], {}))[0].startswith("**wiki.example.org/faq** · [open the page](")
    assert check_report(TEXTS, [page], [ENTRY]).startswith("# wiki.example.org/faq (dokuwiki, h3)")


def test_a_page_that_was_never_read_has_no_last_good_version() -> None:
    page = replace(PAGE, loaded_at=None, error="The server answered 404.")
    assert words(render_pages(TEXTS, [page], {}))[0].endswith("⚠️ Not read yet: The server answered 404.")
    assert "⚠️ Not read yet:" in words(render_check(TEXTS, [page], "", questions=0))[0]


def test_entries_made_in_chat_are_checked_without_a_page() -> None:
    entry = replace(ENTRY, page_id=0)
    card = render_check(TEXTS, (), check_report(TEXTS, (), [entry]), questions=1)
    assert card.title == "1 question in the FAQ"
    assert b"Can I join?" in card.attachments[0].content


def test_a_long_list_of_questions_is_shortened() -> None:
    many = [replace(ENTRY, id=f"e{index}", question=f"Q{index}?") for index in range(11)]
    assert words(render_loaded(TEXTS, PAGE, many, is_new=True))[1].endswith("- Q7?\n-# and 3 more")


def test_pages_are_listed_with_how_they_fare() -> None:
    failing = replace(PAGE, id=4, title="", link="", location="local.md", error="HTTP 500", is_declared=True)
    card = render_pages(TEXTS, [PAGE, failing], {3: 12, 4: 1})
    assert card.accent is Accent.PROBLEM
    assert words(card) == [
        (
            "**Harbour FAQ** · [open the page](https://wiki.example.org/faq)\n"
            "-# 12 questions · read <t:1767225600:R>"
        ),
        (
            "**local.md**\n-# 1 question · read <t:1767225600:R> · declared in community.toml\n"
            "⚠️ The last good version is kept: HTTP 500"
        ),
    ]


@pytest.mark.parametrize(
    ("page", "flags", "title", "said", "labels"),
    [
        (PAGE, (True, False), "Harbour FAQ", ["The page has changed; 5 questions now."], []),
        (PAGE, (False, False), "Harbour FAQ", ["Nothing new; 5 questions."], []),
        (
            replace(PAGE, error="HTTP 500"),
            (False, False),
            "Harbour FAQ: not refreshed",
            ["The last good version with its 5 questions is kept. HTTP 500"],
            [],
        ),
        (
            replace(PAGE, error="half gone"),
            (False, True),
            "Harbour FAQ: not refreshed",
            [
                "The last good version with its 5 questions is kept. half gone",
                "If the page was meant to change so much, take the new version.",
            ],
            [["Take the new version"]],
        ),
    ],
)
def test_a_refresh_says_how_it_ended(
    page: Page, flags: tuple[bool, bool], title: str, said: list[str], labels: list[list[str]]
) -> None:
    card = render_refreshed(TEXTS, page, count=5, is_changed=flags[0], is_held=flags[1])
    assert (card.title, words(card), rows(card)) == (title, said, labels)


def test_the_report_holds_every_entry_and_problem_with_its_line() -> None:
    page = replace(
        PAGE, problems=(Problem(what="twice", line=7, severity=Severity.ERROR), Problem(what="old"))
    )
    made = replace(ENTRY, id="c1", question="Made?", line=0, page_id=0, section="Chat", aliases=())
    assert check_report(TEXTS, [page], [ENTRY, made]) == (
        "# Harbour FAQ (dokuwiki, h3)\n\nline 7: error: twice\nwarning: old\n"
        "[12] Can I join?\n    also: join us\n    Yes.\n\n"
        "# made in chat\n\n[-] Made?\n    section: Chat\n    Yes.\n\n"
    )


def test_a_check_brings_the_report_as_a_file() -> None:
    card = render_check(TEXTS, [PAGE], "report", questions=12)
    (file,) = card.attachments
    assert (card.title, words(card)) == ("12 questions in the FAQ", ["**Harbour FAQ**\n✅ No problems."])
    assert (file.name, file.content) == ("faq-entries.txt", b"report")


@pytest.mark.parametrize(
    "card",
    [
        render_gaps(TEXTS, ()),
        render_aliases(TEXTS, (), {}),
        render_pages(TEXTS, (), {}),
        render_check(TEXTS, (), "", questions=0),
    ],
    ids=["gaps", "aliases", "pages", "check"],
)
def test_nothing_to_list_is_said_with_what_to_do(card: Post) -> None:
    assert card.title
    assert len(words(card)) == 1
