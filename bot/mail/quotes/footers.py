"""Find what list software and web services put below a mail: Mailman, groups.io, Google, Sympa and others.

A footer is known by a phrase of the software, and believed where a drawn line stands above it or nothing of
the author's stands below. It goes from that line to the end of its paragraphs.
"""

from collections.abc import Set
from typing import Final

from bot.mail.quotes.page import BLANK, FENCED, FOOTER, QUOTE, TEXT, Page
from bot.mail.quotes.vocabulary import Finder, phrases

_LONGEST = 14
_MOST_ABOVE = 4
_LONGEST_RULED = 8
_MOST_FOUND = 40
_FARTHEST = 40
_STROKES = "-–—―_*=~#+. "

PHRASES: Final = phrases(
    "groups.io links:|you receive all messages sent to this group|mute this topic:|mute #",
    "view/reply online|you received this message because you are subscribed",
    "you are receiving this because|google groups|you received this mail|you're receiving this",
    "you are subscribed to|you are currently subscribed to|you are receiving this e|you received this e",
    "you are on the cc|you are the assignee|yahoo groups links|yahoo! groups",
    "non-text portions of this message have been removed|your use of yahoo|to unsubscribe|to un-subscribe",
    "to (un)subscribe|for unsubscribe|unsubscribe from this|unsubscribe:|unsubscribe here",
    "to be removed from this list|to leave this list|to leave the list|to remove yourself",
    "to change your subscription|to manage your subscription|manage your subscription",
    "your subscription options|subscription settings|to stop receiving|to stop getting|mailman/listinfo",
    "mailman/options|mailman3/lists|/postorius/lists|more majordomo info|for additional commands",
    "list info:|list archive:|list archives|reply to this email directly|view it on github",
    "view it on gitlab|view this message in context|mailing list archive at nabble|sent from: http",
    "delivery options:|visit topic|to respond, reply to this email|or reply to this email to respond",
    "to view this discussion|for more options, visit|to post to this group|to post a message",
    "mailing list -- |/cgi-bin/mailman|listserv archives|to start a new topic|list address:",
    "to subscribe or unsubscribe|subscribe/unsubscribe|please read the faq at|the archives of this list",
    "pour vous désabonner|pour se désabonner|se désabonner|pour vous désinscrire|me désabonner",
    "désinscription|vous recevez ce message|vous recevez cet e-mail|um sich abzumelden",
    "vom newsletter abmelden|diese liste abbestellen|sie erhalten diese|um die gruppe zu verlassen",
    "sie haben diese nachricht erhalten|abmelden:|abbestellen|para cancelar la suscripción",
    "para darse de baja|para anular la suscripción|has recibido este mensaje|para cancelar a inscrição",
    "para sair deste grupo|para sair da lista|você recebeu esta mensagem|para cancelar sua",
    "per annullare l'iscrizione|per cancellarsi|hai ricevuto questo messaggio|per disiscriversi",
    "om je af te melden|afmelden voor|u ontvangt dit bericht|для отмены подписки|чтобы отписаться",
    "отказаться от подписки|aby się wypisać|aby zrezygnować z subskrypcji|pro odhlášení",
    "för att avsluta prenumerationen|退订|取消訂閱|取消订阅|配信停止|購読を解除|수신 거부|구독 취소",
    "you can reply to this email|this list is managed by|list-unsubscribe",
)
_FINDER = Finder(PHRASES)
_KNOWN = frozenset(PHRASES)
_SURE = (
    "groups.io links:",
    "reply to this email directly",
    "you received this message because you are subscribed",
)


def mark_footers(page: Page) -> None:
    """Mark the footers of lists and services."""
    present = _KNOWN & page.holds
    if present:
        _mark_phrases(page, present)
    if "____" in page.low:
        _mark_mailman(page)


def _mark_phrases(page: Page, present: Set[str]) -> None:
    """Go up from the end; a mail has few footers, and a hostile one is not worth the time."""
    found = 0
    for index in reversed(page.texts):
        if page.kinds[index] == TEXT and any(phrase in page.bare[index].lower() for phrase in present):
            _mark_around(page, index)
            found += 1
            if found == _MOST_FOUND:
                return


def _mark_mailman(page: Page) -> None:
    """Mark what Mailman 2 puts at the end: a long underline, and lines with an address below."""
    for index in page.texts:
        bare = page.bare[index]
        if page.kinds[index] != TEXT or len(bare) < 20 or bare.strip("_"):
            continue
        first = index + 1
        stop = _end_of_paragraph(page, first)
        if not first < stop <= first + _LONGEST_RULED:
            continue
        below = " ".join(page.bare[first:stop]).lower()
        if "mailing list" in below or (
            "://" in below and ("@" in below or " at " in below or "list" in below)
        ):
            page.mark(index, stop, FOOTER)


def _mark_around(page: Page, index: int) -> None:
    start = _find_rule_above(page, index)
    stop = _end_of_footer(page, index)
    is_sure = any(phrase in page.bare[index].lower() for phrase in _SURE)
    if start is None:
        if not is_sure and page.has_own(stop, len(page.kinds)):
            return
        start = _start_of_paragraph(page, index)
        if not is_sure and not _is_terse(page, start, stop):
            return
    page.mark(start, stop, FOOTER, only=frozenset({TEXT}))


def _find_rule_above(page: Page, index: int) -> int | None:
    """Return the nearest drawn line above, the upper one of two."""
    line = index
    for _ in range(_MOST_ABOVE + 1):
        if line < 0 or page.kinds[line] in (QUOTE, FENCED):
            return None
        bare = page.bare[line]
        if bare and len(bare) < 200 and not bare.strip(_STROKES):
            return line
        line -= 1
    return None


def _end_of_paragraph(page: Page, index: int) -> int:
    end = min(len(page.kinds), index + _FARTHEST)
    while index < end and page.kinds[index] in (TEXT, FOOTER):
        index += 1
    return index


def _start_of_paragraph(page: Page, index: int) -> int:
    end = max(0, index - _FARTHEST)
    while index > end and page.kinds[index - 1] == TEXT:
        index -= 1
    return index


def _end_of_footer(page: Page, index: int) -> int:
    """Return the line after the footer: its paragraph, and paragraphs below that go on about the list."""
    stop = _end_of_paragraph(page, index)
    while stop < len(page.kinds) and stop - index <= _LONGEST:
        after = page.next_filled(stop)
        if after >= len(page.kinds) or page.kinds[after] not in (TEXT, FOOTER):
            return stop
        end = _end_of_paragraph(page, after)
        if not _is_about_the_list(page, after, end):
            return stop
        stop = end
    return stop


def _is_about_the_list(page: Page, start: int, stop: int) -> bool:
    paragraph = " ".join(page.bare[start:stop]).lower()
    if stop - start > _LONGEST_RULED:
        return False
    return (
        bool(_FINDER.find(paragraph))
        or page.kinds[start] == FOOTER
        or not paragraph.strip(_STROKES)
        or paragraph.startswith(("<*>", "http://", "https://", "<http"))
    )


def _is_terse(page: Page, start: int, stop: int) -> bool:
    """Tell a footer without a line above from somebody who explains how to leave: it has few lines."""
    filled = sum(1 for line in range(start, stop) if page.kinds[line] != BLANK)
    return filled <= _LONGEST and page.has_own(0, start)
