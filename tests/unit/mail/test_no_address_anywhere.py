"""An address, however written and wherever a mail has it, is in nothing that is shown, posted or listed."""

import re
from email.header import Header
from email.message import EmailMessage

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.post import Post, Row, Select, Words
from bot.mail.digest.render import Frame, render_digest
from bot.mail.live.models import Folded
from bot.mail.live.plan import FLOOD
from bot.mail.live.render import Standing, fold_line, render_folded, render_mail, render_whole, thread_name
from bot.mail.sources.writing import Fields, write_mail
from bot.mail.stored import MailingList, StoredEmail
from tests.unit.mail.digest.letters import digest_of
from tests.unit.mail.test_showing import NOW, TEXTS, drawn, stored

LOCAL, HOST = "ann.archer7", "mail.example.org"
WRITTEN = st.sampled_from(
    [
        f"{LOCAL}@{HOST}",
        f"{LOCAL} at {HOST}",
        f"{LOCAL} (a) {HOST}",
        f"{LOCAL}(at){HOST}",
        f"{LOCAL}[at]mail[dot]example[dot]org",
        f"{LOCAL}＠{HOST}",
        f"{LOCAL} @ {HOST}",
        f"<mailto:{LOCAL}@{HOST}?subject=x>",
        f"<{LOCAL}@{HOST}>",
        f"https://lists.example.org/u/{LOCAL}@{HOST}/x",
        f"{LOCAL}\u200b@{HOST}",
    ]
)
AROUND = st.sampled_from(["", "ask ", "(", "Ann Archer ", '"', "Re: ", "x,", "**", "> "])
PLACE = st.tuples(AROUND, WRITTEN, st.sampled_from(["", " now", ")", '"', " (Ann)", ", or", ":", "."]))
SURVIVES = re.compile(
    r"ann\.archer7\W{0,3}(?:@|＠|%40|at\b|\(a\)|\[at\])\W{0,3}mail",
    re.IGNORECASE,
)


def say(place: tuple[str, str, str]) -> str:
    return "".join(place)


def write(subject: str, body: str, name: str, file: str) -> bytes:
    mail = EmailMessage()
    mail["From"] = f"{Header(name, 'utf-8').encode(maxlinelen=900)} <{LOCAL}@{HOST}>"
    mail["Subject"] = subject
    mail["Message-ID"] = "<1@example.org>"
    mail.set_content(f"Good day.\n\n{body}\n")
    mail.add_attachment(b"x", maintype="text", subtype="x", filename=file)
    return mail.as_bytes()


def posts_of(email: StoredEmail, called: str) -> list[Post]:
    the_list = MailingList(id=1, name=called, created_at=NOW)
    folded = Folded(thread=1, topic=email.topic, author_name=email.author_name, permalink=email.permalink)
    return [
        *drawn([email, email]),
        render_mail(TEXTS, email, the_list, Standing(topic="t", is_first=True)),
        render_whole(TEXTS, email, 0),
        render_folded(TEXTS, the_list, 2, [folded, folded], FLOOD),
        render_digest(TEXTS, digest_of((email,), email.at, NOW), Frame(mailing_list=the_list)),
    ]


def texts_of(post: Post) -> list[str]:
    texts = [post.title]
    for block in post.blocks:
        match block:
            case Words():
                texts.append(block.markdown)
            case Select():
                texts += [part for each in block.options for part in (each.label, each.description)]
            case Row():
                texts += [button.label for button in block.buttons]
    if post.topic is not None:
        texts += [post.topic.name, *post.topic.tags]
    return texts


def check(email: StoredEmail, called: str) -> None:
    texts = [text for post in posts_of(email, called) for text in texts_of(post)]
    for text in (*texts, fold_line(TEXTS, email), thread_name(TEXTS, email.topic), email.author_name):
        bare = text.replace("\\", "")
        assert not SURVIVES.search(bare), bare


@settings(max_examples=60, deadline=None)
@given(subject=PLACE, body=PLACE, name=PLACE, file=PLACE, called=PLACE)
def test_no_address_of_a_mail_is_shown(subject, body, name, file, called):
    raw = write(say(subject), say(body), say(name), say(file).replace("/", "_"))
    check(stored(raw, permalink="https://lists.example.org/m/1"), say(called))


@settings(max_examples=40, deadline=None)
@given(title=PLACE, author=PLACE, content=PLACE)
def test_no_address_of_a_feeds_item_is_shown(title, author, content):
    fields = Fields(
        message_id="1@example.org",
        subject=say(title),
        author=say(author),
        date=NOW,
        others={"List-Id": "<feed.example.org>"},
        body=say(content),
    )
    check(stored(write_mail(fields)), "feed")
