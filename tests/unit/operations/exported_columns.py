"""Say of each column that a guild's rows have whether its file of settings holds it, and if not, why not."""

EXPORTED = {
    "faq_alias": {"phrasing"},
    "faq_page": {"kind", "location", "title", "format", "questions", "language"},
    "guild": {
        "admin_channel_id",
        "editor_role_id",
        "help_channel_id",
        "language",
        "status_channel_id",
        "zone",
    },
    "mail_choice": {"mode", "ping", "role_id", "rules"},
    "mail_digest": {"channel_id", "has_chart", "rule", "says_quiet", "zone"},
    "mail_follow": {"channel_id", "is_private", "name"},
    "mail_live": {"channel_id"},
    "meeting_calendar": {"channel_id", "kind", "name", "place", "settings"},
    "meeting_default": {"channel_id", "settings"},
    "meeting_series": {"settings", "uid"},
}
"""What somebody chose, by table."""

_FOUND = "what was found at the source, which is read anew"
_NUMBER = "a row's number, which means nothing elsewhere"
_WHEN = "when it happened, not what was chosen"
_MARK = "whether the operator's file says so, which a server's own file cannot"

NO_SETTINGS = {
    "faq_alias": {
        "query_key": "made from the phrasing",
        "entry_id": "told by the entry's question: ids differ from server to server",
        "state": "what is active is exported; what nobody judged yet, or refused, is not",
        "changed_at": _WHEN,
    },
    "faq_page": {
        **dict.fromkeys(("id",), _NUMBER),
        **dict.fromkeys(
            (
                *("link", "found_format", "found_marker", "etag", "last_modified", "content_hash"),
                *("edited_at", "loaded_at", "checked_at", "next_check_at", "failures", "error"),
                *("problems", "move"),
            ),
            _FOUND,
        ),
        "is_declared": _MARK,
        "content": "an uploaded page: a file of its own, counted in a note",
    },
    "guild": dict.fromkeys(("joined_at", "left_at", "greeted_at"), _WHEN),
    "mail_choice": {
        **dict.fromkeys(("list_id", "channel_id"), "the follow it belongs to, which is exported"),
        "paused_at": "a pause of the moment, told in a note",
        "is_declared": _MARK,
    },
    "mail_digest": {
        **dict.fromkeys(("id", "list_id"), _NUMBER),
        **dict.fromkeys(("created_at", "told_until"), _WHEN),
        "is_declared": _MARK,
    },
    "mail_follow": {"list_id": _NUMBER, "followed_at": _WHEN, "is_declared": _MARK},
    "mail_live": {"list_id": _NUMBER, "since": _WHEN, "is_declared": _MARK},
    "meeting_calendar": {
        "id": _NUMBER,
        **dict.fromkeys(
            (
                *("found_name", "etag", "last_modified", "content_hash", "fingerprint", "body"),
                *("timezones", "problems", "checked_at", "loaded_at", "expanded_at", "next_check_at"),
                *("failures", "error", "move", "held", "held_fingerprint", "held_times"),
            ),
            _FOUND,
        ),
        "is_declared": _MARK,
    },
    "meeting_series": {"calendar_id": _NUMBER},
}
"""Why the other columns of those tables are not exported."""

NO_TABLES_OF_SETTINGS = {
    "faq_entry": "what the pages say",
    "faq_overlay": "entries made in chat: content, which /faq export gives; counted in a note",
    "faq_question": "what members asked",
    "faq_usage": "how often entries were shown",
    "faq_vote": "what members pressed",
    "incident": "what broke",
    "lane": "how posting fares",
    "mail_digest_email": "what digests told of",
    "mail_digest_issue": "what was posted",
    "mail_disposition": "what became of mails",
    "mail_live_thread": "what was posted",
    "mail_mute": "single conversations, told of in a note",
    "mail_opt_out": "who wants not to be shown: hashes, which mean nothing elsewhere; counted in a note",
    "mail_query": "what a member looks for just now",
    "mail_watch": "a member's own, which /privacy export gives",
    "mail_watch_note": "a member's own",
    "meeting_answer": "who comes",
    "meeting_card": "what was posted",
    "meeting_date": "what the calendars say",
    "meeting_draft": "what is typed just now",
    "meeting_reminder": "what is due",
    "meeting_subscriber": "a member's own, which /privacy export gives",
    "meeting_typed": "meetings made in chat: content, told of in a note",
    "meeting_version": "what the calendars say",
    "outbox": "what was posted",
    "topic_thread": "where it was posted",
}
"""Why whole tables are not exported."""
