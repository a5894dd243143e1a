import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UserError
from bot.setup.env_file import with_variable, write_variable
from config.dotenv import read_dotenv


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "TOKEN=new\n"),
        ("A=1", "A=1\nTOKEN=new\n"),
        ("# mine\nA=1\n", "# mine\nA=1\nTOKEN=new\n"),
        ("A=1\nTOKEN=old\nB=2\n", "A=1\nTOKEN=new\nB=2\n"),
        ("\n\n# why\nTOKEN=\nB=2\n", "\n\n# why\nTOKEN=new\nB=2\n"),
        ("TOKEN='two\nlines'\nB=2\n", "TOKEN=new\nB=2\n"),
        ("TOKEN=old\nA=1\nTOKEN=older\n", "TOKEN=new\nA=1\n"),
        ("export TOKEN=old\n", "TOKEN=new\n"),
        ("#TOKEN=commented\n", "#TOKEN=commented\nTOKEN=new\n"),
        ("no equals sign\nA=1\n", "no equals sign\nA=1\nTOKEN=new\n"),
        ("A=1\r\nTOKEN=old\r\nB=2\r\n", "A=1\r\nTOKEN=new\nB=2\r\n"),
    ],
)
def test_a_variable_is_set_and_the_other_lines_stay(before: str, after: str) -> None:
    assert with_variable(before, "TOKEN", "new") == after


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["A=1", "TOKEN=x", "# c", "", "TOKEN='a\nb'", "junk junk", 'B="q"', "TOKEN"]))
)
def test_what_was_set_is_read_back_whatever_stood_there(tmp_path_factory, lines: list[str]) -> None:
    path = tmp_path_factory.mktemp("env") / ".env"
    path.write_text(with_variable("\n".join(lines), "TOKEN", "a.b.c"))
    read = read_dotenv(path, known=("TOKEN", "A", "B"))
    assert read.values["TOKEN"] == "a.b.c"
    assert not any("TOKEN is set a second time" in problem for problem in read.problems)
    assert [line for line in lines if line in {"A=1", "# c", 'B="q"'}] == [
        line for line in path.read_text().split("\n") if line in {"A=1", "# c", 'B="q"'}
    ]


def test_the_file_is_for_its_owner_alone_also_where_it_was_not(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("A=1\n")
    path.chmod(0o644)
    write_variable(path, "TOKEN", "new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == "A=1\nTOKEN=new\n"
    assert [each.name for each in tmp_path.iterdir()] == [".env"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".env").symlink_to(tmp_path / "elsewhere" / "real.env")
    write_variable(tmp_path / ".env", "TOKEN", "new")
    assert (tmp_path / ".env").is_symlink()
    assert (tmp_path / "elsewhere" / "real.env").read_text() == "TOKEN=new\n"


@pytest.mark.parametrize("content", [b"\xff\xfe", b"A=1\n" * 60_000])
def test_what_cannot_be_a_dotenv_file_is_refused_and_kept(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / ".env"
    path.write_bytes(content)
    with pytest.raises(UserError, match="cannot be written"):
        write_variable(path, "TOKEN", "secret")
    assert path.read_bytes() == content
    assert [each.name for each in tmp_path.iterdir()] == [".env"]


def test_a_directory_in_its_place_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    with pytest.raises(UserError, match="cannot be written"):
        write_variable(tmp_path / ".env", "TOKEN", "secret")
