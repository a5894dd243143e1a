import json
import os
import re
from pathlib import Path

import pytest

from bot.mail.mbox import open_archive, split_mails
from bot.mail.mime.message import parse_email
from bot.mail.permalinks import (
    find_links,
    hyperkitty_hash,
    hyperkitty_link,
    pipermail_link,
    public_inbox_link,
    read_marked_url,
)

SAMPLES = os.environ.get("SAMPLES", "")  # noqa: TID251 (test material that not every machine has)
HYPERKITTY = "https://lists.example.org/archives/list/group@lists.example.org/"
FOOTER = """Hello

-=-=-=-=-=-=-=-=-=-=-=-
Groups.io Links: You receive all messages sent to this group.
View/Reply Online (#53): https://{host}/g/{group}/message/53
Mute This Topic: https://{host}/mt/12345678/987654
Unsubscribe: https://{host}/g/{group}/leave/123/456/xyzzy [ann@example.org]
"""


def links(body: str = "", **given: object) -> tuple[str, str]:
    known = {"message_id": "a@b", "archived_at": "", "list_archive": "", "list_hosts": ("lists.example.org",)}
    return find_links(**{**known, **given}, body=body)


def test_hyperkitty_names_a_mail_by_its_id() -> None:
    # What `base64.b32encode(hashlib.sha1(b"a@example.org").digest())` gives, as Mailman 3 writes it.
    assert hyperkitty_hash("a@example.org") == "VLYVDRJVOOCRBJ6AOIFVZO3QDPZE6UTF"
    assert hyperkitty_link(HYPERKITTY, "a@b") == f"{HYPERKITTY}message/{hyperkitty_hash('a@b')}/"


def test_public_inbox_address_escapes_what_would_part_it() -> None:
    link = public_inbox_link("https://lore.example.org/list/", "a/b+c%d=é@example.org")

    assert link == "https://lore.example.org/list/a%2Fb+c%25d=%C3%A9@example.org/"


def test_pipermail_page_has_six_digits_at_least() -> None:
    base = "https://example.org/pipermail/list/"

    assert pipermail_link(base, "2021-August", 42) == f"{base}2021-August/000042.html"
    assert pipermail_link(base, "2021-August", 1234567) == f"{base}2021-August/1234567.html"


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("<https://example.org/a>", "https://example.org/a"),
        ("Archive <mailto:x@example.org>, < http://example.org/a > (web)", "http://example.org/a"),
        ("https://example.org/a", "https://example.org/a"),
        ("<javascript:alert(1)>", ""),
        ("<https://user@example.org/>", ""),
        ("<https://example.org/a b>", ""),
        ("nothing", ""),
        ("", ""),
    ],
)
def test_address_in_a_header_is_read(value: str, url: str) -> None:
    assert read_marked_url(value) == url


@pytest.mark.parametrize(
    ("host", "group", "hosts"),
    [
        ("groups.io", "example", ("example.groups.io", "")),
        ("groups.io", "example+sub", ("", "groups.io")),
        ("lists.example.org", "toc", ("toc.lists.example.org", "")),
    ],
)
def test_footer_of_groups_io_gives_the_mail_and_its_topic(
    host: str, group: str, hosts: tuple[str, str]
) -> None:
    base = f"https://{host}/g/{group}"

    found = links(FOOTER.format(host=host, group=group), list_hosts=hosts)

    assert found == (f"{base}/message/53", f"{base}/topic/12345678")


def test_footer_in_html_gives_the_same() -> None:
    body = (
        "Hello\n\nGroups.io Links: You receive all messages sent to this group.\n"
        "View/Reply Online (#53) <https://groups.io/g/example/message/53> | Reply to Group | "
        "Mute This Topic <https://groups.io/mt/12345678/987654> | New Topic <https://groups.io/g/example/post>"
    )

    found = links(body, list_hosts=("example.groups.io",))

    assert found == ("https://groups.io/g/example/message/53", "https://groups.io/g/example/topic/12345678")


def test_footer_that_is_quoted_above_does_not_count() -> None:
    quoted = "\n".join(f"> {line}" for line in FOOTER.format(host="groups.io", group="old").split("\n"))

    found = links(quoted + "\n" + FOOTER.format(host="groups.io", group="new"), list_hosts=("new.groups.io",))

    assert found[0] == "https://groups.io/g/new/message/53"


def test_personal_links_are_never_given() -> None:
    assert not re.search(r"/mt/|/leave/|987654", " ".join(links(FOOTER, list_hosts=("example.groups.io",))))


@pytest.mark.parametrize("host", ["groups.io", "evil.example.net"])
def test_footer_of_another_site_does_not_count(host: str) -> None:
    assert links(FOOTER.format(host=host, group="example")) == ("", "")


def test_header_of_the_archive_comes_first() -> None:
    url = "https://archive.example.org/msg/1"

    assert links(archived_at=url, list_archive=HYPERKITTY) == (url, "")


def test_header_that_leads_elsewhere_does_not_count() -> None:
    assert links(archived_at="https://example.net/msg/1") == ("", "")


def test_hyperkitty_archive_gives_the_page() -> None:
    assert links(list_archive=HYPERKITTY) == (hyperkitty_link(HYPERKITTY, "a@b"), "")


def test_mail_without_id_has_no_page() -> None:
    assert links(list_archive=HYPERKITTY, message_id="") == ("", "")


@pytest.mark.skipif(not SAMPLES, reason="SAMPLES names no folder of archives")
def test_hashes_are_those_that_hyperkitty_gives() -> None:
    found = json.loads((Path(SAMPLES) / "mail" / "hyperkitty-api" / "limit1000.json").read_text())["results"]

    assert len(found) > 200
    assert [hyperkitty_hash(mail["message_id"]) for mail in found] == [
        mail["message_id_hash"] for mail in found
    ]


@pytest.mark.skipif(not SAMPLES, reason="SAMPLES names no folder of archives")
def test_every_mail_of_groups_io_names_its_page() -> None:
    with (Path(SAMPLES) / "mail" / "raw" / "linux-oxnas.groups.io.mbox.xz").open("rb") as stream:
        mails = [parse_email(mail.content) for mail in split_mails(open_archive(stream))]

    pages = {mail.permalink for mail in mails if mail.topic_link}

    assert len(pages) == len(mails) == 269
