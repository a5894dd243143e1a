"""Tell what of a meeting may be given to every member: not the host's links and keys, nobody's address.

A calendar's description often holds what only its hosts are meant to see. A file for members' own calendars
is therefore made of what was found in it, as the card is.
"""

from dataclasses import replace

from bot.meetings.dial_in import Kind, classify
from bot.meetings.links import MeetingLinks, find_links
from bot.meetings.models import Meeting
from bot.text.links import is_safe_url

_LABELS = (("Join", "join"), ("Agenda", "agenda"), ("Minutes", "minutes"))


def as_shared(meeting: Meeting, *, shows_passcode: bool) -> Meeting:
    """Return a meeting with what every member may have of it.

    Args:
        meeting: As the calendar has it.
        shows_passcode: Whether the admins allow the passcode.
    """
    links = find_links(meeting)
    join = links.join if is_safe_url(links.join) else ""
    return replace(
        meeting,
        description=_describe(links, shows_passcode=shows_passcode),
        description_html="",
        location=join or place_of(meeting),
        url=links.page,
        conferences=(join,) if join else (),
        attachments=(),
        properties=(),
    )


def place_of(meeting: Meeting) -> str:
    """Return the place where people meet; empty where it holds an address or a code instead."""
    place = meeting.location.strip()
    return "" if "://" in place or classify(place) in {Kind.PASSCODE, Kind.HOSTS_OWN} else place


def _describe(links: MeetingLinks, *, shows_passcode: bool) -> str:
    named = ((label, getattr(links, name)) for label, name in _LABELS)
    parts = [
        links.text,
        "\n".join(f"{label}: {url}" for label, url in named if url and is_safe_url(url)),
        links.dial_in,
        f"Passcode: {links.passcode}" if shows_passcode and links.passcode else "",
    ]
    return "\n\n".join(part for part in parts if part)
