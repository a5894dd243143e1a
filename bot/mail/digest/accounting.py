"""Account for every mail that a digest was made from: told, filtered, muted, hidden."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.mail.digest.drafting import Draft
from bot.mail.digest.wishes import KeptDigest
from bot.mail.dispositions import TWICE, Disposition, Fate, Way
from bot.mail.filters import Reason, Verdict


def account(
    kept: KeptDigest, draft: Draft, email_ids: Iterable[int], *, key: str, now: datetime
) -> Iterator[Disposition]:
    """Say for the ledger what became of mails.

    Args:
        kept: Whose digest it is.
        draft: What it tells, and what it leaves out.
        email_ids: What there was to tell.
        key: Of the post in the outbox that tells it.
        now: The present.
    """
    wish, shown = kept.wish, frozenset(draft.shown)
    for email_id in email_ids:
        verdict = draft.hidden.get(email_id)
        is_shown = email_id in shown
        yield Disposition(
            email_id=email_id,
            list_id=wish.list_id,
            guild_id=wish.guild_id,
            channel_id=wish.channel_id,
            way=Way.DIGEST,
            fate=_told(draft, email_id) if is_shown else _fate(verdict),
            at=now,
            reason=verdict.reason if verdict is not None else TWICE if email_id in draft.folded else "",
            outbox_key=key if is_shown else "",
        )


def _told(draft: Draft, email_id: int) -> Fate:
    return Fate.FOLDED if email_id in draft.folded else Fate.POSTED


def _fate(verdict: Verdict | None) -> Fate:
    """Return why a mail is not told; who asked not to be shown is not even judged."""
    if verdict is None:
        return Fate.HIDDEN
    return Fate.MUTED if verdict.reason is Reason.MUTED else Fate.FILTERED
