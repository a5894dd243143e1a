"""How each part is, as data, from what the part knows of itself."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.gateway import Gateway
from bot.chat.places import Place
from bot.delivery.models import Lane
from bot.delivery.queue import Queue
from bot.faq.models import Page, PageKind
from bot.operations.health import Board, Condition, Health, Part, count_broken, worst
from bot.operations.health_posts import lanes_health, posts_health
from bot.operations.health_process import channel_health, database_health, discord_health, jobs_health
from bot.operations.health_sources import page_health
from bot.text.catalogue import load_texts
from bot.turns import JobHealth

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
AGO = NOW - timedelta(minutes=5)
SOON = NOW + timedelta(minutes=10)
TEXTS = load_texts()
READ_AT = f"<t:{int(AGO.timestamp())}:f>"
AGO_R, SOON_R = f"<t:{int(AGO.timestamp())}:R>", f"<t:{int(SOON.timestamp())}:R>"
GUILD = 7


def page(**parts: object) -> Page:
    known = {"title": "Our **FAQ**", "loaded_at": AGO, "checked_at": AGO, "next_check_at": SOON}
    return Page(
        id=1, guild_id=GUILD, kind=PageKind.URL, location="https://wiki.example/", **{**known, **parts}
    )


def health_of(**parts: object) -> Health:
    return page_health(TEXTS, page(**parts), questions=12, now=NOW)


def test_a_page_that_was_read_is_well() -> None:
    assert health_of() == Health(
        part=Part.FAQ_PAGE,
        name=r"FAQ page “Our \*\*FAQ\*\*”",
        condition=Condition.WELL,
        words=f"12 questions · checked {AGO_R}",
        last_success_at=AGO,
        next_try_at=SOON,
    )


@pytest.mark.parametrize(
    ("failures", "condition"),
    [(1, Condition.TROUBLED), (2, Condition.TROUBLED), (3, Condition.BROKEN), (40, Condition.BROKEN)],
)
def test_a_page_that_fails_again_and_again_needs_a_person(failures: int, condition: Condition) -> None:
    health = health_of(failures=failures, error="wiki.example asks for a login.", checked_at=NOW)
    assert health.condition is condition
    start = f"is not up to date: wiki.example asks for a login. Answers go on from the copy of {READ_AT}. "
    assert health.words.startswith(start)
    assert ("`/faq source add`" in health.words) is (condition is Condition.BROKEN)
    assert (f"Next try {SOON_R}." in health.words) is (condition is Condition.TROUBLED)
    assert (health.last_success_at, health.last_error_at) == (AGO, NOW)
    assert (health.last_error, health.next_try_at) == ("wiki.example asks for a login.", SOON)


def test_a_declared_page_is_mended_where_it_is_declared() -> None:
    words = health_of(failures=3, error="gone", is_declared=True).words
    assert "community.toml" in words
    assert "/faq source add" not in words


def test_a_page_that_was_never_read_says_so() -> None:
    health = health_of(loaded_at=None, failures=1, error="gone")
    assert health.words.startswith("has no answers yet: gone.")
    assert health.last_success_at is None


def test_a_page_that_nobody_looked_at_yet_is_idle() -> None:
    assert health_of(loaded_at=None, checked_at=None).condition is Condition.IDLE


def test_a_page_whose_time_passed_long_ago_is_late() -> None:
    late = health_of(next_check_at=NOW - timedelta(minutes=11))
    assert (late.condition, late.lag) == (Condition.TROUBLED, timedelta(minutes=11))
    assert late.words == f"12 questions · last checked {AGO_R}, which is too long ago"
    on_time = health_of(next_check_at=NOW - timedelta(minutes=1))
    assert (on_time.condition, on_time.lag) == (Condition.WELL, timedelta(minutes=1))


def test_errors_from_outside_are_inert() -> None:
    health = health_of(failures=3, error="@everyone [x](https://evil.example) " + "a" * 5000)
    assert "@everyone" not in health.words
    assert "](https://evil" not in health.words
    assert len(health.words) < 500


def lane(**parts: object) -> Lane:
    known = {
        "reason": "",
        "failures": 0,
        "last_success_at": AGO,
        "last_error_at": None,
        "last_error": "",
        "next_try_at": None,
    }
    return Lane(channel_id=5, guild_id=GUILD, **{**known, **parts})


def test_lanes_are_shown_when_something_is_wrong_with_them() -> None:
    assert lanes_health(TEXTS, [lane()], now=NOW) == ()
    held, closed = lanes_health(
        TEXTS,
        [
            lane(
                failures=2, last_error="Discord has trouble (HTTP 503).", last_error_at=AGO, next_try_at=SOON
            ),
            lane(failures=1, reason="The channel does not exist any more.", last_error_at=AGO),
        ],
        now=NOW,
    )
    assert held.condition is Condition.TROUBLED
    assert held.name == "Posts for <#5>"
    assert held.words == rf"are held up: Discord has trouble (HTTP 503). Next try {SOON_R}."
    assert (held.last_success_at, held.last_error_at, held.next_try_at) == (AGO, AGO, SOON)
    assert closed.condition is Condition.BROKEN
    assert closed.words.startswith("wait: The channel does not exist any more.")


@pytest.mark.parametrize(
    ("queue", "condition", "words"),
    [
        (Queue(), Condition.WELL, "0 waiting"),
        (Queue(last_sent_at=AGO), Condition.WELL, f"0 waiting · last one {AGO_R}"),
        (Queue(due=1, oldest_due_at=NOW - timedelta(seconds=60)), Condition.WELL, "1 waiting"),
        (Queue(due=3, oldest_due_at=AGO), Condition.TROUBLED, f"3 waiting · the oldest was due {AGO_R}"),
        (Queue(dropped=2), Condition.WELL, "0 waiting · 2 dropped in thirty days"),
    ],
)
def test_posts_are_late_or_not(queue: Queue, condition: Condition, words: str) -> None:
    health = posts_health(TEXTS, queue, now=NOW)
    assert (health.condition, health.words) == (condition, words)


def test_posts_that_were_set_aside_need_a_person() -> None:
    health = posts_health(TEXTS, Queue(failed=1), now=NOW)
    assert health.condition is Condition.BROKEN
    assert health.words.startswith("0 waiting · 1 set aside. *“What happened?”")


def job(**parts: object) -> JobHealth:
    return JobHealth(**{"last_run_at": AGO, "last_success_at": AGO, **parts})


def test_jobs_are_one_line_and_show_no_internals() -> None:
    assert jobs_health(TEXTS, {"a": job(), "b": job()}).words == "all 2 run"
    assert jobs_health(TEXTS, {"a": JobHealth()}).condition is Condition.IDLE
    once = jobs_health(TEXTS, {"a": job(), "b": job(error="ValueError: /srv/secret", failures=1)})
    assert once.condition is Condition.TROUBLED
    often = jobs_health(TEXTS, {"a": job(), "b": job(error="ValueError: /srv/secret", failures=5)})
    assert often.condition is Condition.BROKEN
    assert "“b”" in often.words
    assert "secret" not in once.words + often.words
    assert often.last_error == "ValueError: /srv/secret"


def test_the_store_is_quick_slow_or_full() -> None:
    quick = database_health(TEXTS, took=timedelta(milliseconds=2), is_full=False)
    assert (quick.condition, quick.words) == (Condition.WELL, "answers in 2 ms")
    slow = database_health(TEXTS, took=timedelta(seconds=1.5), is_full=False)
    assert (slow.condition, slow.words) == (Condition.TROUBLED, "is slow: it took 1.5 s to answer")
    assert database_health(TEXTS, took=timedelta(0), is_full=True).condition is Condition.BROKEN


def test_the_connection_tells_latency_and_shards() -> None:
    alone = discord_health(TEXTS, Gateway(is_connected=True, latency=timedelta(milliseconds=41)))
    assert (alone.condition, alone.words) == (Condition.WELL, "answers in 41 ms")
    many = discord_health(TEXTS, Gateway(is_connected=True, shard=1, shards=4))
    assert many.words == "shard 2 of 4"
    down = discord_health(TEXTS, Gateway(is_connected=False, shard=1, shards=4))
    assert (down.condition, "not connected" in down.words) == (Condition.TROUBLED, True)


def test_channels_are_shown_when_something_is_wrong_with_them() -> None:
    assert channel_health(TEXTS, "Admin channel", Place(channel_id=5, is_there=True)) is None
    gone = channel_health(TEXTS, "Admin channel", Place(channel_id=5, is_there=False))
    assert gone is not None
    assert (gone.condition, gone.words) == (Condition.BROKEN, "is gone. *Name another in `/settings`.*")
    closed = channel_health(
        TEXTS, "Admin channel", Place(channel_id=5, is_there=True, missing=("send_messages", "embed_links"))
    )
    assert closed is not None
    assert closed.words.startswith("<#5>: the bot lacks **Send Messages**, **Embed Links**.")


def some(condition: Condition) -> Health:
    return Health(part=Part.JOBS, name="x", condition=condition, words="w")


async def test_a_part_that_cannot_be_asked_hides_no_other() -> None:
    async def broken(_guild_id: int, _now: datetime) -> tuple[Health, ...]:
        raise RuntimeError("the store is gone")

    async def well(guild_id: int, now: datetime) -> tuple[Health, ...]:
        assert (guild_id, now) == (GUILD, NOW)
        return (some(Condition.WELL),)

    board = Board(
        {Part.FAQ_PAGE: broken, Part.JOBS: well},
        unanswered=lambda part: Health(part=part, name=part, condition=Condition.BROKEN, words="?"),
    )
    found = await board.look(GUILD, NOW)
    assert [(health.part, health.condition) for health in found] == [
        (Part.FAQ_PAGE, Condition.BROKEN),
        (Part.JOBS, Condition.WELL),
    ]


def test_the_worst_and_what_needs_a_person_are_counted() -> None:
    healths = [some(Condition.WELL), some(Condition.BROKEN), some(Condition.IDLE), some(Condition.BROKEN)]
    assert (worst(healths), count_broken(healths)) == (Condition.BROKEN, 2)
    assert (worst([]), count_broken([])) == (Condition.WELL, 0)
