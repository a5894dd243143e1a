"""Draw the fields that the forms of meetings share: leads, those that ping, and the members' zones."""

from bot.delivery.form import Field
from bot.meetings.calendars import CalendarSettings
from bot.meetings.leads import write_leads
from bot.text.catalogue import Texts

_MAX_LEADS = 200
_MAX_ZONES = 400


def mark_declared(texts: Texts, line: str, *, is_declared: bool) -> str:
    """Add to a line that community.toml decides what it says."""
    return f"{line} · {texts('single.declared')}" if is_declared else line


def leads_field(texts: Texts, settings: CalendarSettings) -> Field:
    """Ask how long before the start reminders come."""
    return Field(
        name="leads",
        label=texts("meetings.form_leads"),
        description=texts("meetings.form_leads_hint"),
        value=write_leads(texts, settings.leads)[:_MAX_LEADS],
        is_required=False,
        max_length=_MAX_LEADS,
    )


def pings_field(texts: Texts, settings: CalendarSettings) -> Field:
    """Ask at which of them the role is pinged."""
    return Field(
        name="pings",
        label=texts("meetings.form_pings"),
        description=texts("meetings.form_pings_hint"),
        value=write_leads(texts, (lead for lead, _ in settings.pings))[:_MAX_LEADS],
        is_required=False,
        max_length=_MAX_LEADS,
    )


def zones_field(texts: Texts, settings: CalendarSettings) -> Field:
    """Ask for the members' zones."""
    return Field(
        name="zones",
        label=texts("meetings.form_zones"),
        description=texts("meetings.form_zones_hint"),
        value=", ".join(settings.zones)[:_MAX_ZONES],
        is_required=False,
        max_length=_MAX_ZONES,
    )
