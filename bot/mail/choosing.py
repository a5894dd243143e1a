"""Let managers choose what a channel shows of a list: filters, muted threads, a pause, whom it pings."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.outbox import Outbox
from bot.errors import UserError
from bot.mail.choices_repository import ChoicesRepository
from bot.mail.dispositions import Fate
from bot.mail.email_rows import HashAuthor
from bot.mail.filter_rules import Refusal, read_rules
from bot.mail.filters import MOST_RULES, Choices, Field, Mode, Ping, Rule
from bot.mail.held_repository import Held
from bot.mail.render_choices import refusal_text
from bot.mail.stored import MailingList
from bot.mail.telling_held import tell_held
from bot.storage.database import Database
from bot.text.catalogue import Texts

ANYTHING: Final = "*"
"""What is typed to take a field's rules back."""


FLAGS: Final[Mapping[str, bool | None]] = MappingProxyType({"all": None, "without": True, "only": False})
"""What is said of patches and bots: whether they are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a filter is to become; what is not named stays.

    Attributes:
        texts: By field, rules as they are typed; ANYTHING takes them back.
        flags: By field, whether such mails are left out; True: they are, False: only they are picked, None:
            it makes no difference.
        ping: When `role_id` is pinged; None: that stays as it is.
    """

    mode: Mode | None = None
    ping: Ping | None = None
    role_id: int | None = None
    texts: Mapping[Field, str] = field(default_factory=lambda: MappingProxyType({}))
    flags: Mapping[Field, bool | None] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is to change."""
        return self.mode is None and not self.texts and not self.flags


class Choosing:
    """The choices of a guild's channels."""

    def __init__(
        self,
        *,
        database: Database,
        repository: ChoicesRepository,
        outbox: Outbox,
        hash_author: HashAuthor,
        texts: Texts,
    ) -> None:
        self._database = database
        self._repository = repository
        self._outbox = outbox
        self._hash_author = hash_author
        self._texts = texts

    async def find(self, guild_id: int, list_id: int, channel_id: int | None, *, here: int) -> Choices:
        """Return the choices of the channel that is meant: the one named, the only one, or this one.

        Raises:
            UserError: The list is not followed there, or in several channels of which this is none.
        """
        found = await self._repository.list_guild(guild_id, list_id)
        if channel_id is None and len(found) == 1:
            return found[0]
        wanted = here if channel_id is None else channel_id
        for each in found:
            if each.channel_id == wanted:
                return each
        raise UserError(self._texts("list.not_here" if channel_id else "choice.which_channel"))

    async def list_for(self, guild_id: int, list_id: int) -> tuple[Choices, ...]:
        """Return the choices of each channel of a guild that follows a list."""
        return await self._repository.list_guild(guild_id, list_id)

    async def filter(self, choices: Choices, wanted: Wanted) -> Choices:
        """Change which mails a channel shows.

        Raises:
            UserError: A rule cannot be used, there are too many, or community.toml declares them.
        """
        self._refuse_declared(choices)
        rules = self._rules(choices.rules, wanted)
        return await self._change(choices, rules=rules, mode=wanted.mode or choices.mode)

    async def clear(self, choices: Choices) -> Choices:
        """Show every mail again."""
        self._refuse_declared(choices)
        return await self._change(choices, rules=(), mode=Mode.ONLY_MATCHES)

    async def mute(self, choices: Choices, thread: int, *, now: datetime) -> bool:
        """Show no more of a thread in a channel; return whether it was shown before."""
        async with self._database.writing() as connection:
            return await self._repository.mute(connection, choices, thread, now=now)

    async def unmute(self, choices: Choices, thread: int) -> bool:
        """Show a thread again; return whether it was muted."""
        async with self._database.writing() as connection:
            return await self._repository.unmute(connection, choices, thread)

    async def set_ping(self, choices: Choices, *, ping: Ping, role_id: int | None) -> Choices:
        """Have a role pinged, or nobody."""
        if ping is Ping.NEVER or role_id is None:
            return await self._change(choices, ping=Ping.NEVER, role_id=None)
        return await self._change(choices, ping=ping, role_id=role_id)

    async def pause(self, choices: Choices, *, now: datetime) -> Choices:
        """Post nothing in a channel until it is resumed; what comes meanwhile is kept for then."""
        async with self._database.writing() as connection:
            current = await self._current(connection, choices)
            paused = replace(current, paused_at=current.paused_at or now)
            await self._repository.save(connection, paused)
        return paused

    async def resume(self, choices: Choices, mailing_list: MailingList, *, now: datetime) -> int:
        """Post again, what was held back as one summary; return how many mails that tells of."""
        async with self._database.writing() as connection:
            current = await self._current(connection, choices)
            if current.paused_at is None:
                return 0
            await self._repository.save(connection, replace(current, paused_at=None))
            return await self._tell_held(connection, current, current.paused_at, mailing_list, now)

    async def declare(self, choices: Choices, wanted: Wanted | None) -> Choices:
        """Bring a channel's rules in line with community.toml; None: it declares none.

        Raises:
            UserError: A rule cannot be used.
        """
        rules = self._rules((), wanted) if wanted is not None else ()
        mode = (wanted.mode if wanted is not None else None) or Mode.ONLY_MATCHES
        values = {"rules": rules, "mode": mode, "is_declared": wanted is not None, **_pinged(wanted)}
        if all(getattr(choices, name) == value for name, value in values.items()):
            return choices
        return await self._change(choices, **values)

    async def bring_in(self, choices: Choices, wanted: Wanted) -> Choices:
        """Take over all of what a file says of a channel, as managers could in chat.

        Authors that are known by their address stay: no file can name them.

        Raises:
            UserError: A rule cannot be used, or community.toml declares them.
        """
        kept = tuple(rule for rule in choices.rules if rule.author_hash)
        rules = tuple(dict.fromkeys((*kept, *self._rules((), wanted))))
        pinged = _pinged(replace(wanted, ping=wanted.ping or Ping.NEVER))
        values = {"rules": rules, "mode": wanted.mode or Mode.ONLY_MATCHES, **pinged}
        if all(getattr(choices, name) == value for name, value in values.items()):
            return choices
        self._refuse_declared(choices)
        return await self._change(choices, **values)

    async def _tell_held(
        self,
        connection: AsyncConnection,
        choices: Choices,
        since: datetime,
        mailing_list: MailingList,
        now: datetime,
    ) -> int:
        place = Held(
            guild_id=choices.guild_id,
            list_id=choices.list_id,
            channel_id=choices.channel_id,
            fate=Fate.PAUSED,
            since=since,
        )
        key = f"held:{choices.guild_id}:{choices.list_id}:{choices.channel_id}:{since:%Y%m%dT%H%M%S%f}"
        texts = self._texts.to(choices.guild_id)
        return await tell_held(connection, self._outbox, texts, mailing_list, place, key=key, now=now)

    async def _change(self, choices: Choices, **values: object) -> Choices:
        async with self._database.writing() as connection:
            changed = replace(await self._current(connection, choices), **values)  # type: ignore[arg-type]  # names of fields
            await self._repository.save(connection, changed)
        return changed

    async def _current(self, connection: AsyncConnection, choices: Choices) -> Choices:
        """Return the choices as they are by now."""
        key = (choices.guild_id, choices.list_id, choices.channel_id)
        current = await self._repository.find(connection, *key)
        if current is None:
            raise UserError(self._texts("list.not_here"))
        return current

    def _rules(self, rules: tuple[Rule, ...], wanted: Wanted) -> tuple[Rule, ...]:
        kept = [rule for rule in rules if rule.field not in {*wanted.texts, *wanted.flags}]
        for name, text in wanted.texts.items():
            if text.strip() == ANYTHING:
                continue
            read = read_rules(name, text, hash_author=self._hash_author)
            if isinstance(read, Refusal):
                raise UserError(refusal_text(self._texts, read))
            kept += read
        kept += [Rule(field=name, leaves_out=flag) for name, flag in wanted.flags.items() if flag is not None]
        if len(kept) > MOST_RULES:
            raise UserError(self._texts("choice.refused_too_many", most=MOST_RULES))
        return tuple(kept)

    def _refuse_declared(self, choices: Choices) -> None:
        if choices.is_declared:
            raise UserError(self._texts("choice.is_declared"))


def _pinged(wanted: Wanted | None) -> Mapping[str, object]:
    """Return what changes about pings; nothing where nothing is said of them."""
    if wanted is None or wanted.ping is None:
        return {}
    if wanted.ping is Ping.NEVER or wanted.role_id is None:
        return {"ping": Ping.NEVER, "role_id": None}
    return {"ping": wanted.ping, "role_id": wanted.role_id}
