"""Cut Discord Markdown that is too long: at a block, else a sentence, else a word, and never inside markup.

Only the part that may stay is looked at, so the time depends on the limit and not on the text.
"""

import re
from dataclasses import dataclass

from bot.text.limits import ELLIPSIS, fitting, length

# What must stay whole, and the delimiters that have to be closed again. The look ahead of a fence is the
# one thing that may reach beyond the limit; a fence is closed where it is cut.
_TOKEN = re.compile(
    r"""
      (?P<fence> ```[\w+#.-]{0,20}\n?(?P<code> .*?)(?:```|\Z) )
    | (?P<atom> \\[^\n] | (?P<ticks>`{1,2})(?!`)[^\n]{1,1000}?(?P=ticks)(?!`)
              | \[ (?:[^\[\]\n\\]|\\.|\[[^\[\]\n]{0,200}\]){1,500} \]\( [^()\s]{1,2100} \)
              | https?://[^\s<>]{1,2100} | <[^<>\s]{1,2100}> )
    | (?P<mark> \*\*\*|\*\*|\*(?=\S)|(?<=\S)\*|__|~~|\|\| )
    | (?P<space> \s+ )
    """,
    re.VERBOSE | re.DOTALL,
)
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]*_]{0,3}\Z|[。！？]\Z")
_LEAST_BLOCK_SHARE = 0.6
_LEAST_SENTENCE_SHARE = 0.4
_CLOSING_ROOM = 12
_WORD, _SENTENCE, _BLOCK = 1, 2, 3


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the text may end, how good that is, and what has to be closed there."""

    end: int
    rank: int
    closing: str = ""


def cut(markdown: str, limit: int, *, more: str = "") -> str:
    """Return at most `limit` characters of the text, with `more` behind it where something was left out.

    Args:
        markdown: Discord Markdown.
        limit: How long the result may be, `more` and all.
        more: What leads to the rest, such as a link; left out where it does not fit.
    """
    if length(markdown) <= limit:
        return markdown
    room = limit - length(more) - len("\n\n") - len(ELLIPSIS)
    if room < limit // 3:
        more, room = "", limit - len(ELLIPSIS)
    if room <= 0:
        return ELLIPSIS[: max(0, limit)]
    place = _choose(_places(markdown, fitting(markdown, room)), room)
    head = markdown[: place.end].rstrip()
    if place.closing.startswith("\n"):
        return f"{head}{place.closing}{f'{chr(10)}{more}' if more else ''}"
    if place.rank == _WORD:
        head += ELLIPSIS
    head += place.closing
    joint = "\n\n" if place.rank == _BLOCK else " "
    return f"{head}{joint}{more}" if more else head


def _choose(places: list[_Place], room: int) -> _Place:
    for rank, share in ((_BLOCK, _LEAST_BLOCK_SHARE), (_SENTENCE, _LEAST_SENTENCE_SHARE), (_WORD, 0.0)):
        for place in reversed(places):
            if place.rank >= rank and place.end >= room * share:
                return place
    return places[-1]


def _places(markdown: str, end: int) -> list[_Place]:
    """List where the first `end` characters may be cut, in order; there is always one."""
    places: list[_Place] = []
    opened: list[str] = []
    done = 0
    for match in _TOKEN.finditer(markdown):
        if match.start() >= end:
            break
        if match["fence"] is not None and match.end() > end:
            places.extend(_places_in_code(markdown, match, end))
            return places or [_Place(0, _WORD)]
        if match.end() > end and match["space"] is None:
            end = match.start()
            break
        if match["space"] is not None:
            places.append(_place_at(markdown, match, opened))
        elif match["mark"] is not None:
            _toggle(opened, match["mark"])
        done = match.end()
    hard = _Place(max(done, end), _WORD, "".join(reversed(opened)))
    fitted = [each for each in places if each.end + len(each.closing) <= end]
    return fitted or [_Place(max(0, hard.end - len(hard.closing)), _WORD, hard.closing)]


def _place_at(markdown: str, match: re.Match[str], opened: list[str]) -> _Place:
    before = markdown[max(0, match.start() - 5) : match.start()]
    closing = "".join(reversed(opened))
    if "\n" in match[0] and not opened:
        return _Place(match.start(), _BLOCK)
    return _Place(match.start(), _SENTENCE if _SENTENCE_END.search(before) else _WORD, closing)


def _places_in_code(markdown: str, match: re.Match[str], end: int) -> list[_Place]:
    """Cut code between its lines, and before its fence where too little of it would stay."""
    start = match.start("code")
    inside = end - len("\n```")  # below zero with very little room, which rfind would count from the end
    last = markdown.rfind("\n", start, max(start, inside))
    if last > start:
        return [_Place(last, _SENTENCE, "\n```")]
    if match.start() > 0:
        return [_Place(match.start(), _BLOCK)]
    return [_Place(inside, _WORD, "\n```")] if inside > start else []


def _toggle(opened: list[str], mark: str) -> None:
    for part in ("**", "*") if mark == "***" else (mark,):
        if part in opened:
            opened.remove(part)
        else:
            opened.append(part)
