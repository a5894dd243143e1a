"""Read and write how long before a meeting people want to be reminded: "24h, 15min, start"."""

import re
from collections.abc import Iterable
from datetime import timedelta

from bot.meetings.render import length_words
from bot.text.catalogue import Texts

MAX_LEADS = 5
LONGEST = timedelta(days=14)

# In the languages that the bot speaks: what it writes can be typed again, and so can what people write.
_START = frozenset({"start", "at start", "0", "now", "beginn", "zum beginn", "inicio", "al inicio"})
_PIECE = re.compile(r"(\d{1,5})\s*([^\W\d_]+)\.?")
_SEPARATORS = re.compile(r"[,;\n]|\b(?:and|und|y)\b")
_BEFORE = re.compile(r"\b(?:before|vorher|davor|antes)\b")
_WORDS = {
    timedelta(minutes=1): "m min mins minute minutes minuten minuto minutos",
    timedelta(hours=1): "h hr hrs hour hours std stunde stunden hora horas",
    timedelta(days=1): "d day days tag tage tg día días dia dias",
    timedelta(days=7): "w week weeks woche wochen semana semanas",
}
_UNITS = {word: unit for unit, words in _WORDS.items() for word in words.split()}


def parse_leads(text: str) -> tuple[timedelta, ...] | None:
    """Return the leads, the longest first; None when the words mean none that can be had."""
    found = set()
    for part in _SEPARATORS.split(text.casefold()[:400]):
        words = _BEFORE.sub("", part).strip()
        if not words:
            continue
        lead = timedelta() if words in _START else _parse_length(words)
        if lead is None or lead > LONGEST:
            return None
        found.add(lead)
    return tuple(sorted(found, reverse=True)) if len(found) <= MAX_LEADS else None


def write_leads(texts: Texts, leads: Iterable[timedelta]) -> str:
    """Return leads as they can be typed again."""
    return ", ".join(length_words(texts, lead) if lead else texts("time.at_start") for lead in leads)


def _parse_length(words: str) -> timedelta | None:
    pieces = _PIECE.findall(words)
    if not pieces or _PIECE.sub("", words).strip() or any(unit not in _UNITS for _, unit in pieces):
        return None
    return sum((int(number) * _UNITS[unit] for number, unit in pieces), timedelta())
