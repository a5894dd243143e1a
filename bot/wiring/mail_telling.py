"""Wire what is told of mailing lists unasked: digests, mails as they come, and what people choose of them."""

from dataclasses import dataclass
from functools import partial

from bot.wiring.chat import ChatParts
from bot.wiring.delivery import DeliveryParts
from bot.wiring.feature import Commands, RecurringJob
from bot.wiring.ground import Ground
from bot.wiring.mail import MailParts, mail_commands, mail_jobs
from bot.wiring.mail_choices import ChoiceParts, build_choices, choice_commands, choice_jobs, declare_choices
from bot.wiring.mail_digest import DigestParts, build_digests, declare_digests, digest_commands, digest_jobs
from bot.wiring.mail_live import LiveWired, build_live, declare_live, live_commands, live_jobs


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """The services that tell of lists."""

    digests: DigestParts
    live: LiveWired
    choices: ChoiceParts


async def build_telling(ground: Ground, chat: ChatParts, delivery: DeliveryParts, mail: MailParts) -> Telling:
    """Build the services; from now on they hear of what the lists bring."""
    digests = build_digests(ground, chat, delivery, mail)
    return Telling(
        digests=digests,
        live=build_live(ground, chat, delivery, mail, awaited=digests.arranging.list_awaiting),
        choices=await build_choices(ground, chat, delivery, mail),
    )


def list_commands(ground: Ground, chat: ChatParts, mail: MailParts, telling: Telling) -> tuple[Commands, ...]:
    """Return all commands and buttons of the lists."""
    return (
        mail_commands(ground, chat, mail),
        digest_commands(ground, chat, mail, telling.digests, telling.live.following),
        live_commands(ground, chat, mail, telling.live),
        choice_commands(ground, chat, mail, telling.choices, previewing=telling.digests.previewing),
    )


def list_jobs(ground: Ground, mail: MailParts, telling: Telling) -> tuple[RecurringJob, ...]:
    """Return all that the lists do by themselves."""
    declare = (
        partial(declare_digests, mail, telling.digests),
        partial(declare_live, mail, telling.live),
        partial(declare_choices, mail, telling.choices),
    )
    return (
        *mail_jobs(ground, mail, then=declare),
        *digest_jobs(telling.digests),
        *live_jobs(telling.live),
        *choice_jobs(telling.choices),
    )
