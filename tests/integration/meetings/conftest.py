"""What the tests of the meetings' store share."""

import pytest


@pytest.fixture
def change(database):
    """Run one of a repository's methods in a transaction of its own."""

    async def run(method, *args, **kwargs):
        async with database.writing() as connection:
            return await method(connection, *args, **kwargs)

    return run
