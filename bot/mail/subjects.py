"""Take a subject apart: reply marks in the languages that mailers speak, tags in square brackets, the rest.

Lists are named in their own tags ("[Twisted-web]", "[toc]"), which say nothing to a reader of the list; other
tags ("[VOTE]", "[PATCH 1/3]") are part of what a subject says.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

SUBJECT_CHARACTERS: Final = 256
_MAX_MARKS: Final = SUBJECT_CHARACTERS // 2
_MAX_TAGS: Final = 10

_REPLIES: Final = (
    "re|aw|antw|antwort|sv|svar|vs|vast|réf|rép|réponse|rif|r|res|odp|odpověď|ynt|cevap|yan|bls|balas"
    "|atb|vedr|ang|απ|σχετ|на|отв|ответ|відп|回复|回覆|答复|答覆|返信|回信|답장|회신|trả lời"
    "|تر|رد|השב|תשובה|ตอบ"
)
_FORWARDS: Final = (
    "fwd?|wg|vb|vl|tr|rv|reenv|enc|doorst|pd|ilt|i̇lt|ilet|trs|továbbítás|továbbítva|vá|πρθ|пересл"
    "|转发|轉寄|轉發|転送|전달|chuyển tiếp|إعادة توجيه|הועבר|ส่งต่อ"
)
# "Re:", "Re[2]:", "RE (3) :", "AW：" with the wide colon. Nothing here can be matched in two ways.
_MARK: Final = re.compile(
    rf"(?:(?P<reply>{_REPLIES})|(?P<forward>{_FORWARDS}))\s?(?:[\[(^]?\d{{1,4}}[\])]?)?\s?[:：]\s*",
    re.IGNORECASE,
)
_TAG: Final = re.compile(r"\[([^\[\]]{1,80})\]\s*")
_WRAPPED: Final = re.compile(
    r"\[(?:fwd?|forward):\s*+(.+)\]\s*\Z|\((?:fwd?|forward)[:\s]\s*+(.+)\)\s*\Z", re.IGNORECASE
)
_FORWARD_END: Final = re.compile(r"(?<!\s)\s*\((?:fwd|forward(?:ed)?)\)\s*\Z", re.IGNORECASE)
_WORDS: Final = re.compile(r"[^\W_]+")
_NUMBER_END: Final = re.compile(r"[\s:#-]{1,3}\d{1,9}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A subject and its parts; see Email for what they are."""

    text: str = ""
    topic: str = ""
    topic_key: str = ""
    tags: tuple[str, ...] = ()
    is_reply: bool = False
    is_forward: bool = False


def parse_subject(text: str, list_names: Iterable[str] = ()) -> Subject:
    """Take a decoded subject apart.

    Args:
        text: One line, however long.
        list_names: What the list is called: its id, its address, its name. A tag made of nothing but words of
            these is the list's own.
    """
    whole = _cut(text)
    rest = whole
    tags: dict[str, None] = {}
    is_reply = is_forward = False
    for _ in range(_MAX_MARKS):
        if wrapped := _WRAPPED.match(rest):
            is_forward, rest = True, (wrapped[1] or wrapped[2]).strip()
        elif (":" in rest or "：" in rest) and (mark := _MARK.match(rest)):
            is_reply, is_forward = is_reply or bool(mark["reply"]), is_forward or bool(mark["forward"])
            rest = rest[mark.end() :]
        elif (tag := _TAG.match(rest)) and len(tags) < _MAX_TAGS:
            tags.setdefault(" ".join(tag[1].split()))
            rest = rest[tag.end() :]
        else:
            break
    if ")" in rest and (ending := _FORWARD_END.search(rest)):
        is_forward, rest = True, rest[: ending.start()]
    names = tuple(list_names)
    kept = [f"[{tag}]" for tag in tags if tag and not _names_list(tag, names)]
    return Subject(
        text=whole,
        topic=" ".join([*kept, rest]).strip() or whole,
        topic_key=" ".join(rest.casefold().split()),
        tags=tuple(filter(None, tags)),
        is_reply=is_reply,
        is_forward=is_forward,
    )


def _cut(text: str) -> str:
    text = text.strip()
    return text if len(text) <= SUBJECT_CHARACTERS else text[: SUBJECT_CHARACTERS - 1].rstrip() + "…"


@lru_cache(maxsize=200)
def _names_list(tag: str, names: tuple[str, ...]) -> bool:
    """Tell whether a tag is made of the list's words; lists that count have a number behind them."""
    words = _WORDS.findall(_NUMBER_END.sub("", tag.casefold()))
    own = {word for name in names for word in _WORDS.findall(name.casefold())}
    return bool(words) and own.issuperset(words)
