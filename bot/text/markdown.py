"""Write text for Discord so that it reads as it stands: a linear escaper, honest links, closed code.

What Discord's client interprets, and where, was read off its parser's behaviour: emphasis by `*`, `_`, `~~`
and `||`; code by backticks; at the start of a line quotes, headings, subtext and lists; `[text](address)`;
bare http addresses; `<@…>`, `<#…>`, `<t:…>`, `</…:…>`, `<:…:…>`, `<id:…>`; "@everyone" and "@here". Only
there something is escaped. Every pattern here is bounded, so the time is linear in the text.
"""

import re

from bot.text.links import is_international, is_safe_url, shows_other_host, write_url

ZERO_WIDTH_SPACE = "\u200b"

# Direction overrides and isolates reorder what follows; tags, fillers and controls hide text. ZWJ and ZWNJ
# stay: emoji and Persian need them. So do direction marks (U+200E, U+200F), which move only themselves.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")

# A mention is broken by a zero-width space and not by a backslash: where Markdown is not interpreted a
# backslash shows, and whoever looks for mentions in the raw text finds none.
_MENTION = re.compile(r"@(?=everyone|here|(?<=<@)[!&]?\d)|<(?=#\d|a?:\w|/[\w -]{1,100}:|t:|id:)")
_SPECIAL = re.compile(
    r"""
      (?P<url> https?://[^\s<>\\\[\]]+ )
    | (?P<lead> ^[ \t]* (?: >(?=[ ]|>>|$) | \#{1,3}(?=\s) | -\#(?=\s) | [-*](?=\s) | \d{1,9}(?=\.\s) ) )
    | (?P<mention> @(?=everyone|here|(?<=<@)[!&]?\d) | <(?=\#\d|a?:\w|/[\w\ -]{1,100}:|t:|id:) )
    | (?P<star> (?<!\S)\*(?!\S) )
    | (?P<each> \*+ | `+ | ~{2,} | \|{2,} | _(?![0-9A-Za-z]) | (?<![0-9A-Za-z])_
              | \\(?=[^0-9A-Za-z\s]|\Z) | (?<=\])\( | <(?!https?://)(?=[^:\ >\s]{1,20}:/) )
    """,
    re.VERBOSE | re.MULTILINE,
)
_NOT_AT_LINE_START = "\x00"
_URL_MARKUP = str.maketrans({"*": "%2A", "`": "%60", "|": "%7C"})
_URL_MENTION = re.compile("@(?=everyone|here)")
_LANGUAGE = re.compile(r"[A-Za-z0-9+#_.-]{1,20}")
_BACKTICKS = re.compile("`(?=`)")
_BARE_LABEL = re.compile(r"^(?:https?://|mailto:)?(.*?)/?$", re.IGNORECASE | re.DOTALL)


def clean(text: str) -> str:
    """Drop what is invisible or reorders text, and write every line end as a newline."""
    return _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text))


def escape(text: str, *, at_line_start: bool = True) -> str:
    """Return Discord Markdown that shows `text` literally; bare addresses stay addresses.

    Args:
        text: Anything.
        at_line_start: Whether the result will stand at the start of a line, where more has a meaning.
    """
    prepared = clean(text)
    if at_line_start:
        return _SPECIAL.sub(_neutralise, prepared)
    return _SPECIAL.sub(_neutralise, _NOT_AT_LINE_START + prepared)[1:]


def inert(text: str) -> str:
    """Return one line of plain text for places without Markdown: no controls, no mentions, single spaces."""
    return _MENTION.sub(rf"\g<0>{ZERO_WIDTH_SPACE}", " ".join(clean(text).split()))


def without_mentions(text: str) -> str:
    """Break mentions and drop invisible characters, and leave everything else: for code."""
    return _MENTION.sub(rf"\g<0>{ZERO_WIDTH_SPACE}", clean(text))


def link(label: str, url: str) -> str:
    """Return a link with plain text as its label; see `masked_link`."""
    return masked_link(escape(" ".join(label.split()), at_line_start=False), url, shown=label)


def masked_link(label: str, url: str, *, shown: str) -> str:
    """Return `[label](url)`, or what is safe and honest in its place.

    An unsafe address leaves the label alone. Where the label names another host, or the host is not in
    ASCII, the address is printed. A label that is the address becomes the bare address.

    Args:
        label: Discord Markdown, already escaped.
        url: Where it leads.
        shown: The label as plain text.
    """
    url = url.strip()
    if not is_safe_url(url):
        return label
    plain = " ".join(clean(shown).split())
    target = write_url(url)
    if url.lower().startswith("mailto:"):
        return _write_mailto(label, url, plain)
    if not plain or _bare(plain) in (_bare(url), _bare(target)):
        return _write_bare(target)
    if is_international(url) or shows_other_host(plain, url):
        return f"{label} <{target}>"
    return f"[{_balance(label)}]({target})"


def code_block(text: str, language: str = "") -> str:
    """Return a fenced block that nothing inside can close; "" when nothing is inside."""
    tongue = language if _LANGUAGE.fullmatch(language) else ""
    body = _BACKTICKS.sub(f"`{ZERO_WIDTH_SPACE}", without_mentions(text).expandtabs(4)).strip("\n")
    if not body.strip():
        return ""
    if body.endswith("`"):
        body += ZERO_WIDTH_SPACE
    return f"```{tongue}\n{body}\n```"


def inline_code(text: str) -> str:
    """Return code within a line."""
    body = without_mentions(" ".join(text.split()))
    if not body:
        return ""
    if "`" not in body:
        return f"`{body}`"
    body = _BACKTICKS.sub(f"`{ZERO_WIDTH_SPACE}", body)
    return f"`` {body} ``"


def _neutralise(match: re.Match[str]) -> str:
    found = match[0]
    match match.lastgroup:
        case "url":
            return _URL_MENTION.sub("%40", found.translate(_URL_MARKUP))
        case "lead":
            if found[-1].isdigit():
                return f"{found}\\"
            bare = found.lstrip(" \t")
            return f"{found[: len(found) - len(bare)]}\\{bare}"
        case "mention":
            return found + ZERO_WIDTH_SPACE
        case "star":
            return found
        case _:
            return "".join(f"\\{character}" for character in found)


def _bare(text: str) -> str:
    found = _BARE_LABEL.match(text)
    return found[1].lower() if found else text


def _write_bare(target: str) -> str:
    """Print an address so that Discord links all of it: it leaves out closing punctuation at the end."""
    return f"<{target}>" if target.endswith((".", ",", ":", ";", "'")) else target


def _write_mailto(label: str, url: str, plain: str) -> str:
    """Print the address: Discord masks web addresses only."""
    address = url[len("mailto:") :].partition("?")[0]
    return label if address.lower() in plain.lower() else f"{label} ({escape(address, at_line_start=False)})"


def _balance(label: str) -> str:
    """Replace brackets that would end the label early: Discord allows one level of pairs and no escapes."""
    depth = 0
    for character in label:
        depth += (character == "[") - (character == "]")
        if depth not in (0, 1):
            break
    if depth != 0:
        label = label.replace("[", "(").replace("]", ")")
    return label.replace("\n", " ")
