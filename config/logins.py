"""Say which variables community.toml refers to, and which of them are not set."""

from collections.abc import Iterator

from config.community import FILE_NAME, Community
from config.settings import Settings


def missing_secrets(community: Community, settings: Settings) -> tuple[str, ...]:
    """Return a line for each variable that a login names and nobody set."""
    return tuple(
        f"{FILE_NAME}:{line}: {variable} is named here and not set; write {variable}=… into .env."
        for variable, line in _named(community)
        if variable not in settings.secrets
    )


def _named(community: Community) -> Iterator[tuple[str, int]]:
    for guild in community.guilds:
        for mailbox in guild.mailboxes:
            for variable in (mailbox.password, mailbox.client_secret, mailbox.refresh_token):
                if variable:
                    yield variable, mailbox.line
        for key in guild.archive_keys:
            yield key.key, key.line
