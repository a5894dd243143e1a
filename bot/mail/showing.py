"""Make what comes from mails fit to be shown: without addresses, personal links, markup and mentions."""

from collections.abc import Sequence
from typing import Final

from bot.mail.addresses import mask_addresses
from bot.mail.excerpt import excerpt
from bot.mail.personal_links import remove_personal_links
from bot.mail.stored import MailingList, StoredEmail
from bot.text import limits
from bot.text.catalogue import Texts
from bot.text.cutting import cut
from bot.text.links import is_safe_url
from bot.text.markdown import escape, inert, link
from bot.text.search_terms import Term, fold_words

SUBJECT_LENGTH: Final = 150
_NAME_LENGTH: Final = 60
_EXCERPT_LENGTH: Final = 240
_LINES_SEARCHED: Final = 400
_READ_AT_MOST: Final = 20_000


def plain_line(text: str, limit: int) -> str:
    """Return one line of plain text without addresses, for labels and choices."""
    return limits.cut_line(inert(mask_addresses(text[:_READ_AT_MOST])), limit)


def shown_line(text: str, limit: int) -> str:
    """Return one line of safe Markdown without addresses, its escapes within the limit."""
    room = limit
    while limits.length(line := escape(plain_line(text, room))) > limit:
        room = room * limit // limits.length(line)
    return line


def label_lists(lists: Sequence[MailingList]) -> tuple[str, ...]:
    """Return what to choose lists by: their names, and where several have one, their archives, too."""
    names = [plain_line(each.name, limits.CHOICE_NAME) for each in lists]
    places = [each.archive_url.partition("://")[2].strip("/") or str(each.id) for each in lists]
    return tuple(
        plain_line(f"{name} · {place}", limits.CHOICE_NAME) if name and names.count(name) > 1 else name
        for name, place in zip(names, places, strict=True)
    )


def shown_text(text: str, limit: int, *, more: str = "") -> str:
    """Return a text of several lines as safe Markdown, cut to the limit with what leads to the rest."""
    kept = remove_personal_links(mask_addresses(text[:_READ_AT_MOST])).strip()
    return cut(escape(kept), limit, more=more)


def shown_author(texts: Texts, name: str) -> str:
    """Return an author's name, never an address."""
    return shown_line(name, _NAME_LENGTH) or texts("list.nobody")


def shown_subject(texts: Texts, subject: str, url: str) -> str:
    """Return a subject, linked to the archive where that is known."""
    label = plain_line(subject, SUBJECT_LENGTH) or texts("list.no_subject")
    target = safe_link(url)
    return link(label, target) if target else escape(label, at_line_start=False)


def safe_link(url: str) -> str:
    """Return an archive's address so that no mail address can be read in it; "" where it is unsafe."""
    hidden = url.replace("@", "%40")
    return hidden if hidden.startswith(("https://", "http://")) and is_safe_url(hidden) else ""


def shown_excerpt(texts: Texts, email: StoredEmail, terms: Sequence[Term] = ()) -> str:
    """Return what a mail says, on one line: where the words looked for stand, else its beginning."""
    body = email.body
    if body is None:
        return texts("list.expired")
    if email.is_encrypted:
        return texts("list.encrypted")
    said = _line_with(body.own, terms) or excerpt(body.own, limit=_EXCERPT_LENGTH, author=email.author_name)
    shown = shown_line(remove_personal_links(said), _EXCERPT_LENGTH)
    if body.is_all_quoted:
        return f"{texts('list.all_quoted')} {shown}".strip()
    return shown


def _line_with(text: str, terms: Sequence[Term]) -> str:
    """Return the first line that holds a word which was looked for."""
    wanted = [term.words[0] for term in terms if not term.is_excluded]
    if not wanted:
        return ""
    for line in text[:_READ_AT_MOST].splitlines()[:_LINES_SEARCHED]:
        words = fold_words(line).split()
        if any(word.startswith(each) for each in wanted for word in words):
            return line
    return ""
