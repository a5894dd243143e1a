"""Stored mails made from few words, for what is decided and drawn of them."""

from datetime import UTC, datetime

from bot.mail.stored import MailingList, StoredBody, StoredEmail

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LIST = MailingList(
    id=7,
    name="Dev",
    archive_url="https://lists.example.org/archives/list/dev@lists.example.org/",
    created_at=NOW,
)


def body(own="Words.", **values):
    usual = {"text": own, "own": own, "in_context": own, "is_all_quoted": False}
    return StoredBody(**usual | values)


def email(number=1, **values):
    """A mail of the list, by its number; everything else has a plain value."""
    usual = {
        "id": number,
        "list_id": LIST.id,
        "key": f"{number}@example.org",
        "thread": number,
        "at": NOW,
        "stored_at": NOW,
        "author_name": "Ann Example",
        "author_hash": "a",
        "subject": "Plans",
        "topic": "Plans",
        "topic_key": "plans",
        "tags": (),
        "in_reply_to": "",
        "references": (),
        "sent_at": NOW,
        "permalink": f"https://lists.example.org/archives/message/{number}/",
        "topic_link": "",
        "attachments": (),
        "size": 100,
        "is_reply": False,
        "is_forward": False,
        "is_orphan": False,
        "is_auto_submitted": False,
        "is_bot": False,
        "is_private": False,
        "is_encrypted": False,
        "is_patch": False,
        "has_calendar": False,
        "body": body(),
    }
    return StoredEmail(**usual | values)
