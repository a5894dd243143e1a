"""Name every table and column: the present shape of the store, which the migrations lead to.

A change here needs a numbered migration; a test compares the two on both engines. Each feature's tables have
a module of their own; this face is what the rest of the program imports.
"""

from bot.storage.schema.delivery import incident, lane, lease, outbox, topic_thread
from bot.storage.schema.faq import (
    faq_alias,
    faq_entry,
    faq_overlay,
    faq_page,
    faq_question,
    faq_usage,
    faq_vote,
)
from bot.storage.schema.mail import (
    mail_aside,
    mail_body,
    mail_email,
    mail_follow,
    mail_id,
    mail_list,
    mail_merge,
    mail_opt_out,
    mail_query,
    mail_source,
)
from bot.storage.schema.mail_choices import mail_choice, mail_mute, mail_watch, mail_watch_note
from bot.storage.schema.mail_digest import mail_digest, mail_digest_email, mail_digest_issue
from bot.storage.schema.mail_gaps import mail_gap
from bot.storage.schema.mail_live import mail_disposition, mail_live, mail_live_thread
from bot.storage.schema.meeting_commands import meeting_default, meeting_draft
from bot.storage.schema.meetings import (
    meeting_answer,
    meeting_calendar,
    meeting_card,
    meeting_date,
    meeting_reminder,
    meeting_series,
    meeting_subscriber,
    meeting_typed,
    meeting_version,
)
from bot.storage.schema.metadata import METADATA, VERSION
from bot.storage.schema.process import guild, meta

__all__ = [
    "METADATA",
    "VERSION",
    "faq_alias",
    "faq_entry",
    "faq_overlay",
    "faq_page",
    "faq_question",
    "faq_usage",
    "faq_vote",
    "guild",
    "incident",
    "lane",
    "lease",
    "mail_aside",
    "mail_body",
    "mail_choice",
    "mail_digest",
    "mail_digest_email",
    "mail_digest_issue",
    "mail_disposition",
    "mail_email",
    "mail_follow",
    "mail_gap",
    "mail_id",
    "mail_list",
    "mail_live",
    "mail_live_thread",
    "mail_merge",
    "mail_mute",
    "mail_opt_out",
    "mail_query",
    "mail_source",
    "mail_watch",
    "mail_watch_note",
    "meeting_answer",
    "meeting_calendar",
    "meeting_card",
    "meeting_date",
    "meeting_default",
    "meeting_draft",
    "meeting_reminder",
    "meeting_series",
    "meeting_subscriber",
    "meeting_typed",
    "meeting_version",
    "meta",
    "outbox",
    "topic_thread",
]
