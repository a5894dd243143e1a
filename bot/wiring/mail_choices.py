"""Wire what channels and members choose of the lists: filters, pauses, pings, words to watch for."""

from dataclasses import dataclass
from datetime import timedelta

from bot.chat.sight import Sight
from bot.mail.choices_repository import ChoicesRepository
from bot.mail.choosing import Choosing
from bot.mail.digest.previewing import Previewing
from bot.mail.email_rows import AUTHORS_SECRET, hash_authors_with
from bot.mail.noting import Noting
from bot.mail.watch_repository import WatchRepository
from bot.storage.keys import get_or_create_secret
from bot.wiring.chat import ChatParts
from bot.wiring.delivery import DeliveryParts
from bot.wiring.feature import Commands, RecurringJob
from bot.wiring.ground import Ground
from bot.wiring.mail import LIST_GROUP, MailParts
from cogs.mail_filters import ListFilters
from cogs.mail_preview import ListPreview
from cogs.mail_watch import ListWatching

NOTES_JOB = "list notes"

_NOTES = timedelta(seconds=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceParts:
    """The services."""

    repository: ChoicesRepository
    watches: WatchRepository
    choosing: Choosing
    noting: Noting


async def build_choices(
    ground: Ground, chat: ChatParts, delivery: DeliveryParts, mail: MailParts
) -> ChoiceParts:
    """Build the services, and have them hear what the lists bring."""
    repository = ChoicesRepository(ground.database)
    watches = WatchRepository(ground.database)
    choosing = Choosing(
        database=ground.database,
        repository=repository,
        outbox=delivery.outbox,
        hash_author=hash_authors_with(await get_or_create_secret(ground.database, AUTHORS_SECRET)),
        texts=ground.texts,
    )
    noting = Noting(
        database=ground.database,
        watches=watches,
        mail=mail.repository,
        outbox=delivery.outbox,
        sees=Sight(chat.client, chat.watch).sees,
        texts=ground.texts,
    )
    mail.polling.tell(noting.hear)
    return ChoiceParts(repository=repository, watches=watches, choosing=choosing, noting=noting)


def choice_commands(
    ground: Ground, chat: ChatParts, mail: MailParts, parts: ChoiceParts, *, previewing: Previewing
) -> Commands:
    """Return the commands and buttons."""
    filters = ListFilters(
        service=mail.service,
        choosing=parts.choosing,
        conversation=chat.conversation,
        texts=ground.texts,
        clock=ground.clock,
    )
    watching = ListWatching(
        service=mail.service,
        mail=mail.repository,
        watches=parts.watches,
        conversation=chat.conversation,
        texts=ground.texts,
        clock=ground.clock,
    )
    preview = ListPreview(
        service=mail.service,
        previewing=previewing,
        conversation=chat.conversation,
        clock=ground.clock,
    )
    handlers = {**filters.handlers(), **watching.handlers()}
    return Commands(group=LIST_GROUP, cogs=(filters, watching, preview), handlers=handlers)


def choice_jobs(parts: ChoiceParts) -> tuple[RecurringJob, ...]:
    """Return what happens by itself: the private notes."""
    return (RecurringJob(name=NOTES_JOB, interval=_NOTES, run=parts.noting.send_due),)
