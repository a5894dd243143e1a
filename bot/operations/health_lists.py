"""Say how the mailing lists are: what was read when, what fails since when, what a person can do about it."""

from datetime import datetime, timedelta
from typing import Final

from bot.mail.showing import shown_line
from bot.mail.stored import MailingList, MailSource
from bot.operations.health import Condition, Health, Part
from bot.text.catalogue import Texts
from bot.text.times import timestamp

FAILURES_TO_TELL: Final = 3
"""A source that failed so often in a row, over most of an hour, is broken; before, it may mend itself."""

_OVERDUE: Final = timedelta(minutes=10)
_NAME_LENGTH: Final = 100
_ERROR_LENGTH: Final = 200


def list_health(
    texts: Texts, mailing_list: MailingList, source: MailSource, *, mails: int, now: datetime
) -> Health:
    """Return how a list is where it is read."""
    lag = now - source.next_check_at if source.next_check_at and source.next_check_at < now else None
    condition = _condition(source, lag)
    return Health(
        part=Part.LIST,
        name=_name(texts, mailing_list),
        condition=condition,
        words=_words(texts, source, condition, mails),
        last_success_at=source.succeeded_at,
        last_error_at=source.checked_at if source.error else None,
        last_error=source.error,
        next_try_at=source.next_check_at,
        lag=lag,
    )


def list_notice(texts: Texts, mailing_list: MailingList, source: MailSource) -> str:
    """Tell the admins of a list that is broken."""
    return f"⚠️ **{_name(texts, mailing_list)}** {_trouble(texts, source)} {texts('status.list_advice')}"


def _name(texts: Texts, mailing_list: MailingList) -> str:
    return texts("status.list", name=shown_line(mailing_list.name, _NAME_LENGTH))


def _trouble(texts: Texts, source: MailSource) -> str:
    error = shown_line(source.error, _ERROR_LENGTH).rstrip(".")
    if source.succeeded_at is None:
        return texts("status.list_never_read", error=error)
    return texts("status.list_failing", error=error, since=timestamp(source.succeeded_at, "f"))


def _condition(source: MailSource, lag: timedelta | None) -> Condition:
    if source.failures >= FAILURES_TO_TELL:
        return Condition.BROKEN
    if source.error or (lag is not None and lag > _OVERDUE):
        return Condition.TROUBLED
    return Condition.WELL if source.succeeded_at else Condition.IDLE


def _words(texts: Texts, source: MailSource, condition: Condition, mails: int) -> str:
    if condition is Condition.BROKEN:
        return f"{_trouble(texts, source)} {texts('status.list_advice')}"
    if source.error:
        facts = [_trouble(texts, source)]
        if source.next_check_at:
            facts.append(texts("status.next_try", when=timestamp(source.next_check_at, "R")))
        return " ".join(facts)
    facts = [texts.count("list.mails", mails)]
    if source.checked_at:
        key = "status.overdue" if condition is Condition.TROUBLED else "status.checked"
        facts.append(texts(key, when=timestamp(source.checked_at, "R")))
    return " · ".join(facts)
