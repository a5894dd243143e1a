import asyncio
import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

import bot.storage
from bot.errors import SettingsError
from bot.storage.database import Database
from bot.storage.meta import get_meta, set_meta
from bot.storage.migrate import find_version
from bot.storage.schema import METADATA, VERSION
from bot.storage.text_search import is_search_table
from bot.storage.upgrade import upgrade as take_steps
from tests.integration.storage.rows import OLD_VERSIONS, fill_tables, make_old_store, read_tables

ROOT = Path(__file__).parents[3]
TABLES = {*METADATA.tables, "alembic_version"}


async def tables(database):
    async with database.reading() as connection:
        found = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    return {name for name in found if not is_search_table(name)}


async def search_objects(database):
    """What the full-text search consists of, as the engine writes it down."""
    catalogue = "SELECT name, sql FROM sqlite_master WHERE name LIKE '%mail_search%' ORDER BY name"
    if database.is_shared:
        catalogue = (
            "SELECT indexname, replace(indexdef, current_schema(), '') FROM pg_indexes"
            " WHERE tablename = 'mail_search' AND schemaname = current_schema() ORDER BY indexname"
        )
    async with database.reading() as connection:
        found = (await connection.execute(text(catalogue))).all()
    return [(name, " ".join(str(sql).split())) for name, sql in found]


async def set_version(database, version):
    async with database.writing() as connection:
        await connection.execute(
            text("UPDATE alembic_version SET version_num = :version"), {"version": version}
        )


def run(script, *arguments, heard=""):
    """Run a script in a Python of its own; return what it says."""
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, cwd=ROOT, input=heard, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_version_is_the_newest_migration():
    scripts = ScriptDirectory(str(Path(bot.storage.__path__[0]) / "migrations"))
    assert scripts.get_heads() == [VERSION]
    assert sorted(script.revision for script in scripts.walk_revisions()) == [
        f"{number:04}" for number in range(1, int(VERSION) + 1)
    ]


async def test_migrate_makes_the_schema_from_nothing(database_url):
    async with Database(database_url) as database:
        assert await tables(database) == set()
        await database.migrate()
        assert await tables(database) == TABLES


async def test_migrations_lead_to_the_schema_in_code(database_url):
    def differences(connection):
        opts = {
            "compare_type": True,
            "include_name": lambda name, kind, _: kind != "table" or not is_search_table(name),
        }
        return compare_metadata(MigrationContext.configure(connection, opts=opts), METADATA)

    async with Database(database_url) as database:
        async with database.writing() as connection:
            await connection.run_sync(take_steps)
        assert await tables(database) == TABLES
        async with database.reading() as connection:
            assert await connection.run_sync(differences) == []
            assert await find_version(connection) == VERSION


async def test_both_ways_make_the_same_search(database_url, tmp_path):
    async with Database(database_url) as database:
        await database.migrate()
        at_once = await search_objects(database)
        async with database.writing() as connection:
            await connection.execute(text("DROP TABLE mail_search"))
            await connection.run_sync(METADATA.drop_all)
            await connection.execute(text("DROP TABLE alembic_version"))
            await connection.run_sync(take_steps)
        assert await search_objects(database) == at_once
    assert len(at_once) > 1


async def test_migrate_again_changes_nothing(database, caplog):
    caplog.set_level(logging.INFO, logger="bot.storage.database")
    await set_meta(database, "a", "1")
    await database.migrate()
    assert await get_meta(database, "a") == "1"
    assert caplog.messages == []


async def test_migrate_without_work_does_not_load_alembic(sqlite_url):
    script = (
        "import asyncio, sys\n"
        "from bot.storage.database import Database\n"
        "async def main():\n"
        "    async with Database(sys.argv[1]) as database:\n"
        "        await database.migrate()\n"
        "asyncio.run(main())\n"
        "print('alembic' in sys.modules)"
    )
    heard = [await asyncio.to_thread(run, script, sqlite_url) for _ in range(2)]
    assert heard == ["False", "False"]


@pytest.mark.parametrize("version", ["9999", "a-branch"])
async def test_store_of_a_newer_version_is_refused_and_left_alone(database, version):
    await set_version(database, version)
    with pytest.raises(SettingsError) as caught:
        await database.migrate()
    (line,) = caught.value.problems
    assert line == (
        f"the store was written by a newer Rapporteur (schema {version}, this one knows {VERSION}): "
        "install that version again, or restore a backup made before the upgrade"
    )
    assert await tables(database) == TABLES


async def test_store_with_somebody_elses_tables_is_refused_and_left_alone(database_url):
    async with Database(database_url) as database:
        async with database.writing() as connection:
            await connection.execute(text("CREATE TABLE faq_vote (theirs INTEGER)"))
        with pytest.raises(SettingsError) as caught:
            await database.migrate()
        (line,) = caught.value.problems
        assert line.startswith("the store's tables cannot be made or brought up to date (")
        assert "faq_vote" in line
        assert "already exists" in line
        assert await tables(database) == {"faq_vote"}


# A process that kills itself after its N-th statement; forked, because starting Python anew is slow.
KILLED = """
import asyncio, json, os, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
import alembic.command
import asyncpg
from bot.storage.database import Database

def migrate(url, limit):
    count = 0

    @event.listens_for(Engine, "after_cursor_execute")
    def counted(*_):
        nonlocal count
        count += 1
        if count == limit:
            os.kill(os.getpid(), signal.SIGKILL)

    async def main():
        async with Database(url) as database:
            await database.migrate()

    asyncio.run(main())

outcomes = []
for number, url in enumerate(json.load(sys.stdin), start=1):
    child = os.fork()
    if not child:
        migrate(url, number * int(sys.argv[1]))
        os._exit(0)
    outcomes.append(os.waitpid(child, 0)[1])
print(json.dumps(outcomes))
"""


# The more steps are missing, the farther apart the kills: there are ten, over all statements and beyond.
@pytest.mark.parametrize(
    ("old", "step"),
    [
        (None, 2 + 2 * int(VERSION)),
        *((version, 2 + 2 * (int(VERSION) - int(version))) for version in OLD_VERSIONS),
    ],
)
async def test_migrate_killed_at_a_statement_leaves_the_old_or_the_new(database_url, tmp_path, old, step):
    if database_url.startswith("sqlite"):
        urls = [f"sqlite:///{tmp_path / str(number)}.sqlite3" for number in range(10)]
    else:
        urls = [f"{database_url}_{number}" for number in range(10)]
        await make_schemas(database_url, [url.rpartition("=")[2] for url in urls])
    old_tables = set()
    if old is not None:
        for url in urls:
            await make_old_store(url, old)
        async with Database(urls[0]) as database:
            old_tables = await tables(database)
    outcomes = json.loads(await asyncio.to_thread(run, KILLED, str(step), heard=json.dumps(urls)))
    found = []
    for url in urls:
        async with Database(url) as database:
            found.append(await tables(database))
            await database.migrate()
            assert await tables(database) == TABLES
    if not database_url.startswith("sqlite"):
        await drop_schemas(database_url, [url.rpartition("=")[2] for url in urls])

    assert {outcome == 0 for outcome in outcomes} == {True, False}  # some were killed, the last were not
    assert [names for names in found if names not in (old_tables, TABLES)] == []
    for outcome, names in zip(outcomes, found, strict=True):
        assert outcome != 0 or names == TABLES


@pytest.mark.parametrize("version", OLD_VERSIONS)
async def test_every_older_schema_is_brought_up_to_date_and_loses_no_row(database_url, version):
    await make_old_store(database_url, version)
    async with Database(database_url) as database:
        before = await fill_tables(database)
        await database.migrate()
        assert await tables(database) == TABLES
        async with database.reading() as connection:
            assert await find_version(connection) == VERSION
        after = await read_tables(database)
    assert before.keys() >= {"guild", "meta", "faq_page", "faq_entry"}
    for name, rows in before.items():
        assert [_only(row, rows[0]) for row in after[name]] == rows, name


def _only(row, others):
    """Return the columns of a row that another one has, too."""
    return {name: value for name, value in row.items() if name in others}


async def make_schemas(url, names):
    async with Database(url) as database, database.writing() as connection:
        for name in names:
            await connection.execute(text(f"CREATE SCHEMA {name}"))


async def drop_schemas(url, names):
    async with Database(url) as database, database.writing() as connection:
        for name in names:
            await connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
