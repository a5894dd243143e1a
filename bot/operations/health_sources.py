"""Say how the FAQ pages are: what was read when, what fails since when, and what a person can do about it."""

from datetime import datetime, timedelta

from bot.faq.models import Page
from bot.faq.render import escaped_line
from bot.faq.render_editing import page_name
from bot.operations.health import Condition, Health, Part
from bot.text.catalogue import Texts
from bot.text.times import timestamp

FAILURES_TO_TELL = 3
"""A page that failed so often in a row, over most of an hour, is broken; before, it may mend itself."""

_OVERDUE = timedelta(minutes=10)
_ERROR_LENGTH = 200


def page_health(texts: Texts, page: Page, *, questions: int, now: datetime) -> Health:
    """Return how a page is."""
    lag = now - page.next_check_at if page.next_check_at and page.next_check_at < now else None
    condition = _condition(page, lag)
    return Health(
        part=Part.FAQ_PAGE,
        name=texts("status.faq_page", title=page_name(texts, page)),
        condition=condition,
        words=_words(texts, page, condition, questions),
        last_success_at=page.loaded_at if page.error else page.checked_at,
        last_error_at=page.checked_at if page.error else None,
        last_error=page.error,
        next_try_at=page.next_check_at,
        lag=lag,
    )


def page_notice(texts: Texts, page: Page) -> str:
    """Tell the admins of a page that is broken."""
    name = texts("status.faq_page", title=page_name(texts, page))
    return f"⚠️ **{name}** {page_trouble(texts, page)} {page_advice(texts, page)}"


def page_trouble(texts: Texts, page: Page) -> str:
    """Say what is wrong with a page that fails, and what is still answered from."""
    error = escaped_line(page.error, _ERROR_LENGTH).rstrip(".")
    if page.loaded_at is None:
        return texts("status.page_never_read", error=error)
    return texts("status.page_failing", error=error, since=timestamp(page.loaded_at, "f"))


def page_advice(texts: Texts, page: Page) -> str:
    """Say what a person can do about a page that fails."""
    if page.is_declared:
        return texts("status.page_declared_advice")
    return texts("status.page_advice")


def _condition(page: Page, lag: timedelta | None) -> Condition:
    if page.failures >= FAILURES_TO_TELL:
        return Condition.BROKEN
    if page.error or (lag is not None and lag > _OVERDUE):
        return Condition.TROUBLED
    return Condition.WELL if page.loaded_at else Condition.IDLE


def _words(texts: Texts, page: Page, condition: Condition, questions: int) -> str:
    if condition is Condition.BROKEN:
        return f"{page_trouble(texts, page)} {page_advice(texts, page)}"
    if page.error:
        facts = [page_trouble(texts, page)]
        if page.next_check_at:
            facts.append(texts("status.next_try", when=timestamp(page.next_check_at, "R")))
        return " ".join(facts)
    facts = [texts.count("status.questions", questions)]
    if page.checked_at:
        key = "status.overdue" if condition is Condition.TROUBLED else "status.checked"
        facts.append(texts(key, when=timestamp(page.checked_at, "R")))
    return " · ".join(facts)
