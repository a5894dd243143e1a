"""A calendar that gives all its dates other keys at once: cards, answers and reminders go with them."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from bot.delivery.models import Kind, Verb
from bot.meetings.calendars import Answer
from bot.meetings.models import OccurrenceKey
from tests.integration.meetings.office import GUILD, Clock, event, open_office
from tests.loopback_http import LoopbackServer

FIRST = datetime(2026, 11, 19, 15, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LEADS = (24 * HOUR, HOUR / 4, timedelta())


async def test_what_is_kept_of_a_series_goes_along_when_all_of_it_moves(tmp_path, database_url):
    url = "" if database_url.startswith("sqlite") else database_url
    async with LoopbackServer() as server, open_office(tmp_path, url, Clock(), server) as office:
        office.serve(event(RRULE="FREQ=DAILY"))
        followed = await office.follow()
        await office.until(FIRST - 20 * HOUR)
        answers, database = office.app.meetings.store.answers, office.app.database
        old, new = OccurrenceKey("call", "20261119T150000Z"), OccurrenceKey("moved", "20261119T160000Z")
        async with database.writing() as connection:
            await answers.save_answer(
                connection,
                GUILD,
                followed.id,
                old,
                user_id=5,
                answer=Answer.GOING,
                now=FIRST,
                forget_at=FIRST,
            )
            await answers.subscribe(connection, GUILD, followed.id, "call", user_id=5, now=FIRST)
        office.serve(event(start="20261119T160000Z", uid="moved", RRULE="FREQ=DAILY"))
        await office.look(minutes=20)
        async with database.reading() as connection:
            assert await answers.list_answers(connection, GUILD, followed.id, new) == ((5, Answer.GOING),)
            assert await answers.list_answers(connection, GUILD, followed.id, old) == ()
            assert await answers.list_subscribers(connection, GUILD, followed.id, "moved") == (5,)
        await office.until(FIRST + 2 * DAY, step=timedelta(minutes=15))
        sent = [row for row in await office.rows() if row.kind is Kind.REMINDER and row.verb is Verb.SEND]
    # The first date's card of the day before was out already; all else comes at the new times, once.
    wanted = [FIRST - 24 * HOUR] + [
        FIRST + HOUR + number * DAY - lead for number in range(3) for lead in LEADS if number or lead < DAY
    ]
    assert Counter(row.due_at for row in sent) == Counter(
        moment for moment in [*wanted, FIRST + HOUR + 3 * DAY - 24 * HOUR] if moment <= FIRST + 2 * DAY
    )
