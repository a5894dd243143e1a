"""Find the lawyers' paragraphs below a mail, and the banners above it that warn of outside senders."""

from bot.mail.quotes.page import BLANK, LEGAL, OWN, RULE, TEXT, Page
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


def mark_disclaimers(page: Page) -> None:
    """Mark legal notices below the author's words and banners above them."""
    _mark_notices(page)
    _mark_banner(page)


def _mark_notices(page: Page) -> None:
    """Go up from the end, paragraph by paragraph, as long as each is a notice."""
    stop = len(page.kinds)
    for _ in range(_MOST_PARAGRAPHS):
        last = stop - 1
        while last >= 0 and page.kinds[last] not in OWN:
            last -= 1
        if last < 0 or page.kinds[last] != TEXT:
            return
        start = last
        while start > 0 and page.kinds[start - 1] == TEXT:
            start -= 1
        if not page.has_own(0, start) or not _is_notice(page, start, last + 1):
            return
        page.mark(start, last + 1, LEGAL)
        stop = start


def _is_notice(page: Page, start: int, stop: int) -> bool:
    paragraph = " ".join(page.bare[start:stop]).lower()
    found = _FINDER.find(paragraph)
    if not found.isdisjoint(_PLAIN):
        return True
    if len(paragraph) < _LEAST_LENGTH:
        return not paragraph.strip("-–—_*=~ ")
    return not (found.isdisjoint(_SECRETS) or found.isdisjoint(_READERS))


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
