"""Tell where the store is."""

from pathlib import Path

from bot.storage.sqlite import STORE
from config.settings import Settings


def database_url(settings: Settings) -> str:
    """Return the store's address: PostgreSQL's if one is set, otherwise the file in DATA_DIR."""
    url = settings.database_url.get_secret_value()
    return url or sqlite_url(settings)


def sqlite_url(settings: Settings) -> str:
    """Return the address of the store's file in DATA_DIR."""
    return f"sqlite:///{Path(settings.data_dir).absolute() / STORE}"
