"""What a button, a menu or a form of each kind carries: which ids in which place.

A place is named after what the id names, and is filled by `fill`; what begins with "=" stands for itself.
A kind that carries something and is not named here breaks where it is pressed with nothing.
"""

from collections.abc import Mapping, Sequence

ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "privacy.show_author": ("instant",),
    "setup.add": ("=faq",),
    "setup.typed": ("=faq",),
    "setup.confirm": ("preview",),
    "setup.discard": ("preview",),
    "config.take": ("import",),
    "calendar.take": ("calendar",),
    "calendar.channel": ("calendar",),
    "calendar.role": ("calendar",),
    "calendar.remind": ("calendar",),
    "calendar.clean_up": ("calendar",),
    "calendar.times": ("calendar",),
    "calendar.typed": ("calendar",),
    "calendar.toggle": ("calendar", "=weekly"),
    "meeting.choose": ("draft", "=0"),
    "meeting.confirm": ("draft", "="),
    "meeting.discard": ("draft",),
    "meeting.change_one": ("draft", "="),
    "meeting.change_all": ("draft", "="),
    "meeting.cancel_one": ("calendar", "date"),
    "meeting.cancel_all": ("calendar", "date"),
    "meeting.restore": ("calendar", "date"),
    "meeting.page": ("=week", "=0"),
    "meeting.month": ("=2026-01",),
    "meeting.answer": ("calendar", "date", "=going"),
    "meeting.add": ("calendar", "date"),
    "meeting.add_series": ("calendar", "date"),
    "meeting.remind": ("calendar", "date"),
    "meeting.phones": ("calendar", "date"),
    "faq.pick": ("entry", "question"),
    "faq.none": ("question",),
    "faq.helpful": ("entry", "question"),
    "faq.not_it": ("entry", "question"),
    "faq.bin": ("=1", "entry"),
    "faq.turn": ("=0", "="),
    "faq.save": ("entry",),
    "faq.restore": ("entry",),
    "faq.gap_draft": ("question",),
    "faq.gap_answer": ("question",),
    "faq.gap_which": ("question",),
    "faq.gap_same": ("question",),
    "faq.gap_dismiss": ("question",),
    "faq.gaps_turn": ("=0",),
    "faq.aliases_turn": ("=0",),
    "faq.alias_confirm": ("question", "entry"),
    "faq.alias_revoke": ("question", "entry"),
    "faq.take": ("page",),
    "list.turn_found": ("query", "=0"),
    "list.turn_latest": ("list", "=0"),
    "list.turn_thread": ("list", "thread", "=0"),
    "digest.read": ("issue",),
    "digest.turn": ("issue", "=0", "=0"),
    "digest.follow": ("issue",),
    "digest.follow_thread": ("issue",),
    "digest.mute": ("issue",),
    "digest.mute_thread": ("issue",),
    "live.more": ("list", "thread", "email", "=0"),
    "live.turn": ("list", "thread", "email", "=0"),
    "reply.how": ("list", "thread"),
    "choice.clear": ("list", "channel"),
    "choice.unmute": ("list", "thread"),
    "single.announce": ("calendar", "date"),
    "single.channel": ("calendar", "date"),
    "single.role": ("calendar", "date"),
    "single.times": ("calendar", "date"),
    "single.toggle": ("calendar", "date", "=mute"),
    "single.typed": ("calendar", "date"),
    "status.retry": ("post",),
    "status.drop": ("post",),
}

VALUES: Mapping[str, str] = {
    "calendar.channel": "channel",
    "calendar.role": "role",
    "single.channel": "channel",
    "single.role": "role",
    "meeting.set_channel": "channel",
    "meeting.set_role": "role",
    "settings.admin_channel": "channel",
    "settings.help_channel": "channel",
    "settings.status_channel": "channel",
    "settings.editors_role": "role",
    "settings.zone_pick": "=Europe/Berlin",
    "setup.admin_channel": "channel",
    "setup.editors_role": "role",
    "faq.open": "entry",
    "faq.gap_same": "entry",
    "list.open": "conversation",
    "digest.follow_thread": "conversation",
    "digest.mute_thread": "conversation",
}
"""What is picked from menus."""

FORMS: Mapping[str, Mapping[str, str]] = {
    "faq.create": {"question": "Mine?", "answer": "Yes.", "aliases": ""},
    "faq.save": {"question": "Mine?", "answer": "Yes.", "aliases": ""},
    "faq.gap_answer": {"question": "Mine?", "answer": "Yes.", "aliases": ""},
    "settings.zone_typed": {"zone": "Europe/Berlin"},
    "setup.zone_typed": {"zone": "Europe/Berlin"},
    "setup.typed": {"url": "ftp://example.org", "channel": ""},
    "calendar.typed": {},
    "meeting.set_typed": {},
    "single.typed": {},
}
"""What forms are sent in with."""

_TEXTS = frozenset({"date", "draft", "entry", "question", "query", "preview", "import"})
NOWHERE: Mapping[str, str] = {
    name: "nothing" if name in _TEXTS else "0"
    for name in (
        *_TEXTS,
        "calendar",
        "channel",
        "role",
        "email",
        "instant",
        "issue",
        "list",
        "page",
        "post",
        "thread",
    )
} | {"conversation": "0.0"}
"""Ids of nothing."""


def fill(places: Sequence[str], ids: Mapping[str, str] = NOWHERE) -> tuple[str, ...]:
    """Put ids into their places."""
    return tuple(place[1:] if place.startswith("=") else ids[place] for place in places)
