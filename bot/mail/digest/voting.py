"""Count the votes of a thread: "+1", "-1" and "0" at the head of what people wrote."""

import re
from collections.abc import Iterable
from typing import Final

from bot.mail.digest.models import Tally
from bot.mail.stored import StoredEmail

_LINES_READ: Final = 5
# "+1 (binding)", "[x] +1 approve", "-0.5", "−1" with the minus sign; not "+10" or "-1.5 volts".
_BALLOT: Final = re.compile(
    r"[\s>]{0,4}(?:my vote(?: is)?:?\s{0,3}|\[\s?[x✓]\s?\]\s{0,3})?(?P<sign>[+\u2212-])?(?P<number>[01])"
    r"(?:\.\d)?(?=$|[\s,.!;:(])(?!\s{0,3}\d|[:/]\d)",
    re.IGNORECASE,
)


def tally_votes(mails: Iterable[StoredEmail]) -> Tally | None:
    """Return where a vote stands; None where nobody has voted yet.

    Args:
        mails: The thread's mails with their bodies, the oldest first. Of each author the newest vote counts.
    """
    votes: dict[str, int] = {}
    for email in mails:
        vote = _read_vote(email)
        if vote is not None:
            votes[email.person] = vote
    if not votes:
        return None
    cast = list(votes.values())
    return Tally(ayes=cast.count(1), noes=cast.count(-1), abstentions=cast.count(0))


def is_ballot(email: StoredEmail) -> bool:
    """Tell a mail in which somebody votes, whatever else it says."""
    return _read_vote(email) is not None


def _read_vote(email: StoredEmail) -> int | None:
    if email.body is None or email.body.is_all_quoted:
        return None
    own = email.body.own
    for line in own.lstrip().split("\n", _LINES_READ)[:_LINES_READ]:
        found = _BALLOT.match(line[:200])
        if found is None or (found["sign"] is None and found["number"] == "1"):
            continue
        if found["number"] == "0":
            return 0
        return 1 if found["sign"] == "+" else -1
    return None
