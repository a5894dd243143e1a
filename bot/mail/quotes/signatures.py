"""Find signatures: below a delimiter, a phone's "Sent from …", and a name behind a dash as the last line."""

import re

from bot.mail.quotes.device_words import BEGINNINGS, ENDINGS, EXCUSES, FIRST_WORDS, OWNERS, PLACES, THINGS
from bot.mail.quotes.page import (
    ATTRIBUTION,
    BLANK,
    DELIMITER,
    DEVICE,
    FENCED,
    FOOTER,
    HEADER,
    NOTE,
    OWN,
    QUOTE,
    RULE,
    SIGNATURE,
    TEXT,
    Page,
)

_DASHES = frozenset({"--", "—", "–", "―", "——", "– –", "- -", "- --", "-- --", "---- --"})
_MAY_SIGN = frozenset({TEXT, BLANK, DEVICE, FOOTER, NOTE})
_RULE_CHARACTERS = "-–—―_=*~#+.•·"
_STROKES = frozenset(_RULE_CHARACTERS)
_LONGEST_DEVICE_LINE = 110
_LONGEST_STRICT = 40
"""RFC 3676 asks for "-- " with the space; what follows it is a signature however long."""
_LONGEST_LOOSE = 12
_LONGEST_RULED = {"_": 8, "-": 4, "=": 4, "*": 4, "~": 4}
_MOST_PLACE_WORDS = 8
_LONGEST_RULED_LINE = 90
_SIGNED = re.compile(r"(?:-{1,2}|-- )[A-ZÀ-ÞΑ-ΩА-Я][\w.'’]{0,20}(?: [A-ZÀ-ÞΑ-ΩА-Я][\w.'’-]{0,20}){0,2}\Z")
_ENDINGS = frozenset(ENDINGS)
_STARTS = frozenset({*FIRST_WORDS, *PLACES})
_PLACE_INITIALS = frozenset(place[0] for place in PLACES) | {place[0].upper() for place in PLACES}
_STOPS = ".!?)"
_OPENINGS = "<([{*_-–—•/|~\"'« "


def mark_devices(page: Page) -> None:
    """Mark what phones and mail apps write below a mail."""
    has_ending = not _ENDINGS.isdisjoint(page.holds)
    lines = zip(page.texts, page.low_lines, strict=True)
    if has_ending:
        likely = list(page.texts)
    elif _STARTS.isdisjoint(page.holds):
        return
    else:
        likely = [index for index, line in lines if line.lstrip(_OPENINGS)[:2] in BEGINNINGS]
    for index in reversed(likely):
        if page.kinds[index] != TEXT or len(page.bare[index]) > _LONGEST_DEVICE_LINE:
            continue
        if is_device_line(page.bare[index], may_end=has_ending):
            if _stands_apart(page, index):
                page.kinds[index] = DEVICE
        elif page.bare[index][:1] in _PLACE_INITIALS and _is_last_place(page, index):
            page.kinds[index] = DEVICE


def is_device_line(bare: str, *, may_end: bool = True) -> bool:
    """Tell whether a line says from what the mail was sent."""
    low = bare.lstrip(_OPENINGS)[:_LONGEST_DEVICE_LINE].lower()
    beginnings = BEGINNINGS.get(low[:2])
    if beginnings is not None and low.startswith(beginnings):
        clause, _, rest = low.partition(", ")
        if any(thing in clause for thing in THINGS):
            return True
        if rest and not rest.removeprefix("so ").startswith(EXCUSES):  # a sentence about where it was written
            return any(thing in low for thing in THINGS) and not any(owner in clause for owner in OWNERS)
        return any(owner in low for owner in OWNERS)
    if not may_end:
        return False
    ended = low.rstrip(".!)>]* ")
    return ended.endswith(ENDINGS) and any(thing in low for thing in THINGS)


def _is_last_place(page: Page, index: int) -> bool:
    """Tell a joke on such lines: a few words alone in the last of the author's paragraphs."""
    bare = page.bare[index]
    if not bare.lower().startswith(PLACES) or len(bare.split()) > _MOST_PLACE_WORDS or bare[-1] in ":?":
        return False
    after = page.next_filled(index + 1)
    is_last = after >= len(page.kinds) or page.kinds[after] not in (TEXT, FENCED)
    return is_last and "," not in bare and index > 0 and page.kinds[index - 1] == BLANK


def mark_signatures(page: Page) -> None:
    """Mark what follows a signature delimiter, down to a quote or the end."""
    lines = zip(page.texts, page.low_lines, strict=True)
    may_be = [index for index, low in lines if low[0] in _STROKES]
    first = page.first_own() if may_be else 0
    for index in may_be:
        bare = page.bare[index]
        if page.kinds[index] not in (TEXT, FOOTER):
            continue
        if bare in _DASHES:
            _mark_below(page, index, _LONGEST_STRICT if page.is_strict(index) else _LONGEST_LOOSE)
        elif first < index and page.kinds[index] == TEXT and is_rule(bare):
            _mark_ruled(page, index, bare[0])


def mark_name_behind_dash(page: Page) -> None:
    """Mark "-Ann Lee" as the last of the author's lines."""
    last = len(page.kinds) - 1
    while last >= 0 and page.kinds[last] not in OWN:
        last -= 1
    if last < 1 or page.kinds[last] != TEXT:
        return
    above = page.bare[last - 1]  # a blank line of code is of that kind, not BLANK
    if above and above[-1] not in _STOPS:
        return  # a list's last item
    if _SIGNED.match(page.bare[last]) and page.has_own(0, last):
        page.kinds[last] = SIGNATURE


def mark_end_rules(page: Page) -> None:
    """Mark drawn lines that have none of the author's words below them."""
    for index in range(len(page.kinds) - 1, -1, -1):
        if page.kinds[index] not in OWN:
            continue
        is_drawn = is_rule(page.bare[index]) or page.bare[index] in ("-", "_", "—")
        if page.kinds[index] != TEXT or not is_drawn:
            return
        page.kinds[index] = RULE


def is_rule(bare: str) -> bool:
    """Tell a drawn line: at least three of the same kind of stroke."""
    return len(bare) >= 2 and not bare.strip(_RULE_CHARACTERS + " ")


def _stands_apart(page: Page, index: int) -> bool:
    after = page.next_filled(index + 1)
    if after >= len(page.kinds) or page.kinds[after] != TEXT:
        return True
    if page.bare[after].lower().startswith(EXCUSES):
        page.kinds[after] = DEVICE
        return True
    is_apart_above = index == 0 or page.kinds[index - 1] != TEXT
    return is_apart_above and after > index + 1


def _mark_below(page: Page, index: int, most: int) -> None:
    """Mark the lines below a delimiter as a signature, if they are few enough."""
    stop = index + 1
    filled = 0
    while stop < len(page.kinds) and page.kinds[stop] in _MAY_SIGN:
        if page.kinds[stop] == NOTE and page.bare[stop].startswith("---"):
            break  # an attachment that the archive shows as text
        filled += page.kinds[stop] == TEXT
        if filled > most:
            return
        stop += 1
    page.mark(index, stop, SIGNATURE, only=frozenset({TEXT}))


def _mark_ruled(page: Page, index: int, stroke: str) -> None:
    """Take a few short last lines below a rule for a signature."""
    most = _LONGEST_RULED.get(stroke, 0)
    if most == 0:
        return
    if stroke != "_" and (
        page.last_filled(index - 1) == index - 1 or page.next_filled(index + 1) > index + 1
    ):
        return  # a heading, underlined, or a rule between sections
    stop = index + 1
    texts = 0
    while stop < len(page.kinds) and page.kinds[stop] not in (QUOTE, ATTRIBUTION, HEADER, DELIMITER):
        texts += page.kinds[stop] in OWN
        if texts > most or len(page.bare[stop]) > _LONGEST_RULED_LINE or _is_framed(page, stop, stroke):
            return
        stop += 1
    if not page.has_own(stop, len(page.kinds)):
        page.mark(index, stop, SIGNATURE, only=frozenset({TEXT}))


def _is_framed(page: Page, index: int, stroke: str) -> bool:
    """Tell a second rule: what stands between two is set off, not a signature."""
    return stroke in "=*" and page.bare[index][:1] == stroke and is_rule(page.bare[index])
