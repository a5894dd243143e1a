"""Make, change, skip and cancel meetings in chat; what follows is the same as for a followed calendar."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import UserError
from bot.meetings.amending import amend_date, amend_series, move_series, set_status
from bot.meetings.calendars import SeriesSettings
from bot.meetings.drafts_repository import DraftsRepository
from bot.meetings.making import list_next
from bot.meetings.models import Meeting, Occurrence, Status
from bot.meetings.request import Request, find_trouble, make_new, read_time
from bot.meetings.store import MeetingStore
from bot.meetings.targets import Target, Targets
from bot.meetings.when.models import Question, Unclear, When
from bot.storage.database import Database
from bot.text.catalogue import Texts

PREVIEWED = 5
_UID_HOST = "chat.rapporteur"

LayOut = Callable[[int, int, datetime], Awaitable[None]]
"""Lays out a guild's calendar anew, so that reminders, cards and notices follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a request comes to, to be looked at before it is confirmed.

    Attributes:
        when: None: the time stays as it is.
        series_when: The time of the whole series, where one of its dates is moved and all could be so.
        question: What has to be answered first.
        dates: The next dates of what is made, or of the series as it would become.
        target: The date that is changed; None: a new meeting is made.
    """

    token: str
    request: Request
    choice: int | None = None
    when: When | None = None
    series_when: When | None = None
    question: Question | None = None
    meeting: Meeting | None = None
    dates: tuple[Occurrence, ...] = ()
    target: Target | None = None


class ChatMeetings:
    """The meetings that are made in chat.

    Args:
        lay_out: Lays a calendar out anew after a change.
        new_token: Returns a new short name that nobody can guess.
    """

    def __init__(
        self,
        *,
        database: Database,
        store: MeetingStore,
        targets: Targets,
        drafts: DraftsRepository,
        lay_out: LayOut,
        new_token: Callable[[], str],
        texts: Texts,
    ) -> None:
        self._database = database
        self._store = store
        self._targets = targets
        self._drafts = drafts
        self._lay_out = lay_out
        self._new_token = new_token
        self._texts = texts

    async def propose(self, guild_id: int, request: Request, *, now: datetime) -> Proposal:
        """Keep a request, and return what it comes to.

        Raises:
            UserError: It cannot be used; says what to write.
        """
        token = self._new_token()
        proposal = await self._work_out(guild_id, token, request, None)
        async with self._database.writing() as connection:
            await self._drafts.save_draft(connection, guild_id, token, request, now=now)
        return proposal

    async def look(self, guild_id: int, token: str, choice: int | None) -> Proposal:
        """Return what a kept request comes to, with the answer to its question.

        Raises:
            UserError: It is not kept any more.
        """
        async with self._database.reading() as connection:
            request = await self._drafts.find_draft(connection, guild_id, token)
        if request is None:
            raise UserError(self._texts("meeting.draft_gone"))
        return await self._work_out(guild_id, token, request, choice)

    async def discard(self, guild_id: int, token: str) -> None:
        """Forget a request."""
        async with self._database.writing() as connection:
            await self._drafts.remove_draft(connection, guild_id, token)

    async def create(self, guild_id: int, token: str, choice: int | None, *, now: datetime) -> Proposal:
        """Make the meeting that was confirmed; confirming twice makes it once.

        Raises:
            UserError: The request is not kept any more, or asks something still.
        """
        proposal = await self.look(guild_id, token, choice)
        if proposal.meeting is None or proposal.target is not None:
            raise UserError(self._texts("meeting.draft_gone"))
        async with self._database.writing() as connection:
            defaults = await self._drafts.get_defaults(connection, guild_id)
            channel_id = defaults.channel_id or proposal.request.channel_id
            known = await self._store.calendars.list_calendars(connection, guild_id)
            calendar = await self._store.calendars.get_chat_calendar(connection, guild_id, channel_id)
            if all(each.id != calendar.id for each in known):
                calendar = replace(calendar, settings=defaults.settings)
                await self._store.calendars.save_wishes(connection, calendar)
            await self._store.calendars.save_typed(
                connection, guild_id, calendar.id, [proposal.meeting], now=now
            )
            await self._drafts.remove_draft(connection, guild_id, token)
        await self._lay_out(guild_id, calendar.id, now)
        return replace(proposal, request=replace(proposal.request, channel_id=calendar.channel_id))

    async def change(
        self, guild_id: int, token: str, choice: int | None, *, is_series: bool, now: datetime
    ) -> Proposal:
        """Change one date, or all of its series, as was confirmed.

        Raises:
            UserError: The request is not kept any more, or its meeting is not there.
        """
        proposal = await self.look(guild_id, token, choice)
        target = proposal.target
        if target is None or proposal.question is not None:
            raise UserError(self._texts("meeting.draft_gone"))
        guild, number, uid = guild_id, target.calendar.id, target.date.key.uid
        async with self._database.writing() as connection:
            versions = await self._versions(guild_id, target)
            sequence = _next_sequence(versions)
            if is_series or not target.is_series:
                when = proposal.series_when or proposal.when
                changed = amend_series(versions, proposal.request, when, sequence=sequence)
                await self._store.calendars.remove_typed(connection, guild, number, uid)
            else:
                occurrence = target.date.occurrence
                changed = (amend_date(occurrence, proposal.request, _once(proposal.when), sequence=sequence),)
            await self._store.calendars.save_typed(connection, guild, number, changed, now=now)
            await self._drafts.remove_draft(connection, guild_id, token)
        await self._lay_out(guild_id, number, now)
        return proposal

    async def set_one(self, guild_id: int, target: Target, *, status: Status, now: datetime) -> None:
        """Cancel one date, or let it take place after all."""
        sequence = _next_sequence(await self._versions(guild_id, target))
        changed = set_status(target.date.occurrence, status, sequence=sequence)
        async with self._database.writing() as connection:
            await self._store.calendars.save_typed(
                connection, guild_id, target.calendar.id, [changed], now=now
            )
        await self._lay_out(guild_id, target.calendar.id, now)

    async def end(self, guild_id: int, target: Target, *, now: datetime) -> None:
        """Cancel a whole series."""
        async with self._database.writing() as connection:
            whose = (guild_id, target.calendar.id, target.date.key.uid)
            await self._store.calendars.remove_typed(connection, *whose)
            await self._store.series.save_settings(connection, *whose, SeriesSettings())
        await self._lay_out(guild_id, target.calendar.id, now)

    async def _versions(self, guild_id: int, target: Target) -> tuple[Meeting, ...]:
        async with self._database.reading() as connection:
            typed = await self._store.calendars.list_typed(connection, guild_id, target.calendar.id)
        versions = tuple(each for each in typed if each.uid == target.date.key.uid)
        if not any(each.recurrence_id is None for each in versions):
            raise UserError(self._texts("meeting.no_such"))
        return versions

    async def _work_out(self, guild_id: int, token: str, request: Request, choice: int | None) -> Proposal:
        trouble = find_trouble(request)
        if trouble is not None:
            raise UserError(self._texts(trouble.key, **dict(trouble.values)))
        proposal = Proposal(token=token, request=request, choice=choice)
        if request.calendar_id:
            target = await self._targets.find_made_here(guild_id, request.calendar_id, request.date_token)
            if target is None:
                raise UserError(self._texts("meeting.no_such"))
            proposal = replace(proposal, target=target)
        if request.when or not request.calendar_id:
            moved = proposal.target.date.occurrence.wall.date() if proposal.target else None
            answer = read_time(request, choice, beside=moved)
            if isinstance(answer, Unclear):
                raise UserError(self._texts(answer.key, **dict(answer.values)))
            if isinstance(answer, Question):
                return replace(proposal, question=answer)
            proposal = replace(proposal, when=answer)
        return await self._fill_in(guild_id, proposal)

    async def _fill_in(self, guild_id: int, proposal: Proposal) -> Proposal:
        """Work out the meeting as it would be, and its next dates."""
        request, when, target = proposal.request, proposal.when, proposal.target
        if target is not None:
            versions = await self._versions(guild_id, target)
            if when is not None and not when.rrule and target.is_series:
                one = target.date.occurrence
                moved = move_series(versions, one, when, now=request.asked_at)
                proposal = replace(proposal, series_when=moved)
            meeting = amend_series(versions, request, proposal.series_when or when, sequence=0)[0]
        elif when is not None:
            meeting = make_new(request, when, uid=f"{proposal.token}@{_UID_HOST}")
        else:
            return proposal
        dates = list_next(meeting, now=request.asked_at, limit=PREVIEWED)
        return replace(proposal, meeting=meeting, dates=dates)


def _next_sequence(versions: tuple[Meeting, ...]) -> int:
    return max(each.sequence for each in versions) + 1


def _once(when: When | None) -> When | None:
    return replace(when, rrule="") if when is not None else None
