"""Say why a mail was posted or not: what was read of its list, what was decided, what Discord made of it."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import unquote

from bot.delivery.models import OutboxRow
from bot.delivery.outbox import Outbox
from bot.errors import UserError
from bot.mail.digest.wishes import AwaitedDigest
from bot.mail.dispositions import Disposition
from bot.mail.dispositions_repository import Dispositions
from bot.mail.live.finding_repository import FindingRepository
from bot.mail.repository import MailRepository
from bot.mail.service import MailService
from bot.mail.stored import MailSource, StoredEmail
from bot.mail.views import FollowedList, Viewer
from bot.text.catalogue import Texts

_LONGEST: Final = 2_000
_MOST_CANDIDATES: Final = 12
_PREFIXES: Final = re.compile(r"(?:mid|cid|message-id)\s{0,3}:\s{0,3}", re.IGNORECASE)


Awaited = Callable[[int, int], Awaitable[tuple[AwaitedDigest, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What became of a mail in a channel, and how the post that tells of it stands.

    Attributes:
        row: The post's row; None where nothing was to be posted, or it is no longer remembered.
    """

    disposition: Disposition
    row: OutboxRow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All that is known of a mail's way into a guild.

    Attributes:
        email: The mail; None: it is not in the store.
        followed: The list; of a mail that is not in the store, any list that it may be of.
        told: What was decided, in each channel.
        awaited: The digests that it waits for.
        silent: Channels that follow the list, of which nothing was decided.
        is_referred_to: Other mails answer it, though it is not in the store.
        sources: Where the lists are read, by list.
    """

    email: StoredEmail | None = None
    followed: tuple[FollowedList, ...] = ()
    told: tuple[Told, ...] = ()
    awaited: tuple[AwaitedDigest, ...] = ()
    silent: tuple[int, ...] = ()
    is_referred_to: bool = False
    sources: Mapping[int, tuple[MailSource, ...]]


class Explaining:
    """Look a mail up by its archive's link or its Message-ID.

    Args:
        awaited: Returns the digests of a guild that a mail waits for.
    """

    def __init__(
        self,
        *,
        finding: FindingRepository,
        mail: MailRepository,
        service: MailService,
        ledger: Dispositions,
        outbox: Outbox,
        awaited: Awaited,
        texts: Texts,
    ) -> None:
        self._finding = finding
        self._mail = mail
        self._service = service
        self._ledger = ledger
        self._outbox = outbox
        self._awaited = awaited
        self._texts = texts

    async def explain(self, viewer: Viewer, link: str) -> Explanation:
        """Return what is known of a mail.

        Raises:
            UserError: That is neither a link nor a Message-ID, or no list is followed.
        """
        keys, links = read_link(link)
        if not keys:
            raise UserError(self._texts("live.no_link"))
        lists = await self._service.choose(viewer, None)
        numbers = tuple(each.mailing_list.id for each in lists)
        found = await self._finding.find_email(numbers, keys=keys, links=links)
        email = await self._mail.find_email(viewer.guild_id, found) if found is not None else None
        if email is None:
            return Explanation(
                followed=lists,
                is_referred_to=await self._finding.is_known(numbers, keys),
                sources=await self._sources(numbers),
            )
        followed = next(each for each in lists if each.mailing_list.id == email.list_id)
        told = await self._told(viewer.guild_id, email, followed, viewer)
        awaited = tuple(
            each
            for each in await self._awaited(viewer.guild_id, email.id)
            if not followed.mailing_list.is_private or viewer.sees_closed(each.channel_id)
        )
        heard = {*(each.disposition.channel_id for each in told), *(each.channel_id for each in awaited)}
        channels = (each.channel_id for each in followed.follows)
        return Explanation(
            email=email,
            followed=(followed,),
            told=told,
            awaited=awaited,
            silent=tuple(dict.fromkeys(each for each in channels if each not in heard)),
            sources=await self._sources((email.list_id,)),
        )

    async def _told(
        self, guild_id: int, email: StoredEmail, followed: FollowedList, viewer: Viewer
    ) -> tuple[Told, ...]:
        decided = await self._ledger.list_of_email(guild_id, email.id)
        told: list[Told] = []
        for each in decided:
            if followed.mailing_list.is_private and not viewer.sees_closed(each.channel_id):
                continue
            row = await self._outbox.find(each.outbox_key) if each.outbox_key else None
            told.append(Told(disposition=each, row=row))
        return tuple(told)

    async def _sources(self, lists: Sequence[int]) -> Mapping[int, tuple[MailSource, ...]]:
        return {number: await self._mail.list_sources(number) for number in lists}


def read_link(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the Message-IDs and the archive's addresses that a text may mean."""
    bare = _PREFIXES.sub("", text.strip()[:_LONGEST], count=1).strip().strip("<>").strip()
    if not bare or any(character.isspace() for character in bare):
        return (), ()
    if not bare.lower().startswith(("http://", "https://")):
        return (bare,), ()
    return _keys_in(bare), _spellings(bare)


def _keys_in(url: str) -> tuple[str, ...]:
    """Return the parts of an address that may be Message-IDs, as public-inbox writes them."""
    path = url.partition("#")[0].partition("?")[0].partition("://")[2].partition("/")[2]
    parts = [unquote(part) for part in path.split("/") if part]
    likely = [part.strip("<>") for part in parts if "@" in part]
    return tuple(dict.fromkeys([*likely, *reversed(parts)]))[:_MOST_CANDIDATES] or (url,)


def _spellings(url: str) -> tuple[str, ...]:
    """Return an address as archives and people write it: with and without the last slash, "@" and scheme."""
    bare = url.partition("#")[0].partition("?")[0].rstrip("/").partition("://")[2]
    hosts = (bare, bare.replace("%40", "@"), bare.replace("@", "%40"))
    return tuple(
        dict.fromkeys(
            f"{scheme}://{each}{slash}"
            for each in hosts
            for scheme in ("https", "http")
            for slash in ("/", "")
        )
    )


def last_read(sources: Sequence[MailSource]) -> datetime | None:
    """Return when a list was read last."""
    return max((each.succeeded_at for each in sources if each.succeeded_at), default=None)
