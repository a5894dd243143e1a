"""Draw the member's cards of the FAQ: the answer, the suggestions, the honest "not here"."""

import hashlib
from dataclasses import dataclass

from bot.delivery.post import Accent, Action, Block, Button, Option, Post, Row, Select, Words
from bot.faq.models import Entry, Page
from bot.text import limits
from bot.text.catalogue import Texts
from bot.text.cutting import cut
from bot.text.markdown import escape, inert, link
from bot.text.times import timestamp

_TITLE_LENGTH = 220
# An answer longer than this is read on its page.
_ANSWER_LENGTH = 3300
# Beyond this an address is no longer shown: it would take the answer's room.
_LINK_LENGTH = 800
_LISTED = 25
_NO_WORDS = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asked what, as far as the card's buttons need it."""

    user_id: int
    query_key: str


def plain_line(text: str, limit: int) -> str:
    """Return one line for places without Markdown, never empty: labels and options need a word."""
    return limits.cut_line(inert(text), limit) or _NO_WORDS


def escaped_line(text: str, limit: int) -> str:
    """Return one escaped line, at most `limit` long with its escapes, and never empty."""
    room = limit
    while limits.length(line := escape(plain_line(text, room))) > limit:
        room = room * limit // limits.length(line)
    return line


def entry_link(entry: Entry, page: Page | None) -> str:
    """Return where a person reads the entry; empty if nowhere."""
    if page is None or not page.link:
        return ""
    whole = f"{page.link}#{entry.anchor}" if entry.anchor else page.link
    return next((url for url in (whole, page.link) if len(url) <= _LINK_LENGTH), "")


def render_answer(
    texts: Texts,
    entry: Entry,
    page: Page | None,
    asked: Asked,
    *,
    to_user_id: int | None = None,
    note: str = "",
    is_changed_here: bool = False,
) -> Post:
    """Draw an entry in the page's own words, with where it stands and what to do about it.

    `note` goes on top, for an answer that is shown for a reason worth saying.
    """
    title = escaped_line(entry.question, _TITLE_LENGTH)
    lead = texts("faq.to_member", member=f"<@{to_user_id}>") if to_user_id else ""
    provenance = _provenance(texts, entry, page, is_changed_here=is_changed_here)
    taken = limits.length(f"### {title}{lead}{note}{provenance}")
    return Post(
        title=title,
        lead=lead,
        blocks=(
            *((Words(markdown=note),) if note else ()),
            Words(markdown=_answer_text(texts, entry, page, room=limits.MESSAGE_TEXT - taken)),
            Words(markdown=provenance),
            _answer_buttons(texts, entry, asked),
        ),
        accent=Accent.ANSWER,
        mention_users=(to_user_id,) if to_user_id else (),
    )


def render_suggestions(
    texts: Texts, entries: tuple[Entry, ...], asked: Asked, *, help_place: str, is_second_try: bool = False
) -> Post:
    """Offer entries that may be meant, one a row so that long ones stay readable, and a way out."""
    rows = tuple(
        Row(
            buttons=(
                Button(
                    label=plain_line(entry.question, limits.BUTTON_LABEL),
                    action=Action(kind="faq.pick", args=(entry.id, asked.query_key)),
                ),
            )
        )
        for entry in entries
    )
    none = Button(label=texts("faq.none_of_these"), action=Action(kind="faq.none", args=(asked.query_key,)))
    title = "faq.suggest_more_title" if is_second_try else "faq.suggest_title"
    return Post(
        title=texts(title),
        blocks=(Words(markdown=texts("faq.suggest_text", place=help_place)), *rows, Row(buttons=(none,))),
        accent=Accent.SUGGEST,
    )


def render_silence(texts: Texts, phrasing: str, *, help_place: str, is_noted: bool, has_faq: bool) -> Post:
    """Say that the page has no answer, and where to ask a person; nothing is made up."""
    if not has_faq:
        return Post(
            title=texts("faq.empty_title"),
            blocks=(Words(markdown=texts("faq.empty_text")),),
            accent=Accent.PLAIN,
        )
    question = escaped_line(phrasing, 200)
    lines = [texts("faq.silent_text", question=question, place=help_place)]
    if is_noted:
        lines.append(texts("faq.silent_noted"))
    return Post(
        title=texts("faq.silent_title"), blocks=(Words(markdown="\n".join(lines)),), accent=Accent.PLAIN
    )


def render_topic(
    texts: Texts, entries: tuple[Entry, ...], *, topic: str, topics: tuple[str, ...], start: int
) -> Post:
    """List a topic's questions, with a menu that opens one, and a way to the other pages and topics."""
    shown = entries[start : start + _LISTED]
    heading = escaped_line(topic, 150) if topic else texts("faq.browse_all")
    options = tuple(
        Option(
            label=plain_line(entry.question, limits.SELECT_LABEL),
            value=entry.id,
            description=limits.cut_line(inert(entry.section), limits.SELECT_DESCRIPTION) if not topic else "",
        )
        for entry in shown
    )
    listing = "\n".join(f"- {escaped_line(entry.question, 110)}" for entry in shown)
    blocks: list[Block] = [
        Words(markdown=listing),
        Select(action=Action(kind="faq.open"), options=options, placeholder=texts("faq.browse_open")),
    ]
    if topics and not topic:
        others = ", ".join(escaped_line(name, 60) for name in topics[:12])
        blocks.insert(0, Words(markdown=texts("faq.browse_topics", topics=others)))
    if len(entries) > _LISTED:
        blocks.append(_turning(texts, len(entries), start, topic_key(topic)))
    title = texts("faq.browse_title", topic=heading, count=len(entries))
    return Post(title=title, blocks=tuple(blocks), accent=Accent.PLAIN)


def topic_key(topic: str) -> str:
    """Return a short key for a topic, as a custom_id carries it; empty for all topics."""
    return hashlib.blake2b(topic.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest() if topic else ""


def _turning(texts: Texts, total: int, start: int, key: str) -> Row:
    buttons = []
    if start > 0:
        back = Action(kind="faq.turn", args=(str(max(0, start - _LISTED)), key))
        buttons.append(Button(label=texts("page.back"), action=back))
    if start + _LISTED < total:
        forth = Action(kind="faq.turn", args=(str(start + _LISTED), key))
        buttons.append(Button(label=texts("page.next"), action=forth))
    return Row(buttons=tuple(buttons))


def _answer_text(texts: Texts, entry: Entry, page: Page | None, *, room: int) -> str:
    url = entry_link(entry, page)
    more = link(texts("faq.read_on"), url) if url else texts("faq.read_on_nowhere")
    return cut(entry.answer, min(room, _ANSWER_LENGTH), more=more) if entry.answer.strip() else _NO_WORDS


def _provenance(texts: Texts, entry: Entry, page: Page | None, *, is_changed_here: bool) -> str:
    if page is None:
        return f"-# {texts('faq.from_chat')}"
    parts = [escaped_line(inert(page.title) or texts("faq.page_untitled"), 80)]
    if entry.section:
        parts = [f"{parts[0]} › {escaped_line(entry.section, 100)}"]
    url = entry_link(entry, page)
    if url:
        parts.append(link(texts("faq.open_page"), url))
    if is_changed_here:
        parts.append(texts("faq.changed_here"))
    elif page.edited_at is not None:
        parts.append(texts("faq.edited", date=timestamp(page.edited_at, "D")))
    return "-# " + " · ".join(parts)


def _answer_buttons(texts: Texts, entry: Entry, asked: Asked) -> Row:
    about = (entry.id, asked.query_key)
    return Row(
        buttons=(
            Button(label=texts("faq.helpful"), emoji="👍", action=Action(kind="faq.helpful", args=about)),
            Button(label=texts("faq.not_it"), action=Action(kind="faq.not_it", args=about)),
            Button(emoji="🗑️", action=Action(kind="faq.bin", args=(str(asked.user_id), entry.id))),
        )
    )
