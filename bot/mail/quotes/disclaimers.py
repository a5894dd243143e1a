"""Find the lawyers' paragraphs below a mail, and the banners above it that warn of outside senders."""

from collections.abc import Iterable
from typing import Final

from bot.mail.quotes.page import BLANK, CUT, LEGAL, OWN, RULE, TEXT, Page
from bot.mail.quotes.vocabulary import Finder, phrases

_MOST_PARAGRAPHS = 6
_LEAST_LENGTH = 60

_SECRETS = phrases(
    "confidential|privileged|proprietary|confidentiel|confidencial|confidenzial|riservat|vertraulich",
    "vertrouwelijk|konfidentiel|konfidensiel|luottamuksel|poufn|důvěrn|конфиденциальн|конфіденційн|機密",
    "保密|机密|기밀|סודי|gizli|bizalmas|εμπιστευτικ",
)
_READERS = phrases(
    "recipient|addressee|intended|destinataire|destinatario|destinatário|destinatari|empfänger|adressat",
    "geadresseerde|ontvanger|mottagare|modtager|mottaker|vastaanottaja|odbiorc|adresat|příjemc|получател",
    "адресат|одержувач|宛先|受信者|收件人|수신인|נמען|alıcı|címzett|παραλήπτη",
)
_PLAIN = phrases(
    "if you are not the intended recipient|if you have received this email in error",
    "if you have received this message in error|received this communication in error",
    "this e-mail and any attachments|this email and any attachments",
    "this message contains information which may be confidential",
    "please consider the environment before printing|think before you print|save a tree",
    "pensez à l'environnement avant|bitte prüfen sie der umwelt zuliebe|antes de imprimir",
    "prima di stampare|denk aan het milieu|registered in england|registered office:",
    "sitz der gesellschaft:|amtsgericht|handelsregister|geschäftsführer:|registergericht",
)
_BANNERS = phrases(
    "caution: this email originated|caution: this email came from|external email]|external email:",
    "external sender]|warning: this email originated|this email originated from outside",
    "this message originated outside|external sender|caution: external|external mail",
    "you don't often get email from|you don’t often get email from|extern]|achtung: diese e-mail stammt",
    "attention : ce courriel provient|atención: este correo|atenção: este e-mail",
)
_FINDER = Finder((*_SECRETS, *_READERS, *_PLAIN))
_BANNER_LINES = 8
_FREQUENT = frozenset({"attachments", "before", "don't", "don’t", "think"})
"""Words of notices that tell of none: "attachments" stands in the note of every archive about one."""


def _stems(some: Iterable[str]) -> frozenset[str]:
    """Return the longest telling word of each phrase: it stands in one line wherever that is wrapped."""
    telling = [sorted(set(phrase.split()) - _FREQUENT) for phrase in some]
    return frozenset(max(words, key=len) for words in telling)


_SECRET_STEMS = _stems(_SECRETS)
_READER_STEMS = _stems(_READERS)
_PLAIN_STEMS = _stems(_PLAIN)
_BANNER_STEMS = _stems(_BANNERS)
STEMS: Final = _SECRET_STEMS | _READER_STEMS | _PLAIN_STEMS | _BANNER_STEMS
"""Without one of them there is no notice and no banner in a mail."""


def mark_disclaimers(page: Page) -> None:
    """Mark legal notices below the author's words and banners above them."""
    _mark_notices(page)
    if not page.holds.isdisjoint(_BANNER_STEMS):
        _mark_banner(page)


def _mark_notices(page: Page) -> None:
    """Go up from the end, paragraph by paragraph, as long as each is a notice.

    Without a word of one it can but be a drawn line.
    """
    may_tell = _may_tell(page)
    stop = len(page.kinds)
    for _ in range(_MOST_PARAGRAPHS):
        last = stop - 1
        while last >= 0 and page.kinds[last] not in OWN:
            last -= 1
        if last < 0 or page.kinds[last] != TEXT or not (may_tell or _is_drawn(page.bare[last])):
            return
        start = last
        while start > 0 and page.kinds[start - 1] == TEXT:
            start -= 1
        if not page.has_own(0, start) or not _is_notice(page, start, last + 1, may_tell=may_tell):
            return
        page.mark(start, last + 1, LEGAL)
        stop = start


def _may_tell(page: Page) -> bool:
    """Tell whether a paragraph may be a notice by its words."""
    holds = page.holds
    if CUT in page.kinds:  # answers there may have borne a quote mark when it was asked what the text holds
        return True
    is_secret = not holds.isdisjoint(_SECRET_STEMS) and not holds.isdisjoint(_READER_STEMS)
    return is_secret or not holds.isdisjoint(_PLAIN_STEMS)


def _is_notice(page: Page, start: int, stop: int, *, may_tell: bool) -> bool:
    paragraph = " ".join(page.bare[start:stop]).lower()
    found = _FINDER.find(paragraph) if may_tell else frozenset[str]()
    if not found.isdisjoint(_PLAIN):
        return True
    if len(paragraph) < _LEAST_LENGTH:
        return _is_drawn(paragraph)
    return not (found.isdisjoint(_SECRETS) or found.isdisjoint(_READERS))


def _is_drawn(text: str) -> bool:
    return not text.strip("-–—_*=~ ")


def _mark_banner(page: Page) -> None:
    first = page.next_filled(0)
    stop = first
    while stop < min(len(page.kinds), first + _BANNER_LINES) and page.kinds[stop] == TEXT:
        stop += 1
    paragraph = " ".join(page.bare[first:stop]).lower().lstrip("*-_=[ ")
    if (
        paragraph.startswith(_BANNERS)
        and page.has_own(stop, len(page.kinds))
        and page.kinds[stop : stop + 1] in ([BLANK], [RULE])
    ):
        page.mark(first, stop, LEGAL)
