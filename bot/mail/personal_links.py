"""Take out links that act for one person: to unsubscribe, to mute a topic, to change one's settings.

Whoever follows such a link does it in the name of the mail's receiver: they are never shown.
"""

import re

_LINK = re.compile(
    r"\]\((?:https?://|mailto:)[^\s<>()]{1,2000}\)|<?(?:https?://|mailto:)[^\s<>\"']{1,2000}>?", re.IGNORECASE
)
_CLOSERS = re.compile(r"[)\].,;!?]{1,9}\Z")
_PERSONAL = re.compile(
    r"unsub|un-subscribe|/leave[/?]|-leave@|[/=]leave(?:$|[&>])|/signoff|subed1=|opt-?out|abbestell|desabon|désabon"
    r"|/mailman/options/|/options\.cgi/|--at--[\w-]{1,100}\.\w|/mailman/confirm/|/postorius/.{0,200}/(?:confirm|options)|list-manage\d{0,3}\.com/(?:profile|vcard)"
    r"|groups\.io/(?:mt|ft)/|groups\.io/g/[^/]{1,100}/(?:editsub|leave|unsub)|/notifications/(?:unsubscribe|beacon)"
    r"|/email_preferences|/user_preferences|/my/preferences|/manage_subscription|/preferences/[\w-]{16}|[?&](?:token|auth|key|sig)="
    r"|majordomo@|subject=unsubscribe|-request@",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"[ \t>]{0,20}(?:list-(?:unsubscribe|subscribe|help)(?:-post)?|x-unsubscribe)[ \t]{0,3}:", re.IGNORECASE
)
_LABEL = re.compile(
    r"[\s>*|•·–—-]{0,20}(?:(?:click|tap) )?(?:here )?(?:to )?"
    r"(?:unsubscribe|mute(?: this topic)?|mute #\S{1,60}|leave(?: this)?(?: group| list)?|opt[- ]?out"
    r"|abmelden|manage(?: your)? (?:subscription|preferences)|change(?: your)? settings|désabonner|baja)?"
    r"(?: here| from this list| from this group)?[\s:.|,-]{0,20}(?:\[\S{0,100}\])?[\s.|,;-]{0,10}\Z",
    re.IGNORECASE,
)
_LONGEST_LINE = 5000


def remove_personal_links(text: str) -> str:
    """Return the text without personal links, and without lines that are nothing but the label of one."""
    low = text.lower()
    if "http" not in low and "mailto:" not in low and "list-" not in low:
        return text
    lines = (_clean_line(line) for line in text.split("\n"))
    return "\n".join(line for line in lines if line is not None)


def is_personal_link(url: str) -> bool:
    """Tell a link that acts for the person who received it."""
    return _PERSONAL.search(url[:_LONGEST_LINE]) is not None


def _clean_line(line: str) -> str | None:
    if _HEADER.match(line):
        return None
    if "http" not in line.lower() and "mailto:" not in line.lower():
        return line
    cleaned = _LINK.sub(_without, line)
    if cleaned == line:
        return line
    return None if _LABEL.match(cleaned[:_LONGEST_LINE]) else cleaned.rstrip()


def _without(link: re.Match[str]) -> str:
    if not is_personal_link(link[0]):
        return link[0]
    if link[0].startswith("]("):
        return "]"
    closers = _CLOSERS.search(link[0])
    return closers[0] if closers else ""
