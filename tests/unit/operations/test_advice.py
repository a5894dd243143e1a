"""What is wrong, told in one line, is taken apart: where, what, and what to do."""

import pytest

from bot.operations.advice import CORRECT, finding_of

PROBLEMS = [
    (
        "DISCORD_TOKEN is missing. Copy it from https://x.example > Bot, and write it into .env.",
        ("", "DISCORD_TOKEN is missing", "Copy it from https://x.example > Bot, and write it into .env"),
    ),
    (
        "/etc/a b/community.toml:4: unknown key 'chanel'; did you mean channel?",
        ("/etc/a b/community.toml:4", "unknown key 'chanel'", "Did you mean channel?"),
    ),
    (
        "config/community.toml:9: port: write a port's number, like 993.",
        ("config/community.toml:9", "port cannot be used", "Write a port's number, like 993"),
    ),
    (
        ".env:2: cannot be read; write NAME=value, with quotes closed.",
        (".env:2", "cannot be read", "Write NAME=value, with quotes closed"),
    ),
    ("LOG_LEVEL: is 'loud'; write one of: a, b.", ("", "LOG_LEVEL: is 'loud'", "Write one of: a, b")),
    ("community.toml:3: odd.", ("community.toml:3", "odd", CORRECT)),
    ("example.org has no such page (404). Check it.", ("", "example.org has no such page (404)", "Check it")),
]


@pytest.mark.parametrize(("problem", "parts"), PROBLEMS, ids=[what for _, (_, what, _) in PROBLEMS])
def test_a_problem_is_taken_apart(problem: str, parts: tuple[str, str, str]) -> None:
    found = finding_of(problem)
    assert (found.where, found.what, found.fix) == parts


def test_what_it_is_about_can_be_given_and_then_is_not_looked_for() -> None:
    found = finding_of("config/community.toml: gone. Look.", where="calendar Calls")
    assert (found.where, found.what, found.fix) == ("calendar Calls", "config/community.toml: gone", "Look")
