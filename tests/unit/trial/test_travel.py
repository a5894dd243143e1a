"""Going through time: every due moment is a stop, in its order, and a long way has stops of its own."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.trial.travel import MovableClock, Traveller

START = datetime(2026, 11, 25, 12, tzinfo=UTC)


class Way:
    """What is due when, and where the traveller stopped."""

    def __init__(self, *due: timedelta) -> None:
        self.now = START
        self.clock = MovableClock(lambda: self.now)
        self.due = sorted(START + each for each in due)
        self.stops: list[timedelta] = []
        self.done: list[timedelta] = []

    def traveller(self) -> Traveller:
        async def next_due(now: datetime) -> datetime | None:
            return min((each for each in self.due if each > now), default=None)

        async def settle() -> None:
            self.stops.append(self.clock() - START)
            self.done += [each - START for each in self.due if each <= self.clock()]
            self.due = [each for each in self.due if each > self.clock()]

        return Traveller(clock=self.clock, next_due=next_due, settle=settle)


def minutes(*numbers: float) -> list[timedelta]:
    return [timedelta(minutes=number) for number in numbers]


def test_the_clock_moves_on_and_never_back() -> None:
    way = Way()
    way.clock.move_to(START + timedelta(hours=1))
    assert way.clock() == START + timedelta(hours=1)
    way.clock.move_to(START)
    assert way.clock() == START + timedelta(hours=1)
    way.now += timedelta(seconds=5)
    assert way.clock() == START + timedelta(hours=1, seconds=5)


async def test_each_due_moment_is_a_stop_in_its_order() -> None:
    way = Way(*minutes(10, 3, 14, 90))
    await way.traveller().go_to(START + timedelta(minutes=14))
    assert way.stops == minutes(3, 10, 14)
    assert way.done == minutes(3, 10, 14)


async def test_a_long_way_has_stops_so_that_sources_are_looked_at() -> None:
    way = Way()
    await way.traveller().go_to(START + timedelta(minutes=40))
    assert way.stops == minutes(15, 30, 40)


async def test_a_very_long_way_has_no_more_stops_than_one_waits_for() -> None:
    way = Way(*minutes(20, 600))
    await way.traveller().go_to(START + timedelta(days=1))
    assert way.done == minutes(20, 600)
    assert len(way.stops) == 18
    assert way.stops[-1] == timedelta(days=1)


async def test_what_becomes_due_on_the_way_is_met() -> None:
    way = Way(*minutes(5))
    traveller = way.traveller()

    async def settle() -> None:
        way.stops.append(way.clock() - START)
        way.due = [] if way.due == [START + timedelta(minutes=7)] else [START + timedelta(minutes=7)]

    traveller = Traveller(clock=way.clock, next_due=traveller._next_due, settle=settle)
    await traveller.go_to(START + timedelta(minutes=10))
    assert way.stops[:2] == minutes(5, 7)
    assert way.stops[-1] == timedelta(minutes=10)


@pytest.mark.parametrize("target", [0, -5])
async def test_nobody_goes_back(target: int) -> None:
    way = Way(*minutes(1))
    await way.traveller().go_to(START + timedelta(minutes=target))
    assert way.stops == []


async def test_the_next_due_moment_is_found() -> None:
    assert await Way(*minutes(9, 4)).traveller().find_next() == START + timedelta(minutes=4)
    assert await Way().traveller().find_next() is None
