"""Name the languages that the bot speaks, and remember which of them is spoken where.

What one person reads is in that person's language, what all read in their guild's. Which it is belongs to
the task at hand and not to the texts: so it is kept in a context variable, which no two tasks share.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

ENGLISH: Final = "en"

LANGUAGES: Final = (ENGLISH, "de", "es")
"""The languages with a catalogue, by ISO 639-1."""

NAMES: Final = {"en": "English", "de": "Deutsch", "es": "Español"}
"""Each language's own name."""

_spoken: ContextVar[str] = ContextVar("spoken", default=ENGLISH)


def spoken() -> str:
    """Return the language spoken where this is called."""
    return _spoken.get()


def speak(language: str) -> None:
    """Speak a language from here to the end of the running task."""
    _spoken.set(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language inside the block."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def nearest_language(locale: str) -> str:
    """Return the language for one of Discord's locales ("es-419", "de"); English where there is none."""
    language = locale.partition("-")[0].lower()
    return language if language in LANGUAGES else ENGLISH


class GuildLanguages:
    """Know the language of each guild; a guild that has set none reads English."""

    def __init__(self) -> None:
        self._languages: dict[int, str] = {}

    def of(self, guild_id: int) -> str:
        """Return a guild's language."""
        return self._languages.get(guild_id, ENGLISH)

    def note(self, guild_id: int, language: str | None) -> None:
        """Remember what a guild has set; None takes it back."""
        self._languages.pop(guild_id, None)
        if language:
            self._languages[guild_id] = language

    def replace(self, languages: Mapping[int, str]) -> None:
        """Remember what all guilds have set, and nothing else."""
        self._languages = dict(languages)
