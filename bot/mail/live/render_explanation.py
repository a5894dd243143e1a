"""Draw why a mail was posted or not, step by step, for who asked."""

from typing import Final

from bot.delivery.models import OutboxRow, State
from bot.delivery.post import Post, Words
from bot.mail.digest.wishes import AwaitedDigest
from bot.mail.dispositions import TWICE, Disposition, Fate, Way
from bot.mail.live.explaining import Explanation, Told, last_read
from bot.mail.live.plan import FLOOD, LATE
from bot.mail.showing import shown_author, shown_line, shown_subject
from bot.mail.stored import StoredEmail
from bot.text.catalogue import Texts
from bot.text.times import timestamp

_CHANNELS_NAMED: Final = 15
_LISTS_NAMED: Final = 10
_NAME_LENGTH: Final = 100
_REASON_LENGTH: Final = 300
_WAYS: Final = {Way.THREAD: "explain.way_thread", Way.DIGEST: "explain.way_digest"}
_FATES: Final = {
    Fate.FILTERED: "explain.filtered",
    Fate.MUTED: "explain.muted",
    Fate.PAUSED: "explain.paused",
    Fate.OLD: "explain.old",
    Fate.HELD: "explain.held",
    Fate.HIDDEN: "explain.hidden",
}
_FOLDS: Final = {FLOOD: "explain.folded_flood", LATE: "explain.folded_late", TWICE: "explain.folded_twice"}


def render_explanation(texts: Texts, explanation: Explanation) -> Post:
    """Draw all that is known of a mail's way."""
    email = explanation.email
    if email is None:
        return _render_unknown(texts, explanation)
    name = shown_line(explanation.followed[0].mailing_list.name, _NAME_LENGTH)
    subject = shown_subject(texts, email.subject, email.permalink)
    lines = [
        f"**{subject}** · {shown_author(texts, email.author_name)}",
        _fetched(texts, email, name),
    ]
    lines += [_channel(texts, told) for told in explanation.told[:_CHANNELS_NAMED]]
    lines += [_awaited(texts, each) for each in explanation.awaited[:_CHANNELS_NAMED]]
    lines += [
        texts("explain.silent", channel=f"<#{channel}>")
        for channel in explanation.silent[: _CHANNELS_NAMED - len(explanation.told)]
    ]
    return Post(title=texts("explain.title"), blocks=(Words(markdown="\n".join(lines)),))


def _render_unknown(texts: Texts, explanation: Explanation) -> Post:
    lines = [texts("explain.referred_to" if explanation.is_referred_to else "explain.not_fetched")]
    for each in explanation.followed[:_LISTS_NAMED]:
        name = shown_line(each.mailing_list.name, _NAME_LENGTH)
        sources = explanation.sources.get(each.mailing_list.id, ())
        read_at = last_read(sources)
        when = timestamp(read_at, "R") if read_at else texts("explain.never")
        lines.append(texts("explain.last_read", name=name, when=when))
        lines += [
            f"-# ⚠️ {shown_line(texts.noted(source.error), _REASON_LENGTH)}"
            for source in sources
            if source.error
        ]
    return Post(title=texts("explain.title"), blocks=(Words(markdown="\n".join(lines)[:3_500]),))


def _fetched(texts: Texts, email: StoredEmail, name: str) -> str:
    return texts(
        "explain.fetched",
        sent=timestamp(email.sent_at or email.at, "f"),
        fetched=timestamp(email.stored_at, "f"),
        name=name,
    )


def _channel(texts: Texts, told: Told) -> str:
    """Return what became of the mail in one channel, on one line."""
    decided = told.disposition
    where = f"<#{decided.channel_id}>"
    if decided.way in _WAYS:
        where = f"{where} ({texts(_WAYS[decided.way])})"
    said = _fate(texts, decided, told.row)
    return f"{where} · {timestamp(decided.at, 'f')} · {said}"


def _awaited(texts: Texts, awaited: AwaitedDigest) -> str:
    """Say of a channel when its digest will tell of the mail."""
    where = f"<#{awaited.channel_id}> ({texts('explain.way_digest')})"
    if awaited.is_paused:
        said = texts("explain.awaits_resume")
    elif awaited.due_at is None:
        said = texts.count("explain.awaits_threads", awaited.threads)
    else:
        when = f"{timestamp(awaited.due_at, 'f')} ({timestamp(awaited.due_at, 'R')})"
        said = texts("explain.awaits_digest", when=when)
    return f"{where} · {said}"


def _fate(texts: Texts, decided: Disposition, row: OutboxRow | None) -> str:
    was_held = decided.fate in (Fate.PAUSED, Fate.HELD)
    if decided.fate is Fate.FOLDED or (was_held and decided.outbox_key):
        return f"{texts(_FOLDS.get(decided.reason, 'explain.folded'))} {_posted(texts, row)}"
    if decided.fate is Fate.POSTED:
        return f"{texts('explain.matched')} {_posted(texts, row)}"
    said = texts(_FATES[decided.fate])
    return f"{said} ({shown_line(decided.reason, _REASON_LENGTH)})" if decided.reason else said


def _posted(texts: Texts, row: OutboxRow | None) -> str:
    """Say how the post stands."""
    if row is None:
        return texts("explain.forgotten")
    match row.state:
        case State.SENT:
            when = timestamp(row.ended_at or row.due_at, "f")
            return texts("explain.sent", when=when, link=jump_link(row)).strip()
        case State.QUEUED | State.SENDING:
            key = "explain.waits_because" if row.reason else "explain.waits"
            return texts(key, reason=shown_line(row.reason, _REASON_LENGTH))
        case State.FAILED:
            return texts("explain.failed", reason=shown_line(row.reason, _REASON_LENGTH))
        case State.DROPPED:
            return texts("explain.dropped", reason=shown_line(row.reason, _REASON_LENGTH))


def jump_link(row: OutboxRow) -> str:
    """Return the address of the message that a row became; "" where it was removed."""
    if row.sent_channel_id is None or row.message_id is None:
        return ""
    return f"https://discord.com/channels/{row.guild_id}/{row.sent_channel_id}/{row.message_id}"
