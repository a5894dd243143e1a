"""Say how the FAQ pages are: what was read when, what fails since when, and what a person can do about it."""

from datetime import datetime

from bot.faq.models import Page
from bot.faq.render import escaped_line
from bot.faq.render_editing import page_name
from bot.operations.health import Condition, Health, Part
from bot.operations.health_reading import Reading, reading_of, words_in_trouble, words_when_well
from bot.text.catalogue import Texts
from bot.text.times import timestamp

_ERROR_LENGTH = 200


def page_health(texts: Texts, page: Page, *, questions: int, now: datetime) -> Health:
    """Return how a page is."""
    reading = reading_of(page, succeeded_at=page.loaded_at, now=now)
    return Health(
        part=Part.FAQ_PAGE,
        name=texts("status.faq_page", title=page_name(texts, page)),
        condition=reading.condition,
        words=_words(texts, page, reading, questions),
        last_success_at=page.loaded_at if page.error else page.checked_at,
        last_error_at=page.checked_at if page.error else None,
        last_error=page.error,
        next_try_at=page.next_check_at,
        lag=reading.lag,
    )


def page_notice(texts: Texts, page: Page) -> str:
    """Tell the admins of a page that is broken."""
    name = texts("status.faq_page", title=page_name(texts, page))
    return f"⚠️ **{name}** {page_trouble(texts, page)} {page_advice(texts, page)}"


def page_trouble(texts: Texts, page: Page) -> str:
    """Say what is wrong with a page that fails, and what is still answered from."""
    error = escaped_line(texts.noted(page.error), _ERROR_LENGTH).rstrip(".")
    if page.loaded_at is None:
        return texts("status.page_never_read", error=error)
    return texts("status.page_failing", error=error, since=timestamp(page.loaded_at, "f"))


def page_advice(texts: Texts, page: Page) -> str:
    """Say what a person can do about a page that fails."""
    if page.is_declared:
        return texts("status.page_declared_advice")
    return texts("status.page_advice")


def _words(texts: Texts, page: Page, reading: Reading, questions: int) -> str:
    if reading.condition is Condition.BROKEN:
        return f"{page_trouble(texts, page)} {page_advice(texts, page)}"
    if page.error:
        return words_in_trouble(texts, page_trouble(texts, page), reading)
    return words_when_well(texts, texts.count("status.questions", questions), reading)
