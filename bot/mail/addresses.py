"""Take e-mail addresses out of any text: no full address is ever shown.

An address beside a name becomes the name; alone it becomes "u…@host". Archives write the sign in other ways:
"user at host", "user (a) host", "user[at]host[dot]org", a full-width @. A plain " at " is also English: it is
taken for the sign where headers put it, and elsewhere unless the word before it is one that goes with places
("the wiki at …") or what follows may be a file. Each address is found from its sign outwards, within fixed
bounds, so the time is linear in the text.
"""

import re
from dataclasses import dataclass
from typing import Final

from bot.mail.quotes.vocabulary import phrases
from bot.text.markdown import clean

MASK: Final = "…"

_SIGN = re.compile(
    r"(?P<written>[ \t]?[(\[{<][ ]?(?:a|at|AT|At|ät|@)[ ]?[)\]}>][ \t]?|[ \t]?[@＠﹫][ \t]"
    r"|[ ][-_*|]{1,2}(?:at|AT)[-_*|]{1,2}[ ])"
    r"|(?P<loose>[ \t][@＠﹫])|(?P<word>[ ](?:at|AT)[ ])|(?P<plain>[@＠﹫]|&\#64;|&commat;)|(?P<escaped>%40)"
)
_LOCAL = re.compile(r"[\w.+=~%&'*!#$^{|}?`-]{1,64}\Z|\"[^\"\n]{1,64}\"\Z")
_LOCAL_IN_URL = re.compile(r"[\w.+~-]{1,64}\Z")
_LONGEST_LOCAL = 66
_DOT = (
    r"(?:\.|[ \t]?[(\[{][ ]?(?:dot|DOT|punkt)[ ]?[)\]}][ \t]?"
    r"|[ ](?:dot|DOT)[ ]|[ ][-_*|]{1,2}(?:dot|DOT)[-_*|]{1,2}[ ])"
)
_HOST = re.compile(rf"\[[\d.:a-zA-Z]{{2,60}}\]|[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{0,9}}")
_DOTS = re.compile(_DOT)
_DOMAIN = re.compile(r"[^\s@]{1,600}\.(?:[^\W\d_A-Z]{2,24}|[A-Z]{2,24}|xn--[\w-]{2,59})\Z")
_VERSION = re.compile(r"[\d.]{1,40}\Z")

_NAME_BEFORE = re.compile(r"(?:[^\W\d_a-z][\w.'’-]{0,40}|[\"”’)])[ \t]{0,3}\Z")
_NAME_BEHIND = re.compile(r"[ \t]{1,3}\((?P<name>[^()@＠\n]{1,80})\)")
_QUERY = re.compile(r"\?[^\s<>()\[\]]{0,300}")
_BRACKETS = (("<", ">"), ("&lt;", "&gt;"), ("[", "]"), ("(", ")"))
_MAILTO = "mailto:"

_HEADER = re.compile(
    r"[ \t>*|]{0,20}(?:from|to|cc|bcc|sender|reply-to|author|von|an|de|para|da|van)[ \t*]{0,3}:",
    re.IGNORECASE,
)
_NO_WORD = re.compile(r"[^\W\d_]{0,60}[\d._+=-]")
_WROTE = re.compile(r">?[ ]{0,3}(?:wrote|writes|said|schrieb|a écrit|escribió|ha scritto|schreef|skrev)\b")
_LONGEST_LINE = 300
_SPOKEN = frozenset(
    phrases(
        "a|about|account|again|aim|aimed|all|and|another|are|article|available|be|been|begin|blog|branch|bug|bugs",
        "building|check|code|conference|connect|data|details|developer|discussion|docs|documentation|download",
        "down|email|engineer|everything|example|examples|fails|file|files|find|folks|found|go|guide|guys|hack",
        "hacking|he|here|host|hosted|hosting|in|info|information|is|issue|issues|it|jobs|link|links|list|lists",
        "live|lives|living|located|look|looked|looking|look|mail|me|meet|meeting|mirror|mirrors|more|now|on|one",
        "online|out|over|page|pages|patch|people|point|pointed|post|posted|professor|project|projects|published",
        "read|register|registered|release|repo|report|repository|running|see|server|service|site|sites|slides",
        "source|sources|start|student|stuff|talk|team|that|them|there|these|they|things|this|thread|ticket",
        "tickets|today|tree|tutorial|up|us|version|videos|visit|was|we|were|wiki|work|worked|working|works|you",
    )
)
"""What stands before the English "at" and a host: "the wiki at example.org"."""
_SURELY_DOMAIN = re.compile(
    r".{0,600}\.(?:com|org|net|edu|gov|mil|int|info|biz|name|dev|app"
    r"|(?!(?:py|rs|sh|pl|md|cc|so|pm|am|ps|do|ml|mm|rb|js|cs|go|vb|hs)\Z)[a-z]{2})\Z"
)
"""Not what a file's name ends with: "it fails at main.py"."""

_URL = re.compile(r"(?<![\w@＠﹫;])https?://[^\s<>\"']{1,2000}", re.IGNORECASE)
_ENTITY = re.compile("&#64;|&commat;|[＠﹫]")
_LEAST_ID = 12


@dataclass(frozen=True, slots=True)
class _Found:
    """An address in a text: where it stands, and what is left of it."""

    start: int
    stop: int
    masked: str


def mask_addresses(text: str) -> str:
    """Return the text without full addresses and without invisible characters.

    In web addresses an identifier with an @ in it, as archives have them, is written so that the link works.
    """
    text = clean(text)
    parts: list[str] = []
    position = 0
    for url in _URL.finditer(text):
        parts += (_scrub_plain(text[position : url.start()]), _scrub_url(url[0]))
        position = url.end()
    parts.append(_scrub_plain(text[position:]))
    return "".join(parts)


def mask_address(address: str) -> str:
    """Return "u…@host" for an address, to tell two apart without showing either."""
    local, _, host = address.strip().strip("<>").rpartition("@")
    return f"{local.lstrip(chr(34))[:1]}{MASK}@{host}"


def _scrub_plain(text: str) -> str:
    parts: list[str] = []
    position = 0
    for sign in _SIGN.finditer(text):
        if sign.start() < position:
            continue
        found = _find(text, sign, position)
        if found is not None:
            start, stop, written = _in_place(text, found, position)
            parts += (text[position:start], written)
            position = stop
    parts.append(text[position:])
    return "".join(parts)


def _scrub_url(url: str) -> str:
    scheme, _, rest = _ENTITY.sub("@", url).partition("://")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if MASK not in authority:
        rest = rest[max((sign.end() for sign in _SIGN.finditer(authority)), default=0) :]  # whoever logs in
    parts = [f"{scheme}://"]
    position = 0
    for sign in _SIGN.finditer(rest):
        found = (
            None
            if sign.start() < position or sign["word"]
            else _find(rest, sign, position, local=_LOCAL_IN_URL)
        )
        if found is not None:
            local = rest[found.start : sign.start()]
            is_id = len(local) >= _LEAST_ID and any(character.isdigit() for character in local)
            written = f"{local}%40{rest[sign.end() : found.stop]}" if is_id else found.masked
            parts += (rest[position : found.start], written.replace("@", "%40") if is_id else written)
            position = found.stop
    parts.append(rest[position:])
    return "".join(parts)


def _find(text: str, sign: re.Match[str], floor: int, *, local: re.Pattern[str] = _LOCAL) -> _Found | None:
    """Return the address around a sign, if there is one."""
    lowest = max(floor, sign.start() - _LONGEST_LOCAL)
    name = local.search(text[lowest : sign.start()])
    host = _HOST.match(text, sign.end())
    if name is None or host is None:
        return None
    domain = _DOTS.sub(".", host[0]).strip("-_.")
    start = lowest + name.start()
    if not domain or _VERSION.match(domain):
        return None
    if sign.lastgroup in ("written", "loose", "word") and not _DOMAIN.match(domain):
        return None
    if sign.lastgroup == "loose" and not (_NO_WORD.match(name[0]) or _SURELY_DOMAIN.match(domain.lower())):
        return None
    if sign.lastgroup == "word" and not (
        _is_header_like(text, name[0], start, host.end())
        or (name[0].lower() not in _SPOKEN and _SURELY_DOMAIN.match(domain.lower()))
    ):
        return None
    return _Found(start, _past_chain(text, host.end()), mask_address(f"{name[0]}@{domain}"))


def _past_chain(text: str, stop: int) -> int:
    """Return where "@b@c" ends behind an address: it must not become one of its own."""
    while (sign := _SIGN.match(text, stop)) and sign["word"] is None:
        host = _HOST.match(text, sign.end())
        if host is None:
            break
        stop = host.end()
    return stop


def _is_header_like(text: str, local: str, start: int, stop: int) -> bool:
    """Tell the " at " that an archive wrote for the sign from the English word."""
    if _NO_WORD.match(local) or _NAME_BEHIND.match(text, stop) or _WROTE.match(text, stop):
        return True
    before = text[max(0, start - _LONGEST_LINE) : start].rpartition("\n")[2]
    if before.endswith(("<", "[", _MAILTO)) or _HEADER.match(before):
        return True
    if local.lower() in _SPOKEN:
        return False
    if before.endswith("("):
        return _NAME_BEFORE.search(before[:-1]) is not None
    return not before.strip(" \t>|*") and text[stop : stop + 1] in ("", "\n")


def _in_place(text: str, found: _Found, floor: int) -> tuple[int, int, str]:
    """Return what of the text goes and what stands there instead: the name where one stands beside."""
    start, stop = found.start, found.stop
    if text[max(floor, start - len(_MAILTO)) : start].lower() == _MAILTO:
        start -= len(_MAILTO)
        query = _QUERY.match(text, stop)
        stop = query.end() if query else stop
    for opening, closing in _BRACKETS:
        if text.startswith(closing, stop) and text.endswith(opening, floor, start):
            return _in_brackets(text, found, floor, (start - len(opening), stop + len(closing)))
    behind = _NAME_BEHIND.match(text, stop)
    if behind is not None:
        return start, behind.end(), behind["name"].strip()
    return start, stop, found.masked


def _in_brackets(text: str, found: _Found, floor: int, place: tuple[int, int]) -> tuple[int, int, str]:
    start, stop = place
    before = text[max(floor, start - _LONGEST_LOCAL) : start]
    if _NAME_BEFORE.search(before):
        return start - (len(before) - len(before.rstrip(" \t"))), stop, ""
    if start == floor > 0:  # ann@host<mailto:ann@host>
        return start, stop, ""
    return start, stop, found.masked
