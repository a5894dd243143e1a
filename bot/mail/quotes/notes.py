"""Find what software puts into a text: PGP armour, notes about attachments taken out, scanners' lines."""

import re
from typing import Final

from bot.mail.quotes.page import BLANK, NOTE, QUOTE, TEXT, Page
from bot.mail.quotes.vocabulary import phrases

_BEGIN = re.compile(
    r"-----BEGIN PGP (SIGNED MESSAGE|SIGNATURE|MESSAGE|PUBLIC KEY BLOCK|PRIVATE KEY BLOCK)-----\Z"
)
_END = re.compile(r"-----END (?:PGP )?[A-Z ]{3,30}-----\Z")
_SMIME = re.compile(r"-----BEGIN (?:CERTIFICATE|PKCS7|CMS)-----\Z")
_NEXT_PART = re.compile(r"-{6,}+ next part -{6,}+\Z")
_SCRUBBED = phrases(
    "an html attachment was scrubbed|a non-text attachment was scrubbed",
    "an embedded and charset-unspecified text|an embedded message was scrubbed|skipped content of type",
    "a message part incompatible with plain text|ein dateianhang mit html-daten wurde abgetrennt",
    "ein dateianhang mit binärdaten wurde abgetrennt",
    "ein eingebundener text mit undefiniertem zeichensatz wurde abgetrennt|se ha borrado un adjunto",
    "se ha limpiado un adjunto|une pièce jointe html a été nettoyée",
    "une pièce jointe autre que texte a été|è stato filtrato un testo allegato",
    "un allegato html è stato rimosso|un allegato non testuale è stato rimosso|um anexo em html foi limpo",
    "een html-bijlage is gescrubt|html の添付ファイルを保管しました",
    "テキスト形式以外の添付ファイルを保管しました",
)
_DETAIL = re.compile(
    r"(?:URL|Url|Name|Type|Size|Desc|Taille|Nom|Tipo|Dateiname|Dateityp|Dateigröße|Beschreibung)\s{0,10}:"
)
_ATTACHMENTS = re.compile(r"(?:Attachments?|Attachment:|Anhänge|Pièces jointes|Adjuntos):?\Z", re.IGNORECASE)
_ATTACHED = re.compile(
    r"[*•-]\s{1,3}\S.{0,200} \([\w.+-]{1,60}/[\w.+-]{1,60}(?:; \S{1,40})?\s?(?:[—–-].{0,40})?\)\Z"
)
_DESCRIBED = re.compile(
    r"(?:Attachment: \S.{0,200}|Description: .{0,200}|\[?(?:cid|image|inline image):?[^\]\s]{1,200}\]?)\Z"
)
_LISTED = (
    "attachment",
    "anhänge",
    "pièces jointes",
    "adjuntos",
    "description: ",
    "[cid",
    "[image",
    "[inline image",
)
"""What a list of attachments, or the place of one, cannot do without."""
_SCANNED = phrases(
    "virus-free.|this email has been checked for viruses|this message has been scanned for viruses",
    "this email was scanned by|diese e-mail wurde von avast|checked by avg|no virus found in this",
    "l'absence de virus dans ce courrier|este correo electrónico ha sido comprobado|libre de virus.",
    "garanti sans virus.|virenfrei.|scanned by mailscanner|cet e-mail a été vérifié par le logiciel",
    "believed to be clean|questa e-mail è stata controllata|mail.ru|este e-mail foi verificado",
)
_MIME_SIGNED = "this is an openpgp/mime signed message"
_PART_HEADS = ("Content-", "MIME-Version:", "--")
_SIGNED_MIME = "this is a cryptographically signed message in mime format"
_BOASTS = (*_SCANNED, _SIGNED_MIME)
_REMOVED = (
    "[non-text portions of this message",
    "[attachment(s) from",
    "<html attachment>",
    "(see attached file:",
)
_ARMOURED = frozenset({"-----begin "})
_TAKEN_OUT = frozenset({"scrubbed", "next part", *_SCRUBBED})
_ATTACHED_SIGNS = frozenset(_LISTED)
_PART_SIGNS = frozenset({_MIME_SIGNED})
_LINE_SIGNS = frozenset({"virus", "scan", _SIGNED_MIME, *_REMOVED})
_LINES = frozenset({*_SCANNED, _SIGNED_MIME, *_REMOVED})
PHRASES: Final = _ARMOURED | _TAKEN_OUT | _ATTACHED_SIGNS | _PART_SIGNS | _LINE_SIGNS | _LINES
"""Without one of them there is nothing of the kind in a mail."""
_LONGEST_ARMOUR = 600
_MOST_ARMOURS = 40
_LONGEST_NOTE = 12


def mark_notes(page: Page) -> None:
    """Mark armour and notes; the words between the armour's lines stay."""
    if page.holds.isdisjoint(PHRASES):
        return
    if not page.holds.isdisjoint(_ARMOURED):
        _mark_armour(page)
    if not page.holds.isdisjoint(_TAKEN_OUT):
        _mark_scrubbed(page)
    if not page.holds.isdisjoint(_ATTACHED_SIGNS) and ("attachment" in page.holds or "/" in page.low):
        _mark_attachment_list(page)
    if not page.holds.isdisjoint(_PART_SIGNS):
        _mark_part_head(page)
    if not page.holds.isdisjoint(_LINE_SIGNS) and not page.holds.isdisjoint(_LINES):
        _mark_single_lines(page)


def _mark_armour(page: Page) -> None:
    index = found = 0
    while index < len(page.bare) and found < _MOST_ARMOURS:
        begin = _BEGIN.match(page.bare[index]) if page.kinds[index] == TEXT else None
        if begin is not None and begin[1] == "SIGNED MESSAGE":
            stop = _end_of_armour_headers(page, index + 1)
        elif begin is not None or (page.kinds[index] == TEXT and _SMIME.match(page.bare[index])):
            stop = _end_of_armour(page, index + 1)
        else:
            index += 1
            continue
        page.mark(index, stop, NOTE)
        index = max(stop, index + 1)
        found += 1


def _end_of_armour_headers(page: Page, index: int) -> int:
    while index < len(page.bare) and page.bare[index].startswith(
        ("Hash:", "Charset:", "NotDashEscaped:", "Comment:")
    ):
        index += 1
    return index


def _end_of_armour(page: Page, index: int) -> int:
    """Return the line after the armour; where it is cut off, the next blank line or quote ends it."""
    for stop in range(index, min(len(page.bare), index + _LONGEST_ARMOUR)):
        if _END.match(page.bare[stop]):
            return stop + 1
        if page.kinds[stop] == QUOTE:
            return stop
    while index < len(page.bare) and page.kinds[index] != BLANK:
        index += 1
    return index


def _mark_scrubbed(page: Page) -> None:
    scrubbed = tuple(page.holds.intersection(_SCRUBBED))
    for index, low in zip(page.texts, page.low_lines, strict=True):
        if page.kinds[index] != TEXT:
            continue
        if low[0] == "-" and _NEXT_PART.match(page.bare[index]):
            page.kinds[index] = NOTE
        elif low.startswith(scrubbed):
            page.mark(index, _end_of_note(page, index + 1), NOTE)


def _end_of_note(page: Page, index: int) -> int:
    for stop in range(index, min(len(page.bare), index + _LONGEST_NOTE)):
        bare = page.bare[stop]
        if page.kinds[stop] != TEXT or not (
            _DETAIL.match(bare) or bare.startswith(("<http", "http")) or bare == "not available"
        ):
            return stop
    return min(len(page.bare), index + _LONGEST_NOTE)


def _mark_part_head(page: Page) -> None:
    """Mark what an archive that knew no MIME shows of a signed mail's structure."""
    for index in page.texts:
        if page.kinds[index] != TEXT or not page.bare[index].lower().startswith(_MIME_SIGNED):
            continue
        page.kinds[index] = NOTE
        line = page.next_filled(index + 1)
        while line < len(page.bare) and page.kinds[line] == TEXT and page.bare[line].startswith(_PART_HEADS):
            page.kinds[line] = NOTE
            line += 1


def _mark_attachment_list(page: Page) -> None:
    """Mark the list of attachments that an archive (HyperKitty) puts at the end."""
    for index in page.texts:
        bare = page.bare[index]
        if page.kinds[index] != TEXT:
            continue
        if bare[0] in "AaPp" and _ATTACHMENTS.match(bare):
            stop = page.next_filled(index + 1)
            first = stop
            while stop < len(page.bare) and _ATTACHED.match(page.bare[stop]):
                page.kinds[stop] = NOTE
                stop += 1
            if stop > first:
                page.kinds[index] = NOTE
        elif bare[0] in "AD[" and _DESCRIBED.match(bare):
            page.kinds[index] = NOTE


def _mark_single_lines(page: Page) -> None:
    for index, low in zip(page.texts, page.low_lines, strict=True):
        is_note = low.lstrip("<[(*-— ").startswith(_BOASTS) or low.startswith(_REMOVED)
        if is_note and page.kinds[index] == TEXT:
            page.kinds[index] = NOTE
            after = index + 1
            if page.bare[after : after + 1] and page.bare[after].startswith(("<#", "https://www.av")):
                page.kinds[after] = NOTE
