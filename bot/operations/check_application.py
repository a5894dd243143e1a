"""Check how the bot's application is set up in Discord's developer portal."""

from collections.abc import Iterable

from bot.chat.portal import Application
from bot.faq.models import Severity
from bot.operations.findings import Finding

PORTAL = "https://discord.com/developers/applications"

_WHERE = "application"


def check_application(application: Application) -> Iterable[Finding]:
    """Say what keeps the bot from working, and what is on without need."""
    place = f"{PORTAL}/{application.id}"
    if application.has_endpoint:
        yield Finding(
            where=_WHERE,
            what="an Interactions Endpoint URL is set, so commands go there instead of to the bot",
            fix=f"Empty it, and save: {place}/information > Interactions Endpoint URL",
        )
    if application.wants_code_grant:
        yield Finding(
            where=_WHERE,
            what="Requires OAuth2 Code Grant is on, so an invitation does not bring the bot in",
            fix=f"Switch it off, and save: {place}/bot",
        )
    if not application.has_guild_install:
        yield Finding(
            where=_WHERE,
            what="the bot cannot be installed in servers",
            fix=f"Tick Guild Install, and save: {place}/installation",
        )
    for intent in application.privileged_intents:
        yield Finding(
            where=_WHERE,
            what=f"the {intent} is on and not needed",
            fix=f"Switch it off, and save: {place}/bot > Privileged Gateway Intents",
            severity=Severity.WARNING,
        )
