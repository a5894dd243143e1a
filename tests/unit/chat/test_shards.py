import pytest

from bot.chat.shards import Shards, shard_of
from bot.errors import SettingsError


@pytest.mark.parametrize(
    ("text", "ids", "count"),
    [
        ("0/1", (0,), 1),
        ("0-3/8", (0, 1, 2, 3), 8),
        ("5,0-1,1/6", (0, 1, 5), 6),
        (" 7/8 ", (7,), 8),
    ],
)
def test_numbers_and_ranges_are_read(text: str, ids: tuple[int, ...], count: int) -> None:
    assert Shards.parse(text) == Shards(ids=ids, count=count)


@pytest.mark.parametrize(
    "text",
    ["", "0", "1/1", "0/0", "3-1/4", "0-9/8", "-1/2", "0,/2", "a/b", "0/99999", "٣/٤", "0/1/1", "9" * 99],
)
def test_anything_else_is_refused_with_how_to_write_it(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Shards.parse(text)
    (problem,) = caught.value.problems
    assert problem.startswith("--shards ")
    assert len(problem) < 120


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("3-1/4", "write the lower number of a range first"),
        ("2,3-1/4", "write the lower number of a range first"),
        ("0/0", "in all there may be 1 to 2048, not 0"),
        ("0/2049", "in all there may be 1 to 2048, not 2049"),
        ("4/4", "of 4 shards, the numbers are 0 to 3"),
        ("0", "write it like 0-3/8: which shards, and of how many"),
    ],
)
def test_each_mistake_is_told_for_what_it_is(text: str, what: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Shards.parse(text)
    assert caught.value.problems == (f"--shards {text!r}: {what}",)


def test_every_guild_is_on_one_shard() -> None:
    parts = [Shards.parse(text) for text in ("0-1/4", "2/4", "3/4")]
    for guild_id in (1, 81384788765712384, 2**63 - 1):
        assert [shard_of(guild_id, 4) in part.ids for part in parts].count(True) == 1
        assert [part.has(guild_id) for part in parts].count(True) == 1
