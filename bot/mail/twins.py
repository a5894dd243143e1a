"""Decide which two lists are one list, read in two places: purely, from what is stored of both.

Lists are joined only where that shows nobody anything new: one server alone follows them, in the same
channels. What a mail or an archive says of itself (List-Id, a name) could be forged; so it never joins
anything across servers, and the joined list is as private as the more private one was.
"""

from dataclasses import dataclass

from bot.mail.stored import Follow, MailingList, MailSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of two lists.

    Attributes:
        mails: How many are stored.
        is_set_up: A channel chose something for it: live mode, a digest, filters, a thread to follow.
    """

    mailing_list: MailingList
    follows: tuple[Follow, ...]
    sources: tuple[MailSource, ...]
    mails: int
    is_set_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """Two lists that become one: the first one stays."""

    keeper: int
    goner: int


def plan_join(one: Side, other: Side, *, common: int) -> Join | None:
    """Return which of two lists becomes part of the other; None where both stay.

    Args:
        one: The elder list.
        other: The younger list.
        common: How many Message-IDs both have.
    """
    guilds = {each.guild_id for each in (*one.follows, *other.follows)}
    if len(guilds) != 1 or _channels(one) != _channels(other) or not is_same_list(one, other, common):
        return None
    if one.is_set_up and other.is_set_up:
        return None  # what the channels chose for each could contradict
    if any(source.next_check_at is None for source in (*one.sources, *other.sources)):
        return None  # an import was put where it is by hand
    keeper, goner = (other, one) if other.is_set_up else (one, other)
    return Join(keeper=keeper.mailing_list.id, goner=goner.mailing_list.id)


def is_same_list(one: Side, other: Side, common: int) -> bool:
    """Tell whether two lists are the same one.

    A List-Id that both bear settles it (RFC 2919). Archives of Mailman 2 and feeds bear none: there the same
    address but for http and https does, or the same name with most of the smaller one's mails in common.
    """
    if one.mailing_list.identifier and other.mailing_list.identifier:
        return one.mailing_list.identifier.casefold() == other.mailing_list.identifier.casefold()
    if _places(one) & _places(other):
        return True
    return bool(_names(one) & _names(other)) and 0 < min(one.mails, other.mails) <= 2 * common


def _channels(side: Side) -> frozenset[int]:
    return frozenset(each.channel_id for each in side.follows)


def _places(side: Side) -> frozenset[tuple[str, str]]:
    return frozenset(
        (each.kind, each.address.partition("://")[2])
        for each in side.sources
        if each.address.startswith(("http://", "https://"))
    )


def _names(side: Side) -> frozenset[str]:
    known = side.mailing_list
    return frozenset(filter(None, (known.name.casefold(), known.identifier.casefold().partition(".")[0])))
