"""Answer a question in a terminal: the same card, drawn in plain text."""

import dataclasses
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bot.delivery.post import Post, Row, Words
from bot.faq.models import Band, Page, PageKind, ParsedPage
from bot.faq.reader import PageReader
from bot.faq.render import Asked, render_answer, render_silence, render_suggestions
from bot.faq.search import build_index, worth_offering
from bot.http.fetcher import Fetcher
from bot.http.guard import Guard
from bot.text.catalogue import load_texts
from bot.text.markdown import clean
from bot.workers import Workers
from config.settings import Settings

_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_HELP_PLACE = "in your group"
_NOBODY = Asked(user_id=0, query_key="")
_TIMESTAMP = re.compile(r"<t:(-?\d{1,11})(?::[A-Za-z])?>")
_SUBTEXT = re.compile(r"^-# ", re.MULTILINE)
# Code, which is kept as it is, or an escape, of which the backslash goes.
_CODE_OR_ESCAPE = re.compile(r"(```.*?```|`[^`\n]*`)|\\([^A-Za-z0-9\s])", re.DOTALL)


async def read_page(
    place: str, settings: Settings, *, clock: Callable[[], datetime]
) -> tuple[Page, ParsedPage]:
    """Read and parse a page: an address, or a file's path.

    Raises:
        SourceError: It cannot be read.
    """
    path = Path(place)
    is_address = bool(_ADDRESS.match(place))
    page = Page(
        id=1,
        guild_id=0,
        kind=PageKind.URL if is_address else PageKind.FILE,
        location=place if is_address else path.name,
        link=place if is_address else "",
    )
    async with (
        Fetcher(guard=Guard(settings.allow_private_nets), clock=clock) as fetcher,
        Workers() as workers,
    ):
        reader = PageReader(fetcher=fetcher, workers=workers, config_dir=path.parent)
        content = await reader.read(page, None)
        if content is None:
            return page, ParsedPage(format=page.format, marker=page.questions)
        parsed = await reader.parse(page, content)
    title = parsed.title or (place if is_address else path.name)
    return dataclasses.replace(page, title=title, edited_at=content.edited_at), parsed


async def ask(place: str, question: str, settings: Settings, *, clock: Callable[[], datetime]) -> str:
    """Return what the bot would answer from a page, as text for a terminal.

    Raises:
        SourceError: The page cannot be read.
    """
    page, parsed = await read_page(place, settings, clock=clock)
    entries = {
        str(number): dataclasses.replace(entry, id=str(number), page_id=page.id)
        for number, entry in enumerate(parsed.entries)
    }
    result = build_index(tuple(entries.values())).search(question)
    found = tuple(entries[match.entry_id] for match in worth_offering(result.matches))
    texts = load_texts()
    match result.band:
        case Band.ANSWER:
            post = render_answer(texts, found[0], page, _NOBODY)
        case Band.SUGGEST:
            post = render_suggestions(texts, found[:5], _NOBODY, help_place=_HELP_PLACE)
        case Band.SILENT:
            post = render_silence(
                texts, question, help_place=_HELP_PLACE, is_noted=False, has_faq=bool(parsed.entries)
            )
    return draw(post)


def draw(post: Post) -> str:
    """Draw a post as plain text: its words, and as a list what its buttons would open."""
    parts = [post.title] if post.title else []
    choices: list[str] = []
    for block in post.blocks:
        match block:
            case Words():
                parts += [_join(choices), block.markdown]
                choices = []
            case Row(buttons=(button,)) if button.action is not None and button.action.kind == "faq.pick":
                choices.append(f"- {button.label}")
            case _:
                pass
    parts.append(_join(choices))
    return "\n\n".join(_plain(part) for part in parts if part)


def _join(lines: list[str]) -> str:
    return "\n".join(lines)


def _plain(markdown: str) -> str:
    """Take away what only Discord's client understands; control characters never reach the terminal."""
    text = _SUBTEXT.sub("", clean(markdown))
    text = _TIMESTAMP.sub(lambda match: _date(int(match[1])), text)
    return _CODE_OR_ESCAPE.sub(lambda match: match[1] or match[2], text)


def _date(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d}"
