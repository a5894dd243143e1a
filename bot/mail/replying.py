"""Say how to answer on a list: in its archive where that takes answers, else by mail; never by the bot."""

from typing import Final
from urllib.parse import urlsplit

from bot.delivery.post import Button, Post, Row, Words
from bot.mail.showing import plain_line, safe_link, shown_line, shown_subject
from bot.mail.stored import MailingList, StoredEmail
from bot.text import limits
from bot.text.catalogue import Texts
from bot.text.markdown import inline_code

_NAME_LENGTH: Final = 100
_SUBJECT_LENGTH: Final = 150
_HASH_LENGTH: Final = 32
_BASE32: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


def find_reply_page(permalink: str, *, kinds: frozenset[str] = frozenset()) -> str:
    """Return the page on which a mail can be answered; "" where its archive has none.

    HyperKitty and groups.io answer on the mail's own page; public-inbox writes there how its readers' mail
    programs do (the anchor is its own).
    """
    url = safe_link(permalink)
    parts = urlsplit(url).path.strip("/").split("/")
    if not url or len(parts) < 2:
        return ""
    if parts[-2] == "message" and (_is_hash(parts[-1]) or _is_groupsio(parts)):
        return url
    if kinds == {"public_inbox"}:
        return f"{url.partition('#')[0]}#R"
    return ""


def render_reply(
    texts: Texts, mailing_list: MailingList, email: StoredEmail, *, kinds: frozenset[str]
) -> Post:
    """Tell one person, in private, how to answer a mail."""
    page = find_reply_page(email.permalink, kinds=kinds)
    name = shown_line(mailing_list.name, _NAME_LENGTH)
    lines = [shown_subject(texts, email.topic, email.permalink)]
    if page:
        lines.append(texts("reply.page", name=name))
    if mailing_list.address:
        subject = inline_code(plain_line(f"Re: {email.topic}", _SUBJECT_LENGTH))
        lines.append(texts("reply.mail", address=inline_code(mailing_list.address[:200]), subject=subject))
    elif not page:
        lines.append(texts("reply.unknown", name=name))
    lines.append(f"-# {texts('reply.never')}")
    button = Button(label=texts("reply.answer_there"), url=page) if page and _fits(page) else None
    rows = (Row(buttons=(button,)),) if button else ()
    return Post(title=texts("reply.title", name=name), blocks=(Words(markdown="\n".join(lines)), *rows))


def _fits(url: str) -> bool:
    return len(url) <= limits.BUTTON_URL


def _is_hash(part: str) -> bool:
    return len(part) == _HASH_LENGTH and _BASE32.issuperset(part)


def _is_groupsio(parts: list[str]) -> bool:
    return len(parts) > 3 and parts[-4] == "g" and parts[-1].isdigit()
