"""Say how the mailing lists are: what was read when, what fails since when, what a person can do about it."""

from datetime import datetime
from typing import Final

from bot.mail.showing import shown_line
from bot.mail.stored import MailingList, MailSource
from bot.operations.health import Condition, Health, Part
from bot.operations.health_reading import Reading, reading_of, words_in_trouble, words_when_well
from bot.text.catalogue import Texts
from bot.text.times import timestamp

_NAME_LENGTH: Final = 100
_ERROR_LENGTH: Final = 200


def list_health(
    texts: Texts, mailing_list: MailingList, source: MailSource, *, mails: int, now: datetime
) -> Health:
    """Return how a list is where it is read."""
    reading = reading_of(source, succeeded_at=source.succeeded_at, now=now)
    return Health(
        part=Part.LIST,
        name=_name(texts, mailing_list),
        condition=reading.condition,
        words=_words(texts, source, reading, mails),
        last_success_at=source.succeeded_at,
        last_error_at=source.checked_at if source.error else None,
        last_error=source.error,
        next_try_at=source.next_check_at,
        lag=reading.lag,
    )


def list_notice(texts: Texts, mailing_list: MailingList, source: MailSource) -> str:
    """Tell the admins of a list that is broken."""
    return f"⚠️ **{_name(texts, mailing_list)}** {_trouble(texts, source)} {texts('status.list_advice')}"


def _name(texts: Texts, mailing_list: MailingList) -> str:
    return texts("status.list", name=shown_line(mailing_list.name, _NAME_LENGTH))


def _trouble(texts: Texts, source: MailSource) -> str:
    error = shown_line(texts.noted(source.error), _ERROR_LENGTH).rstrip(".")
    if source.succeeded_at is None:
        return texts("status.list_never_read", error=error)
    return texts("status.list_failing", error=error, since=timestamp(source.succeeded_at, "f"))


def _words(texts: Texts, source: MailSource, reading: Reading, mails: int) -> str:
    if reading.condition is Condition.BROKEN:
        return f"{_trouble(texts, source)} {texts('status.list_advice')}"
    if source.error:
        return words_in_trouble(texts, _trouble(texts, source), reading)
    return words_when_well(texts, texts.count("list.mails", mails), reading)
