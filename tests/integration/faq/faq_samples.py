"""FAQ values that repository tests start from."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.faq.models import Entry, Marker, Overlay, OverlayKind, PageKind, Problem, Severity

NOW = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)
GUILD = 1_100_000_000_000_000_001
STRANGER = 1_100_000_000_000_000_002


def later(**much):
    return NOW + timedelta(**much)


def new_page(**changes):
    """Arguments of add_page."""
    return {
        "guild_id": GUILD,
        "kind": PageKind.URL,
        "location": "https://wiki.example.org/faq",
        "title": "FAQ",
        "link": "https://wiki.example.org/faq",
        "format": "auto",
        "questions": Marker.AUTO,
        "language": "english",
        "is_declared": False,
        "content": None,
        "now": NOW,
        **changes,
    }


def entry(id_="a", **changes):
    return Entry(
        **{
            "id": id_,
            "question": f"What is {id_}?",
            "answer": f"**{id_}** is a letter.",
            "text": f"{id_} is a letter.",
            **changes,
        }
    )


def loaded(page, **changes):
    """A page as a good load leaves it."""
    return replace(
        page,
        **{
            "title": "The FAQ",
            "found_format": "dokuwiki",
            "found_marker": "h3",
            "etag": '"abc"',
            "last_modified": "Tue, 24 Nov 2026 11:00:00 GMT",
            "content_hash": "00ff",
            "edited_at": later(hours=-1),
            "loaded_at": NOW,
            "checked_at": NOW,
            "next_check_at": later(minutes=15),
            "failures": 0,
            "error": "",
            "problems": (
                Problem(what="a question without an answer", line=7, severity=Severity.ERROR),
                Problem(what="two entries share a question"),
            ),
            **changes,
        },
    )


def overlay(entry_id="a", **changes):
    return Overlay(
        **{
            "guild_id": GUILD,
            "entry_id": entry_id,
            "kind": OverlayKind.REPLACE,
            "question": "What is it?",
            "answer": "It is *this*.",
            "aliases": ("what", "which one"),
            "section": "Basics",
            "changed_at": NOW,
            **changes,
        }
    )
