"""What community.toml sets for a guild in place of /settings, and what is said about what it cannot be."""

from pathlib import Path

import pytest

from bot.errors import SettingsError
from config.community import FILE_NAME, load_community
from config.sections.settings import DeclaredSettings

GUILD = "[[guild]]\nid = 1\n"


def load(config_dir: Path, text: str) -> DeclaredSettings:
    (config_dir / FILE_NAME).write_text(GUILD + text)
    return load_community(config_dir).guilds[0].settings


def problems_of(config_dir: Path, text: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load(config_dir, text)
    return [problem.removeprefix(f"{config_dir / FILE_NAME}:") for problem in caught.value.problems]


def test_what_is_left_out_is_left_to_the_chat(tmp_path: Path) -> None:
    assert load(tmp_path, "") == DeclaredSettings()


def test_settings_are_read(tmp_path: Path) -> None:
    text = """
zone = "Europe/Berlin"
admin_channel = 11
editors_role = 12
help_channel = 13
language = "de"
status_channel = 9223372036854775807
"""
    assert load(tmp_path, text) == DeclaredSettings(
        zone="Europe/Berlin",
        admin_channel=11,
        editors_role=12,
        help_channel=13,
        language="de",
        status_channel=2**63 - 1,
    )


@pytest.mark.parametrize(
    ("words", "zone"),
    [("europe/berlin", "Europe/Berlin"), ("Berlin", "Europe/Berlin"), ("ET", "America/New_York")],
)
def test_words_that_name_one_zone_are_taken(tmp_path: Path, words: str, zone: str) -> None:
    assert load(tmp_path, f"zone = '{words}'").zone == zone


ID = (
    "write its id, a whole number without quotes (in Discord: Copy Channel ID, or Copy Role ID, in its menu)."
)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("zone = 'Europe/Berln'", "zone: there is no 'Europe/Berln'; did you mean Europe/Berlin?"),
        ("zone = 'UTC+2'", "zone: 'UTC+2' is an offset, which knows no summer time; write a zone like"),
        ("zone = 'xyzzyx'", "zone: there is no 'xyzzyx'; write one like Europe/Berlin."),
        ("zone = 2", 'zone: write a text in quotes, zone = "…".'),
        ("admin_channel = '11'", f"admin_channel: {ID}"),
        ("status_channel = true", f"status_channel: {ID}"),
        ("language = 'german'", "language: 'german' is not spoken; write en or de or es"),
        ("help_channel = 0", f"help_channel: {ID}"),
        ("editors_role = 9223372036854775808", f"editors_role: {ID}"),
        ("admin_chanel = 1", "unknown key 'admin_chanel'; did you mean admin_channel?"),
    ],
)
def test_problem_is_told_with_its_line(tmp_path: Path, text: str, problem: str) -> None:
    (found,) = problems_of(tmp_path, text)
    assert found.startswith(f"3: {problem}")


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    text = "zone = 'xyzzyx'\nadmin_channel = 0\neditors_role = 'x'\nhelp_channel = 1\n"
    assert [problem.partition(":")[0] for problem in problems_of(tmp_path, text)] == ["3", "4", "5"]
