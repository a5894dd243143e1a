"""Take what a channel chose of a list into what live mode decides by."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.mail.choices_repository import ChoicesRepository
from bot.mail.dispositions import Fate
from bot.mail.filters import Choices, Judge, Outcome, Reason, Verdict
from bot.mail.live.models import Ruling
from bot.mail.live.service import Rule, Rules
from bot.mail.stored import StoredEmail

_FATES: Final = MappingProxyType({Reason.MUTED: Fate.MUTED, Reason.PAUSED: Fate.PAUSED})


def rules_from(repository: ChoicesRepository) -> Rules:
    """Return what reads the choices of every channel that follows a list."""

    async def rules(connection: AsyncConnection, list_id: int) -> Mapping[tuple[int, int], Rule]:
        chosen = await repository.list_for(connection, list_id)
        return {(each.guild_id, each.channel_id): make_rule(each) for each in chosen}

    return rules


def make_rule(choices: Choices) -> Rule:
    """Return what a channel's choices make of a mail."""
    judge = Judge(choices)

    def rule(email: StoredEmail) -> Ruling:
        verdict = judge.judge(email)
        if not verdict.is_posted:
            return Ruling(fate=_FATES.get(verdict.reason, Fate.FILTERED), reason=_name(verdict))
        is_new = not (email.is_reply or email.in_reply_to or email.references)
        pings = choices.role_id if choices.pings(verdict, is_new_thread=is_new) else None
        return Ruling(is_marked=verdict.outcome is Outcome.HIGHLIGHTED, pings=pings)

    return rule


def _name(verdict: Verdict) -> str:
    """Return what settled it, as the filter was written; "" where no rule did."""
    return verdict.rule.text or verdict.rule.field if verdict.rule is not None else ""
