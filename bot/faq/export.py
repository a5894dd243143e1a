"""Write entries that were made in chat as page text, to paste into the group's own page.

The style is that of the pages we read: a bold question, an empty line, the answer. Reading the result gives
the same questions and answers again, whatever was typed: what the page's syntax would interpret is quoted.
"""

from collections.abc import Callable, Iterable

from bot.faq import writing_dokuwiki, writing_markdown
from bot.faq.document import Block
from bot.faq.models import Entry
from bot.faq.questions import looks_like_question
from bot.faq.typed import parse_typed


def to_dokuwiki(entries: Iterable[Entry]) -> str:
    """Return DokuWiki text; the entries' answers are Markdown as typed in Discord."""
    return _write(entries, writing_dokuwiki.write_question, writing_dokuwiki.write_block)


def to_markdown(entries: Iterable[Entry]) -> str:
    """Return CommonMark text; the entries' answers are Markdown as typed in Discord."""
    return _write(entries, writing_markdown.write_question, writing_markdown.write_block)


def _write(
    entries: Iterable[Entry], write_question: Callable[[str], str], write_block: Callable[[Block], str]
) -> str:
    parts: list[str] = []
    for entry in entries:
        parts.append(write_question(_asked(entry.question)))
        parts.extend(filter(None, (write_block(block) for block in parse_typed(entry.answer))))
    return "\n\n".join(parts) + "\n" if parts else ""


def _asked(question: str) -> str:
    """Make sure that a bold line is read as a question and not as emphasis."""
    line = " ".join(question.split())
    return line if looks_like_question(line) else f"{line.rstrip(':.!')}?"
