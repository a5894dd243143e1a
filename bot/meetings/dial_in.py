"""Tell the lines of a conference's small print apart: phone numbers, passcodes, boilerplate, host keys."""

import enum
import re


class Kind(enum.StrEnum):
    """What a line without a link is."""

    TEXT = "text"
    DIAL_IN = "dial_in"
    PASSCODE = "passcode"
    HOSTS_OWN = "hosts_own"
    BOILERPLATE = "boilerplate"
    JOIN = "join"


_PASSCODE = re.compile(
    r"(?:meeting |webinar |zoom |event )?"
    r"(?:passcode|password|passwort|kenncode|kennwort|mot de passe|pwd|pass code)"
    r"[ ]?(?:\([^()]{0,40}\))?[ ]?[:：][ ]?(?P<code>\S{3,64})?",
    re.IGNORECASE,
)
_AFTER_CODE = re.compile(r"-{2,}.*|[,;]$|<.*")


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_HOSTS_OWN = _any(
    r"\bhost (?:key|pin|code|link)\b", r"\bclaim host\b", r"\bmoderator (?:pin|code|password)\b"
)
_PHONE_LINE = re.compile(r"(?:[A-Za-z][\w .()]{0,30}:? )?(?:tel:)?\+ ?\d[\d ().\-\u2011]{6,24}\d")
_DIAL_IN = _any(
    r"one[ -]tap mobile|phone one-tap|dial[ -]in\b|dial by (?:your )?(?:location|phone)|you can also dial",
    r"^dial \S+@|find (?:your|a) local number|more phone numbers|audio connection|global call-in|access code",
    r"join (?:by|from) (?:a |an )?(?:phone|video|sip|h\.?323)|more ways to join|^sip:|\bh\.323\b",
    r"(?:meeting|webinar|conference|video) (?:number|id)\b|toll[ -]free|\b(?:us|usa|uk|\w{4,12}) toll\b",
    r"reset (?:dial-in )?pin|^pin: ?\d",
)
_BOILERPLATE = _any(
    r"is inviting you to a scheduled (?:zoom|webex) meeting|^-::~|~:~:~|^[-_=~*]{3,}$|^topic: ",
    r"please do not edit this section|this event has a video call|^time: this is a recurring meeting",
    r"^microsoft teams(?: meeting| need help\?)?$|^join on your computer|^learn more(?: \||$| about meet)",
    r"^meeting options|^for organizers|^need help\?|^download teams|^when it's time|^or dial:?$",
    r"^join (?:the )?(?:zoom|webex|teams|microsoft teams)? ?meeting(?: now)?$",
)
_JOIN = _any(
    r"^(?:click here to )?join\W*$|^link\W*$",
    r"\bjoin (?:the |this |our |us )?(?:\w{1,20} ){0,2}"
    r"(?:call|meeting|session|webinar|conference|zoom|video|online)\b",
    r"\b(?:meeting|call|zoom|video|webex|teams|meet|jitsi|conference|bridge|dial-in)"
    r" ?(?:link|url|room|call|meeting|bridge|info)?(?: here)?[: –—-]*$",
)
_AGENDA = _any(r"\bagend(?:a|as|um|ums)\b", r"\btagesordnung\b", r"\border of business\b")
_MINUTES = _any(r"\bminutes\b", r"\bnotes\b", r"\bprotokoll\b")
_BULLET = re.compile(r"^[•·*-] ")
_MAX_VALUE = 40
_NUMBER = re.compile(r"[\d ().+#*,-]{6,40}")
_PHONE_CODE = re.compile(
    r"(?<!,),{2,}+\*\d{3,12}#|[ ]?\((?:passcode|pin|code): ?[^()\s]{1,20}\)", re.IGNORECASE
)
_DURATION = re.compile(
    r"(?<!\d)\d+ ?minutes\b|\bminutes (?:long|each|per|before|after|late)\b|\bfew minutes\b", re.IGNORECASE
)


def classify(line: str) -> Kind:
    """Return what a line is, by its words."""
    line = _BULLET.sub("", line)
    if _HOSTS_OWN.search(line):
        return Kind.HOSTS_OWN
    if _BOILERPLATE.search(line) or (is_label(line) and _JOIN.search(line)):
        return Kind.BOILERPLATE
    if _PASSCODE.match(line):
        return Kind.PASSCODE
    if _DIAL_IN.search(line) or _PHONE_LINE.match(line):
        return Kind.DIAL_IN
    return Kind.TEXT


def is_label(line: str) -> bool:
    """Tell whether what a line is about stands in the next one: "Host key:"."""
    return line.endswith((":", "：")) and len(line) <= _MAX_VALUE


def is_value(line: str) -> bool:
    """Tell whether a line can be what a label above it is about."""
    return len(line) <= _MAX_VALUE and " " not in line.replace(" ", "", 3)


def is_bare_number(line: str) -> bool:
    """Tell whether a line is a number and nothing else: of a meeting, of a phone."""
    return _NUMBER.fullmatch(line) is not None


def find_passcode(line: str) -> str:
    """Return the passcode that a line gives, or ""."""
    found = _PASSCODE.search(line)
    return _AFTER_CODE.sub("", found["code"]) if found and found["code"] else ""


def hide_code(line: str) -> str:
    """Return a line about phones without the passcode in it."""
    return _PHONE_CODE.sub("", line)


def names_join(text: str) -> bool:
    """Tell whether the words before an address call people into a meeting."""
    return _JOIN.search(text) is not None


def names_agenda(text: str) -> bool:
    """Tell whether the words before an address name an agenda."""
    return _AGENDA.search(text) is not None


def names_minutes(text: str) -> bool:
    """Tell whether the words before an address name minutes, and not a length of time."""
    return _MINUTES.search(_DURATION.sub("", text)) is not None
