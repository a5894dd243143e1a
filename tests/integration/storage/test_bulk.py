"""Rows that are inserted in bulk are the same rows: both engines, every kind of column."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Boolean, delete, insert, select
from sqlalchemy.exc import DBAPIError

from bot.storage.bulk import insert_rows, take_numbers
from bot.storage.columns import PlainText
from bot.storage.schema import mail_body, mail_email, mail_list

NOW = datetime(2026, 11, 24, 13, 0, 0, 7, tzinfo=UTC)
HOSTILE = "a\0b \ud83c Größe '; DROP TABLE meta; -- ? $1 :key %s"
NAMES = ("id", "name", "identifier", "address", "archive_url", "is_private", "created_at", "next_thread")
LISTS = [
    (number, HOSTILE if number % 2 else "", "", "", "", bool(number % 3), NOW + timedelta(number), number)
    for number in range(1, 1001)
]


async def insert_lists(connection, rows):
    await insert_rows(connection, mail_list, NAMES, rows)


async def test_rows_are_those_of_a_plain_insert(database):
    async with database.writing() as connection:
        await insert_lists(connection, LISTS)
        in_bulk = (await connection.execute(select(mail_list).order_by(mail_list.c.id))).all()
        await connection.execute(delete(mail_list))
        plain = [dict(zip(NAMES, row, strict=True)) for row in LISTS]
        await connection.execute(insert(mail_list), plain)
        one_by_one = (await connection.execute(select(mail_list).order_by(mail_list.c.id))).all()

    assert len(in_bulk) == 1000
    assert in_bulk == one_by_one


async def test_names_may_come_in_any_order_and_others_stay_null(database):
    async with database.writing() as connection:
        await insert_lists(connection, LISTS[:1])
        (number,) = await take_numbers(connection, mail_email, 1)
        await connection.execute(insert(mail_email), [_email(number)])
        names = ("expires_at", "is_all_quoted", "in_context", "own", "text", "email_id")
        await insert_rows(connection, mail_body, names, [(NOW, True, "c", "o", "t", number)])
        row = (await connection.execute(select(mail_body))).mappings().one()

    assert dict(row) == {
        "email_id": number,
        "text": "t",
        "own": "o",
        "in_context": "c",
        "is_all_quoted": True,
        "is_whole": False,
        "patch": None,
        "expires_at": NOW,
    }


async def test_no_rows_are_no_statement(database):
    async with database.writing() as connection:
        await insert_rows(connection, mail_list, ("id",), [])
        assert list(await take_numbers(connection, mail_list, 0)) == []


@pytest.mark.parametrize("bad", [(1, None), (1, "twice")], ids=["missing text", "number taken"])
async def test_row_that_is_refused_takes_all_back(database, bad):
    async with database.writing() as connection:
        await insert_lists(connection, LISTS[:1])
    rows = [(*row, "", "", "", False, NOW, 1) for row in [(2, "fine"), bad]]

    async def write():
        async with database.writing() as connection:
            await insert_lists(connection, rows)

    with pytest.raises(DBAPIError):
        await write()

    async with database.reading() as connection:
        assert (await connection.execute(select(mail_list.c.id))).scalars().all() == [1]


async def test_no_number_is_taken_twice(database):
    """Not by later transactions, not beside plain inserts, and not after the row is gone."""
    taken = []
    async with database.writing() as connection:
        await insert_lists(connection, LISTS[:1])
    for count in (3, 1, 500):
        async with database.writing() as connection:
            numbers = list(await take_numbers(connection, mail_email, count))
            assert numbers == sorted(numbers)
            taken += numbers
            await insert_rows(
                connection,
                mail_email,
                tuple(_email(1)),
                [tuple(_email(number).values()) for number in numbers],
            )
        async with database.writing() as connection:
            row = _email(0)
            del row["id"]
            done = await connection.execute(insert(mail_email).values(**row | {"key": f"plain {count}"}))
            taken += done.inserted_primary_key
            await connection.execute(delete(mail_email))

    assert len(taken) == 507
    assert len(set(taken)) == len(taken)


def _email(number):
    texts = [column.name for column in mail_email.c if isinstance(column.type, PlainText)]
    flags = [column.name for column in mail_email.c if isinstance(column.type, Boolean)]
    return {
        **dict.fromkeys(texts, ""),
        **dict.fromkeys(flags, False),
        "id": number,
        "list_id": 1,
        "key": f"key {number}",
        "thread": 1,
        "at": NOW,
        "stored_at": NOW,
        "tags": (),
        "references": ("a", "b"),
        "attachments": (),
        "size": 1,
    }
