"""Draw what a channel chose of a list, and the summary that ends a pause."""

from collections.abc import Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

from bot.delivery.post import Accent, Action, Button, Post, Row, Words
from bot.mail.filter_rules import Refusal, Wrong, write_rule
from bot.mail.filters import MOST_RULES, Choices, Field, Mode, Ping, Rule
from bot.mail.showing import plain_line, shown_author, shown_line, shown_subject
from bot.mail.stored import MailingList, StoredEmail
from bot.text import limits
from bot.text.catalogue import Texts
from bot.text.markdown import inline_code
from bot.text.times import timestamp

_NAME_LENGTH: Final = 100
_RULE_LENGTH: Final = 60
_THREADS_SHOWN: Final = 20
_PEOPLE_SHOWN: Final = 3
_ROOM: Final = 3_600
_REFUSALS: Final = MappingProxyType(
    {
        Wrong.TOO_LONG: "choice.refused_too_long",
        Wrong.TOO_MANY: "choice.refused_too_many",
        Wrong.NO_WORDS: "choice.refused_no_words",
        Wrong.BAD_PATTERN: "choice.refused_bad_pattern",
        Wrong.TOO_LARGE: "choice.refused_too_large",
    }
)
_RULES: Final = MappingProxyType(
    {
        Field.AUTHOR: "choice.rule_author",
        Field.SUBJECT: "choice.rule_subject",
        Field.TAG: "choice.rule_tag",
        Field.PATCH: "choice.rule_patch",
        Field.BOT: "choice.rule_bot",
    }
)
PINGS: Final = MappingProxyType(
    {Ping.HIGHLIGHTS: "choice.ping_highlights", Ping.THREADS: "choice.ping_threads"}
)
"""Names the text of when a role is pinged."""


def refusal_text(texts: Texts, refusal: Refusal) -> str:
    """Say why a rule cannot be used, and what to write."""
    return texts(
        _REFUSALS[refusal.what],
        text=inline_code(refusal.text) if refusal.text else "",
        detail=inline_code(refusal.detail) if refusal.detail else "",
        most=MOST_RULES,
    )


def render_choices(texts: Texts, mailing_list: MailingList, choices: Choices) -> Post:
    """Draw what a channel chose, for managers."""
    lines = [texts("choice.where", channel=f"<#{choices.channel_id}>"), *_rule_lines(texts, choices)]
    if choices.muted:
        lines.append(texts.count("choice.muted", len(choices.muted)))
    if choices.paused_at is not None:
        lines.append(texts("choice.paused_since", when=timestamp(choices.paused_at, "R")))
    if choices.role_id is not None:
        lines.append(texts(PINGS[choices.ping], role=f"<@&{choices.role_id}>"))
    if choices.is_declared:
        lines.append(f"-# {texts('choice.is_declared')}")
    clear = Action(kind="choice.clear", args=(str(choices.list_id), str(choices.channel_id)))
    buttons = (
        (Row(buttons=(Button(label=texts("choice.clear"), action=clear),)),)
        if choices.rules and not choices.is_declared
        else ()
    )
    words = Words(markdown="\n".join(lines))
    return Post(title=_title(texts, mailing_list), blocks=(words, *buttons), accent=Accent.ANSWER)


def render_muted(
    texts: Texts, mailing_list: MailingList, email: StoredEmail, channels: Sequence[int], *, was_muted: bool
) -> Post:
    """Say that a thread is muted, with the way back."""
    key = "choice.was_muted" if was_muted else "choice.now_muted"
    where = " ".join(f"<#{each}>" for each in channels)
    subject = shown_subject(texts, email.topic, email.permalink)
    action = Action(kind="choice.unmute", args=(str(email.list_id), str(email.thread)))
    return Post(
        title=_title(texts, mailing_list),
        blocks=(
            Words(markdown=texts(key, subject=subject, channel=where)),
            Row(buttons=(Button(label=texts("choice.unmute"), action=action),)),
        ),
    )


def render_line(text: str) -> Post:
    """Draw one sentence."""
    return Post(blocks=(Words(markdown=text),))


def render_held(
    texts: Texts, mailing_list: MailingList, held: Sequence[StoredEmail], *, since: datetime
) -> Post:
    """Draw what a pause held back: one line for each thread, the newest last."""
    threads: dict[int, list[StoredEmail]] = {}
    for email in held:
        threads.setdefault(email.thread, []).append(email)
    head = [
        texts("choice.held_since", when=timestamp(since, "D")),
        f"{texts.count('list.mails', len(held))} · {texts.count('list.threads', len(threads))}",
    ]
    lines = [" · ".join(head)]
    room = _ROOM - limits.length(lines[0])
    shown = 0
    for emails in list(threads.values())[:_THREADS_SHOWN]:
        line = f"- {_thread_line(texts, emails)}"
        room -= limits.length(line) + 1
        if room < 0:
            break
        lines.append(line)
        shown += 1
    if rest := len(threads) - shown:
        lines.append(texts.count("choice.held_rest", rest))
    return Post(
        title=_title(texts, mailing_list),
        blocks=(Words(markdown="\n".join(lines)),),
        is_confidential=mailing_list.is_private,
    )


def rule_text(texts: Texts, rule: Rule) -> str:
    """Return what a rule says, as safe Markdown."""
    if rule.field in (Field.PATCH, Field.BOT):
        return texts(_RULES[rule.field])
    return texts(_RULES[rule.field], text=inline_code(_shortened(rule)))


def _shortened(rule: Rule) -> str:
    text = write_rule(rule).removeprefix("-")
    return plain_line(text, _RULE_LENGTH)


def _rule_lines(texts: Texts, choices: Choices) -> list[str]:
    picking = [rule_text(texts, rule) for rule in choices.rules if not rule.leaves_out]
    leaving = [rule_text(texts, rule) for rule in choices.rules if rule.leaves_out]
    if not picking and not leaving:
        return [texts("choice.everything")]
    lines = []
    if picking:
        key = "choice.marks" if choices.mode is Mode.HIGHLIGHT else "choice.only"
        lines.append(texts(key, rules=", ".join(picking)))
    if leaving:
        lines.append(texts("choice.without", rules=", ".join(leaving)))
    return lines


def _thread_line(texts: Texts, emails: Sequence[StoredEmail]) -> str:
    names = list(dict.fromkeys(shown_author(texts, each.author_name) for each in emails))
    people = ", ".join(names[:_PEOPLE_SHOWN])
    if len(names) > _PEOPLE_SHOWN:
        people += f" +{len(names) - _PEOPLE_SHOWN}"
    subject = shown_subject(texts, emails[0].topic, emails[0].permalink)
    return f"{subject} · {people} · {texts.count('list.mails', len(emails))}"


def _title(texts: Texts, mailing_list: MailingList) -> str:
    return shown_line(mailing_list.name, _NAME_LENGTH) or texts("list.lists_title")
