"""Anything a page, a member or an editor may hold, for the renderers' property tests."""

import re
from datetime import UTC, datetime

from hypothesis import settings
from hypothesis import strategies as st

from bot.delivery.form import Form
from bot.delivery.post import Post, Row, Select, Words
from bot.faq.models import Entry, Page, PageKind, Problem, Severity
from bot.text.markdown import without_mentions

NOW = datetime(2026, 1, 1, tzinfo=UTC)
# For examples that are long lists.
few = settings(max_examples=25, deadline=None)
MENTION = re.compile(r"@everyone|@here|<@[!&]?\d|<#\d")

_HOSTILE = (
    "@everyone", "<@123456789>", "<@&42>", "<#77>", "</faq ask:1>", "*", "**", "_", "~~", "||", "`", "```",
    "[x](https://e.org)", "\u202e", "\u200b", "\u2066", "\ud83d", "😀", "e\u0301",
    "\n", " ", "> ", "# ", "-# ",
    "- ", "1. ", "\\", "{number}", "\x00", "https://e.org/|||***", "a", "word ",
)  # fmt: skip
text = st.one_of(
    st.text(st.characters(), max_size=400),
    st.builds(
        lambda parts, times: "".join(parts) * times,
        st.lists(st.sampled_from(_HOSTILE), max_size=9),
        st.integers(1, 400),
    ),
)
urls = st.one_of(
    st.just(""),
    st.just("https://wiki.example.org/doku.php?id=faq"),
    st.integers(1, 1950).map(lambda length: "https://wiki.example.org/" + "a" * length),
    st.just("javascript:alert(1)"),
)
moments = st.one_of(st.none(), st.just(NOW))


def entries(identifier: str = "e1") -> st.SearchStrategy[Entry]:
    """Make entries of any text; an answer is Markdown without mentions, as loading and overlays leave it."""
    return st.builds(
        Entry,
        id=st.just(identifier),
        question=text,
        answer=text.map(without_mentions),
        text=text,
        aliases=st.lists(text, max_size=3).map(tuple),
        section=text,
        anchor=st.one_of(st.just(""), st.just("join"), st.just("a" * 300)),
        line=st.integers(0, 9999),
        page_id=st.sampled_from([0, 1]),
    )


def many_entries(most: int) -> st.SearchStrategy[tuple[Entry, ...]]:
    """Make entries with ids of their own."""
    return st.integers(1, most).flatmap(
        lambda number: st.tuples(*(entries(f"e{index}") for index in range(number)))
    )


problems = st.builds(Problem, what=text, line=st.integers(0, 10**6), severity=st.sampled_from(list(Severity)))


def pages(identifier: int = 1) -> st.SearchStrategy[Page]:
    """Make pages that fare in any way."""
    return st.builds(
        Page,
        id=st.just(identifier),
        guild_id=st.just(1),
        kind=st.sampled_from(list(PageKind)),
        location=text,
        title=text,
        link=urls,
        found_format=st.just("markdown"),
        found_marker=st.sampled_from(["h2", "auto", "bold"]),
        edited_at=moments,
        loaded_at=moments,
        error=text,
        problems=st.lists(problems, max_size=12).map(tuple),
        is_declared=st.booleans(),
    )


def words_of(post: Post) -> str:
    """Return what a reader sees of a post, without the line that greets a member."""
    shown = [post.title]
    for block in post.blocks:
        if isinstance(block, Words):
            shown.append(block.markdown)
        elif isinstance(block, Row):
            shown += [button.label for button in block.buttons]
        elif isinstance(block, Select):
            shown += [block.placeholder, *(option.label + option.description for option in block.options)]
    return "\n".join(shown)


def words_of_form(form: Form) -> str:
    """Return the labels and values of a form."""
    return "\n".join(part for field in form.fields for part in (field.label, field.value))
