"""A changed community.toml: what is taken up, what is said, and what goes on when it cannot be used."""

import os
from pathlib import Path

import pytest

from config.community import FILE_NAME, Community, load_community
from config.community_file import CommunityFile
from config.diff import find_changes

BEFORE = """
[[guild]]
id = 1
zone = "Europe/Berlin"
help_channel = 5
[[guild.faq]]
url = "https://wiki.example.org/faq"
[[guild.faq]]
url = "https://wiki.example.org/old"
[[guild.list]]
url = "https://lists.example.org/a/?token=abc"
channel = 7
[[guild.calendar]]
url = "https://calendar.example.org/private-abc/basic.ics"
channel = 7
"""
AFTER = """
[[guild]]
id = 2
[[guild.faq]]
url = "https://wiki.example.org/two"
[[guild]]
id = 1
zone = "Asia/Tokyo"
admin_channel = 6
[[guild.calendar]]
url = "https://calendar.example.org/private-abc/basic.ics"
channel = 8
name = "Calls"
[[guild.faq]]
url = "https://wiki.example.org/faq"
[[guild.faq]]
url = "https://wiki.example.org/new"
"""


def write(folder: Path, text: str, *, second: int = 0) -> None:
    path = folder / FILE_NAME
    path.write_text(text)
    os.utime(path, (second, second))


def load(folder: Path, text: str) -> Community:
    write(folder, text)
    return load_community(folder)


def test_difference_names_what_was_added_changed_and_removed_and_no_secret(tmp_path: Path) -> None:
    changes = find_changes(load(tmp_path, BEFORE), load(tmp_path, AFTER))
    assert [str(change) for change in changes] == [
        "guild 1: zone changed",
        "guild 1: admin_channel added",
        "guild 1: help_channel removed",
        "guild 1: faq https://wiki.example.org/old removed",
        "guild 1: faq https://wiki.example.org/new added",
        "guild 1: list https://lists.example.org/a/ removed",
        "guild 1: calendar Calls changed",
        "guild 2: faq https://wiki.example.org/two added",
    ]
    assert "private-abc" not in repr(changes)
    assert find_changes(load(tmp_path, AFTER), load(tmp_path, f"# moved\n{AFTER}")) == ()


def test_changed_file_is_taken_up_and_a_wrong_one_is_not(tmp_path: Path) -> None:
    write(tmp_path, BEFORE)
    file = CommunityFile(load_community(tmp_path), config_dir=tmp_path)
    assert not file.has_changed()
    write(tmp_path, BEFORE.replace("zone", "zome"), second=1)
    assert file.has_changed()
    assert file.read() == ()
    assert file.problems == (f"{tmp_path}/{FILE_NAME}:4: unknown key 'zome'; did you mean zone?",)
    assert file.current.guilds[0].settings.zone == "Europe/Berlin"
    assert not file.has_changed(), "a wrong file is not read again and again"
    write(tmp_path, AFTER, second=2)
    assert len(file.read()) == 8
    assert file.problems == ()
    assert file.current == load_community(tmp_path)
    (tmp_path / FILE_NAME).unlink()
    assert file.has_changed()
    file.read()
    assert file.current == Community()


def test_file_that_needs_what_is_not_set_is_not_taken_up(tmp_path: Path) -> None:
    file = CommunityFile(Community(), config_dir=tmp_path, check=lambda read: ["no key"] if read else [])
    write(tmp_path, BEFORE)
    assert file.read() == ()
    assert (file.problems, file.current) == (("no key",), Community())


@pytest.mark.parametrize("text", ["", BEFORE])
def test_file_is_read_when_asked_though_it_is_the_same(tmp_path: Path, text: str) -> None:
    write(tmp_path, text)
    file = CommunityFile(load_community(tmp_path), config_dir=tmp_path)
    file.ask()
    assert file.has_changed()
    assert file.read() == ()
    assert not file.has_changed()
