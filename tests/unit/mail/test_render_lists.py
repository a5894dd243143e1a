"""What managers read of their lists: also that there are more of them than fit."""

from datetime import UTC, datetime

import pytest

from bot.mail.render_lists import MOST_LISTED, ListStatus, render_lists, render_status
from bot.mail.stored import Counts, Follow, MailingList
from bot.mail.views import FollowedList
from bot.text.catalogue import load_texts

NOW = datetime(2026, 3, 1, tzinfo=UTC)
TEXTS = load_texts()


def followed(number: int, *, name: str = "dev", is_private: bool = False) -> FollowedList:
    follow = Follow(guild_id=1, list_id=number, channel_id=100 + number, followed_at=NOW)
    mailing_list = MailingList(id=number, name=name, is_private=is_private, created_at=NOW)
    return FollowedList(mailing_list=mailing_list, follows=(follow,))


def status(each: FollowedList) -> ListStatus:
    return ListStatus(followed=each, sources=(), counts=Counts(mails=0, threads=0, people=0, last_at=None))


@pytest.mark.parametrize(
    ("lists", "last"),
    [(2, None), (MOST_LISTED, None), (MOST_LISTED + 1, "-# And 1 more list."), (40, "-# And 25 more lists.")],
)
def test_lists_that_are_not_shown_are_counted(lists: int, last: str | None) -> None:
    all_lists = [followed(number) for number in range(lists)]
    shown = [status(each) for each in all_lists[:MOST_LISTED]]

    for post in (
        render_lists(TEXTS, all_lists),
        render_status(TEXTS, shown, NOW, unread=lists - len(shown)),
    ):
        said = post.blocks[-1].markdown
        assert said == last if last else "more list" not in said


def test_what_does_not_fit_into_a_message_is_counted() -> None:
    shown = [status(followed(number, name="n" * 90, is_private=True)) for number in range(MOST_LISTED)]

    post = render_status(TEXTS, shown, NOW, open_channels=range(100, 200), unread=5)

    assert post.blocks[-1].markdown == f"-# And {MOST_LISTED + 5 - (len(post.blocks) - 1)} more lists."


def test_only_a_private_list_is_warned_of() -> None:
    lists = [followed(1), followed(2, is_private=True), followed(3, is_private=True)]

    post = render_status(TEXTS, [status(each) for each in lists], NOW, open_channels={101, 102})

    warned = ["Everybody sees" in block.markdown for block in post.blocks]
    assert warned == [False, True, False]
