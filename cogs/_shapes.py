"""Say what the buttons, menus and forms carry: one that an older version made may carry something else.

What is not named here carries none, and whatever stands there is not looked at.
"""

from collections.abc import Mapping
from types import MappingProxyType

_ONE = (
    "calendar.channel", "calendar.clean_up", "calendar.remind", "calendar.role", "calendar.take",
    "calendar.times", "calendar.typed", "config.take",
    "digest.follow", "digest.follow_thread", "digest.mute", "digest.mute_thread", "digest.read",
    "faq.aliases_turn", "faq.gap_answer", "faq.gap_dismiss", "faq.gap_draft", "faq.gap_same",
    "faq.gap_which", "faq.gaps_turn", "faq.none", "faq.restore", "faq.save", "faq.take",
    "meeting.discard", "meeting.month", "privacy.show_author",
    "setup.add", "setup.confirm", "setup.discard", "setup.typed", "status.drop", "status.retry",
)  # fmt: skip
_TWO = (
    "calendar.toggle", "choice.clear", "choice.unmute",
    "faq.alias_confirm", "faq.alias_revoke", "faq.bin", "faq.helpful", "faq.not_it", "faq.pick", "faq.turn",
    "list.turn_found", "list.turn_latest",
    "meeting.add", "meeting.add_series", "meeting.cancel_all", "meeting.cancel_one", "meeting.change_all",
    "meeting.change_one", "meeting.choose", "meeting.confirm", "meeting.page", "meeting.phones",
    "meeting.remind", "meeting.restore", "reply.how",
    "single.announce", "single.channel", "single.role", "single.times", "single.typed",
)  # fmt: skip
_THREE = ("digest.turn", "list.turn_thread", "meeting.answer", "single.toggle")
_FOUR = ("live.more", "live.turn")

SHAPES: Mapping[str, int] = MappingProxyType(
    {kind: count for count, kinds in enumerate((_ONE, _TWO, _THREE, _FOUR), start=1) for kind in kinds}
)
"""How many arguments each kind carries."""

_ENTRY = ("question", "answer", "aliases")
FORMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "calendar.typed": ("leads", "pings", "zones"),
        "faq.create": _ENTRY,
        "faq.gap_answer": _ENTRY,
        "faq.save": _ENTRY,
        "meeting.set_typed": ("leads", "zones"),
        "settings.zone_typed": ("zone",),
        "setup.typed": ("url", "channel"),
        "setup.zone_typed": ("zone",),
        "single.typed": ("leads", "pings"),
    }
)
"""The fields of each kind that is a form."""
