"""What community.toml declares of mailing lists and their logins, and what is said about mistakes."""

from pathlib import Path

import pytest

from bot.errors import SettingsError
from config.community import FILE_NAME, Guild, load_community
from config.sections.lists import DeclaredKey, DeclaredList, DeclaredMailbox
from config.settings import load_settings

LIST = '[[guild.list]]\nurl = "https://lists.example.org/pipermail/dev/"\nchannel = 5\n'
MAILBOX = '[[guild.mailbox]]\nname = "wg"\nhost = "imap.example.org"\nuser = "wg"\npassword = "SECRET_WG"\n'


def load(folder: Path, text: str) -> Guild:
    (folder / FILE_NAME).write_text(f"[[guild]]\nid = 1\n{text}")
    (guild,) = load_community(folder).guilds
    return guild


def test_lists_and_logins_are_read(tmp_path: Path) -> None:
    key = '[[guild.archive_key]]\nhost = "Groups.io"\nkey = "SECRET_KEY"\n'
    mbox = '[[guild.list]]\nmbox = "mail/dev.mbox"\nchannel = 6\nname = "Dev"\nprivate = true\n'
    guild = load(tmp_path, LIST + mbox + MAILBOX + key)
    assert guild.lists == (
        DeclaredList(url="https://lists.example.org/pipermail/dev/", channel=5, line=3),
        DeclaredList(mbox="mail/dev.mbox", channel=6, name="Dev", is_private=True, line=6),
    )
    (mailbox,) = guild.mailboxes
    assert mailbox == DeclaredMailbox(
        name="wg", host="imap.example.org", user="wg", password="SECRET_WG", line=mailbox.line
    )
    (found,) = guild.archive_keys
    assert found == DeclaredKey(host="groups.io", key="SECRET_KEY", line=found.line)


def test_what_is_shown_of_a_list_is_read(tmp_path: Path) -> None:
    (found,) = load(
        tmp_path, LIST + 'mode = "highlight"\nsubjects = "rope, -draft"\nbots = "without"\n'
    ).lists
    assert (found.mode, found.subjects, found.bots, found.patches) == (
        "highlight",
        "rope, -draft",
        "without",
        "",
    )


PROBLEMS = {
    "filter's mode": (LIST + 'mode = "some"\n', "mode"),
    "filter too long": (LIST + f'tags = "{"a" * 1001}"\n', "tags: at most 1000 characters"),
    "nowhere": ("[[guild.list]]\nchannel = 5\n", 'a list needs one of url = "https://…", mbox'),
    "two places": (LIST + 'mbox = "a"\n', "a list needs one of"),
    "no channel": ('[[guild.list]]\nmbox = "a"\n', "a list needs a channel"),
    "channel in words": ('[[guild.list]]\nmbox = "a"\nchannel = "dev"\n', "channel: write the channel's id"),
    "outside": ('[[guild.list]]\nmbox = "../a"\nchannel = 5\n', "mbox: name what lies under"),
    "login in the address": (
        '[[guild.list]]\nurl = "https://me:word@lists.example.org/"\nchannel = 5\n',
        "leave user name and password out",
    ),
    "twice": (LIST + LIST, "this list is declared before"),
    "private in quotes": (LIST + 'private = "yes"\n', "private: write true or false, without quotes"),
    "unknown key": (LIST + "chanel = 5\n", "did you mean channel?"),
    "mailbox twice": (MAILBOX + MAILBOX, "this mailbox is declared before"),
    "no password": (
        MAILBOX.replace('password = "SECRET_WG"\n', ""),
        "needs one of password and refresh_token",
    ),
    "token without server": (
        MAILBOX.replace("password", "refresh_token"),
        "needs a token_url and a client_id",
    ),
    "port": (MAILBOX + 'port = "993"\n', "port: write a port's number"),
    "security": (MAILBOX + 'security = "ssl"\n', "there is no 'ssl'"),
    "key without host": ('[[guild.archive_key]]\nkey = "SECRET_KEY"\n', "a key needs the archive"),
    "host without key": ('[[guild.archive_key]]\nhost = "groups.io"\n', "the name of the variable"),
}


@pytest.mark.parametrize(("text", "said"), PROBLEMS.values(), ids=PROBLEMS)
def test_a_mistake_is_explained(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, text)
    assert any(said in problem for problem in caught.value.problems), caught.value.problems


def test_a_secret_that_stands_there_itself_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, MAILBOX.replace("SECRET_WG", "hunter2hunter2"))
    (problem,) = caught.value.problems
    assert "write the name of a variable that begins with SECRET_" in problem
    assert "hunter2" not in problem


def test_secrets_are_read_from_the_environment_over_the_file(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("SECRET_A=file\nSECRET_B=file b\nOTHER=x\n")
    settings = load_settings({"SECRET_A": "environment", "SECRET_C": " "}, env_file)
    assert {name: secret.get_secret_value() for name, secret in settings.secrets.items()} == {
        "SECRET_A": "environment",
        "SECRET_B": "file b",
    }
    assert "file b" not in repr(settings)
