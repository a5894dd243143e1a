"""The line of each key of a TOML file."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.lines import line_of, map_lines

TEXT = '''\
# a comment = 1
[[guild]]
id = 1
note = """
[[guild]]
fake = "x" """
[[guild.faq]]
url = "a"   # "[
list = [
  "[x]",
  ["y"],
]
[[guild.faq]]
"file" = 'b'
[[guild]]
[[guild.faq]]
a.b = 2
[other."quoted key"]
x = 1
'''

EXPECTED = {
    ("guild",): 2,
    ("guild", 0, "faq"): 7,
    ("guild", 1, "faq"): 16,
    ("guild", 0): 2,
    ("guild", 0, "id"): 3,
    ("guild", 0, "note"): 4,
    ("guild", 0, "faq", 0): 7,
    ("guild", 0, "faq", 0, "url"): 8,
    ("guild", 0, "faq", 0, "list"): 9,
    ("guild", 0, "faq", 1): 13,
    ("guild", 0, "faq", 1, "file"): 14,
    ("guild", 1): 15,
    ("guild", 1, "faq", 0): 16,
    ("guild", 1, "faq", 0, "a", "b"): 17,
    ("other", "quoted key"): 18,
    ("other", "quoted key", "x"): 19,
}


def test_each_key_has_its_line() -> None:
    assert tomllib.loads(TEXT)
    assert map_lines(TEXT) == EXPECTED


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("guild", 0, "id"), 3),
        (("guild", 0, "faq", 1, "title"), 13),
        (("guild", 7), 2),
        (("else", 7), 0),
        (("guild", 0, "faq", 9, "url"), 7),
        ((), 0),
    ],
)
def test_missing_key_has_the_line_of_what_is_around_it(path: tuple[str | int, ...], line: int) -> None:
    assert line_of(map_lines(TEXT), path) == line


@given(text=st.text(alphabet="[]{}\"'=.#\\\n ab", max_size=200))
def test_any_text_is_read_and_lines_exist(text: str) -> None:
    assert all(1 <= line <= text.count("\n") + 1 for line in map_lines(text).values())


VALUES = st.one_of(
    st.text("abc[]{}#= ", max_size=20).flatmap(lambda text: st.sampled_from([f"'{text}'", f'"{text}"'])),
    st.sampled_from(
        ['"""\n[x]\n"""', "'''\n'a' = \"\n'''", "[\n1, # ]\n2]", '"a\\"["', "{a = 1}", '"""\\""""', "1"]
    ),
)


@given(values=st.lists(VALUES, max_size=8))
def test_every_key_after_any_value_is_found(values: list[str]) -> None:
    text = "".join(f"k{number} = {value}\n" for number, value in enumerate(values))
    assert tomllib.loads(text).keys() == {path[0] for path in map_lines(text)}
