"""Wire what channels and members choose of the lists: filters, pauses, pings, words to watch for."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.chat.sight import Sight
from bot.errors import UserError
from bot.mail.choices_repository import ChoicesRepository
from bot.mail.choosing import FLAGS, Choosing, Wanted
from bot.mail.digest.previewing import Previewing
from bot.mail.email_rows import AUTHORS_SECRET, hash_authors_with
from bot.mail.filter_rules import write_rules
from bot.mail.filters import Choices, Field, Mode, Ping
from bot.mail.following import Wish
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
from config.community import Guild
from config.sections.lists import DeclaredList

logger = logging.getLogger(__name__)

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
        noting=parts.noting,
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


async def declare_choices(
    mail: MailParts,
    parts: ChoiceParts,
    guild: Guild,
    declared: Sequence[tuple[DeclaredList, Wish]],
    now: datetime,  # noqa: ARG001 (the signature of all that is declared)
) -> None:
    """Bring what channels show of a guild's lists in line with community.toml."""
    wanted = {}
    for each, wish in declared:
        source = await mail.repository.find_source(wish.place.kind, wish.place.address)
        if source is not None and (_has_filter(each) or each.ping):
            wanted[source.list_id, wish.channel_id] = each
    for follow in await mail.repository.list_follows(guild.id):
        key = follow.list_id, follow.channel_id
        choices = await parts.choosing.find(guild.id, *key, here=follow.channel_id)
        if key in wanted or (choices.is_declared and len(declared) == len(guild.lists)):
            await _declare(parts, choices, wanted.get(key))


async def _declare(parts: ChoiceParts, choices: Choices, declared: DeclaredList | None) -> None:
    wanted = wanted_of(declared) if declared is not None else None
    try:
        if declared is not None and not _has_filter(declared):
            await parts.choosing.set_ping(choices, ping=Ping(declared.ping), role_id=declared.ping_role)
            wanted = None
        if wanted is not None or choices.is_declared:
            await parts.choosing.declare(choices, wanted)
    except UserError as error:  # a rule that cannot be used: what was shown stays as it is
        line = declared.line if declared is not None else 0
        logger.warning("list of community.toml, line %s: %s", line, error)


def wanted_of(declared: DeclaredList) -> Wanted:
    """Return what the file says of which mails are shown, and whom they ping."""
    texts = {
        Field.AUTHOR: declared.authors,
        Field.SUBJECT: declared.subjects,
        Field.TAG: declared.tags,
    }
    flags = {Field.PATCH: declared.patches, Field.BOT: declared.bots}
    return Wanted(
        mode=Mode(declared.mode or Mode.ONLY_MATCHES),
        texts={name: text for name, text in texts.items() if text},
        flags={name: FLAGS[kind] for name, kind in flags.items() if kind},
        ping=Ping(declared.ping) if declared.ping else None,
        role_id=declared.ping_role,
    )


def told_of(choices: Choices) -> Mapping[str, Any]:
    """Return what a channel chose as fields of DeclaredList."""
    by_field = {name: [rule for rule in choices.rules if rule.field is name] for name in Field}
    kinds = {flag: kind for kind, flag in FLAGS.items()}

    def flag(name: Field) -> str:
        return next((kinds[rule.leaves_out] for rule in by_field[name]), "")

    return {
        "mode": "" if choices.mode is Mode.ONLY_MATCHES else choices.mode.value,
        "authors": write_rules(by_field[Field.AUTHOR]),
        "subjects": write_rules(by_field[Field.SUBJECT]),
        "tags": write_rules(by_field[Field.TAG]),
        "patches": flag(Field.PATCH),
        "bots": flag(Field.BOT),
        "ping": "" if choices.role_id is None else choices.ping.value,
        "ping_role": choices.role_id,
    }


def has_more(choices: Choices) -> bool:
    """Tell whether a channel chose something that the file cannot say: addresses, muted threads, a pause."""
    is_by_address = any(rule.author_hash for rule in choices.rules)
    return bool(is_by_address or choices.muted or choices.paused_at)


def _has_filter(declared: DeclaredList) -> bool:
    names = ("mode", "authors", "subjects", "tags", "patches", "bots")
    return any(getattr(declared, name) for name in names)


def choice_jobs(parts: ChoiceParts) -> tuple[RecurringJob, ...]:
    """Return what happens by itself: the private notes."""
    return (RecurringJob(name=NOTES_JOB, interval=_NOTES, run=parts.noting.send_due),)
