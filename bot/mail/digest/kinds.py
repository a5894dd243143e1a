"""Tell votes, meetings and announcements from other threads, by their subjects and calendar parts."""

import re
from collections.abc import Sequence
from typing import Final

from bot.mail.digest.models import Group
from bot.mail.stored import StoredEmail

_VOTE_TAGS: Final = frozenset(
    {"vote", "votes", "ballot", "result", "vote result", "result vote", "call for vote"}
)
_MEETING_TAGS: Final = frozenset({"meeting", "minutes", "agenda", "call"})
_NEWS_TAGS: Final = frozenset({"ann", "announce", "announcement", "release", "released", "news"})

_VOTE: Final = re.compile(
    r"(?:vote|voting|ballot|poll)\b"
    r"|(?:final |formal |lazy )?(?:call for (?:votes?|consensus|objections)|last call|consensus call)\b"
    r"|.{0,80}\b(?:call for votes?|vote (?:result|closes|opens)|results? of the (?:vote|ballot))\b",
    re.IGNORECASE,
)
# "minutes" alone are as often a time: "Timeout after 5 minutes".
_MEETING: Final = re.compile(
    r"(?:draft |approved )?(?:minutes|agenda|meeting|call)"
    r" (?:of|for|from|notes|minutes|agenda|on|today|tomorrow|reminder|cancel|moved|:|-)"
    r"|(?:draft )?(?:minutes|agenda)\s?(?:[:,-]|$)"
    r"|invitation:|(?:updated|cancell?ed) (?:invitation|event):"
    r"|.{0,80}\b(?:(?:meeting|call) (?:minutes|notes|agenda|summary)"
    r"|(?:weekly|monthly|bi-?weekly|working group|wg) (?:call|meeting))\b",
    re.IGNORECASE,
)
_NEWS: Final = re.compile(
    r"ann(?:ounce(?:ment)?|ouncing)?\s?[:\u2013-]|announcing\b|new release\b|release (?:of|\d)"
    r"|.{1,80}\breleased[.!]?\s{0,3}$",
    re.IGNORECASE,
)


def group_of(mails: Sequence[StoredEmail], *, is_new: bool) -> Group:
    """Return where a thread stands.

    Args:
        mails: Its mails, the oldest first.
        is_new: It began in the digest's window.
    """
    first = mails[0]
    tags = {tag.casefold() for tag in first.tags}
    topic = first.topic
    while topic.startswith("[") and "]" in topic:
        topic = topic.partition("]")[2].lstrip()
    if tags & _VOTE_TAGS or _VOTE.match(topic):
        return Group.VOTE
    if tags & _MEETING_TAGS or _MEETING.match(topic) or any(each.has_calendar for each in mails):
        return Group.MEETING
    if tags & _NEWS_TAGS or _NEWS.match(topic):
        return Group.ANNOUNCEMENT
    return Group.NEW if is_new else Group.CONTINUED
