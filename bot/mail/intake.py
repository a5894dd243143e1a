"""Turn raw mails into what is stored: read outside this process, the poisonous set aside.

A worker process gets a piece of a batch at a time. Where it breaks, takes too long or too much memory, the
piece is halved until the one mail that did it stands alone; that one is left out with its reason, and the
rest goes on. Mails that answer others than those of their piece are stripped in a second step, with these.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Any, Final, TypeVar

from bot.errors import SourceError
from bot.mail.email_repository import EmailRepository
from bot.mail.models import Email, Problem, RawMail
from bot.mail.quotes.own_words import OwnWords
from bot.mail.stored import Arrival, SetAside
from bot.mail.stripping import NOT_READ, Written, answered_by, written
from bot.workers import Workers

logger = logging.getLogger(__name__)

T = TypeVar("T")

SET_ASIDE: Final = "a mail that was set aside"
"""Where a problem is whose mail could not be read at all, or not its words."""

_PIECE: Final = 250
_LEAST_PIECE: Final = 25
_SECONDS: Final = 10.0
_READ: Final = "bot.mail.reading:read_batch"
_PARSE: Final = "bot.mail.mime.message:parse_batch"
_STRIP: Final = "bot.mail.stripping:strip_batch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What raw mails became.

    Attributes:
        arrivals: Those that the list does not have yet, in the order of the batch.
        known: How many it has.
        problems: Mails that were set aside, and why.
        aside: Those of them of which nothing could be read.
    """

    arrivals: tuple[Arrival, ...]
    known: int
    problems: tuple[Problem, ...]
    aside: tuple[SetAside, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A mail half read.

    Attributes:
        raw: What came with it; its bytes, which are read, no longer are there.
        words: None where they are not looked for yet.
    """

    email: Email
    raw: RawMail
    words: OwnWords | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A batch half read: the mails that could be parsed, by their keys, and what is wrong with the others."""

    mails: Mapping[str, Opened]
    problems: tuple[Problem, ...]
    aside: tuple[SetAside, ...] = ()


class MailReader:
    """Read raw mails.

    Args:
        workers: Where they are parsed.
        repository: Knows which mails are stored, and the texts that they answer.
        pieces_at_once: How many pieces of a batch are read at the same time.
    """

    def __init__(self, *, workers: Workers, repository: EmailRepository, pieces_at_once: int = 1) -> None:
        self._workers = workers
        self._repository = repository
        self._pieces_at_once = pieces_at_once
        self._pieces = asyncio.Semaphore(pieces_at_once)

    async def read(self, list_id: int, mails: Sequence[RawMail], *, list_name: str) -> Intake:
        """Return what is new of a batch.

        Raises:
            SourceError: The worker processes cannot be used for now; nothing was read.
        """
        return await self.strip(list_id, await self.parse(mails, list_name=list_name))

    async def parse(self, mails: Sequence[RawMail], *, list_name: str) -> Parsed:
        """Parse a batch, which may be done while the one before is being stored.

        Raises:
            SourceError: The worker processes cannot be used for now; nothing was read.
        """
        options = {"list_name": list_name}
        unread: dict[int, str] = {}
        read = await self._map(_READ, [mail.data for mail in mails], len, unread, options)
        unparsed = dict(unread)
        for place in unread:  # a mail whose words cannot be found is a mail
            read[place] = await self._parse_alone(place, mails[place].data, unparsed, options)
        opened = (
            Opened(email=each[0], words=each[1], raw=replace(raw, data=b""))
            for each, raw in zip(read, mails, strict=True)
            if each
        )
        return Parsed(
            mails={each.email.key: each for each in opened},
            problems=_problems(unread),
            aside=tuple(
                SetAside(content=mails[place].data, reason=unparsed[place]) for place in sorted(unparsed)
            ),
        )

    async def _parse_alone(
        self, place: int, data: bytes, unparsed: dict[int, str], options: Mapping[str, str]
    ) -> tuple[Email, OwnWords] | None:
        """Parse a mail that could not be read."""
        unread: dict[int, str] = {}
        (email,) = await self._map(_PARSE, [data], len, unread, options)
        if email is None:
            unparsed[place] = unread[0]
            return None
        del unparsed[place]
        return email, NOT_READ

    async def strip(self, list_id: int, parsed: Parsed, *, before: Sequence[Parsed] = ()) -> Intake:
        """Find the own words of what is new of a batch.

        Args:
            list_id: The list that it came over.
            parsed: The batch.
            before: The batches before it that are not stored yet; all others are.

        Raises:
            SourceError: The worker processes cannot be used for now; nothing was read.
        """
        unread: dict[int, str] = {}
        unsaved = {key: each for batch in before for key, each in batch.mails.items()}
        new = await self._repository.find_new_keys(
            list_id, [key for key in parsed.mails if key not in unsaved]
        )
        fresh = [each for key, each in parsed.mails.items() if key in new]
        texts = {key: each.email.body for key, each in unsaved.items()}
        waiting = [each.email for each in fresh if each.words is None]
        found = iter(await self._strip(list_id, waiting, parsed, texts, unread))
        problems = (*parsed.problems, *_problems(unread))
        for problem in problems:
            logger.warning("%s: %s", problem.where, problem.what)
        arrivals = tuple(
            Arrival(
                email=each.email,
                words=next(found) if each.words is None else each.words,
                permalink=each.raw.permalink,
                arrived_at=each.raw.arrived_at,
            )
            for each in fresh
        )
        return Intake(
            arrivals=arrivals, known=len(parsed.mails) - len(fresh), problems=problems, aside=parsed.aside
        )

    async def _strip(
        self,
        list_id: int,
        emails: Sequence[Email],
        parsed: Parsed,
        unsaved: Mapping[str, str],
        unread: dict[int, str],
    ) -> list[OwnWords]:
        """Find the own words; a mail whose words cannot be found is kept without them."""
        if not emails:
            return []
        texts = await self._find_parents(list_id, emails, parsed, unsaved)
        mails = [written(email, texts) for email in emails]
        found: list[OwnWords | None] = await self._map(_STRIP, mails, _weigh, unread, {})
        return [NOT_READ if words is None else words for words in found]

    async def _find_parents(
        self, list_id: int, emails: Iterable[Email], parsed: Parsed, unsaved: Mapping[str, str]
    ) -> Mapping[str, str]:
        """Return the texts that mails answer: of their own batch, of those before it and of the store."""
        batch = {**unsaved, **{key: each.email.body for key, each in parsed.mails.items()}}
        answered = {key for email in emails for key in answered_by(email)}
        stored = await self._repository.find_texts(list_id, [key for key in answered if key not in batch])
        return {**stored, **batch}

    async def _map(
        self,
        function: str,
        items: Sequence[T],
        size: Callable[[T], int],
        unread: dict[int, str],
        options: Mapping[str, str],
    ) -> list[Any]:
        """Run a function over a list in worker processes; None stands for what could not be read.

        Why each of those could not is put into `unread`, by its place.
        """
        places = divide([size(item) for item in items], at_least=self._pieces_at_once)
        done = await asyncio.gather(
            *(
                self._piece(function, items[start:stop], start, unread, options)
                for start, stop in pairwise(places)
            )
        )
        return [each for piece in done for each in piece]

    async def _piece(
        self,
        function: str,
        items: Sequence[Any],
        first: int,
        unread: dict[int, str],
        options: Mapping[str, str],
    ) -> list[Any]:
        try:
            async with self._pieces:
                job = partial(self._workers.run, function, list(items), timeout_seconds=_SECONDS)
                return list(await job(**options))
        except SourceError as error:
            if not error.permanent:
                raise
            if len(items) == 1:
                unread[first] = str(error)
                return [None]
        half = len(items) // 2
        return [
            *await self._piece(function, items[:half], first, unread, options),
            *await self._piece(function, items[half:], first + half, unread, options),
        ]


def divide(sizes: Sequence[int], *, at_least: int) -> list[int]:
    """Return where to divide a batch so that its pieces are equally large, and none holds too many mails.

    Args:
        sizes: Of the mails.
        at_least: Into how many pieces, where there are enough mails for it.
    """
    wanted = max(-(-len(sizes) // _PIECE), min(at_least, -(-len(sizes) // _LEAST_PIECE)))
    share = sum(sizes) / max(wanted, 1)
    places, room = [0], share
    for place, size in enumerate(sizes):
        if place > places[-1] and (room < size / 2 or place - places[-1] >= _PIECE):
            places.append(place)
            room += share
        room -= size
    return [*places, len(sizes)]


def _problems(unread: Mapping[int, str]) -> tuple[Problem, ...]:
    return tuple(
        Problem(where=SET_ASIDE, what=f"number {place + 1} of its batch: {unread[place]}")
        for place in sorted(unread)
    )


def _weigh(mail: Written) -> int:
    return len(mail.text)
