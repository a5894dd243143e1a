"""Keep all texts a member reads in one catalogue, by key, so that they can be reviewed and translated.

The catalogue of a language is a folder of gettext PO files, one a feature, whose msgids are keys;
placeholders are `{name}`. Substitution is a plain whitelist: a value is inserted literally, and nothing in a
text is evaluated. What another language does not say, English says.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from importlib import resources
from importlib.resources.abc import Traversable

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from bot.text.languages import ENGLISH, LANGUAGES, spoken
from bot.text.noted import IN_WORDS, LISTED, PREFIX, Sentences

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")

_Messages = Mapping[str, tuple[str, ...]]


class Texts:
    """Look up texts by key and fill in values, in the language that is spoken where this is called.

    Args:
        languages: The catalogues' files by language.
        language_of: Returns the language of a guild, for what all its members read.
    """

    def __init__(
        self, languages: Mapping[str, Iterable[Catalog]], *, language_of: Callable[[int], str] | None = None
    ) -> None:
        self._languages = {language: _messages(catalogs) for language, catalogs in languages.items()}
        self._language_of = language_of or _english
        self._language = ""
        english = self._languages[ENGLISH]
        self._sentences = Sentences({key: english[key][0] for key in english if key.startswith(PREFIX)})

    def __call__(self, key: str, **values: object) -> str:
        """Return the text for a key, with each `{name}` replaced by its value.

        Raises:
            KeyError: The catalogue has no such key, or the text names a value that is not given.
        """
        return _fill(self._find(key)[0], values)

    def noted(self, sentence: str) -> str:
        """Return what was noted in English as it is said here; what the catalogue does not know stays."""
        found = None if self.language == ENGLISH else self._sentences.find(sentence)
        if found is None:
            return sentence
        key, values = found
        said = {name: self._said(name, value) for name, value in values.items()}
        return self(key, **said)

    def noted_list(self, listed: str) -> str:
        """Return several things that were noted side by side, each as it is said here."""
        return ", ".join(map(self.noted, listed.split(", ")))

    def raw(self, key: str, number: int) -> str:
        """Return the text for a key and a number as the catalogue has it, for who checks the catalogue."""
        return _form(self._find(key), number)

    def count(self, key: str, number: int, **values: object) -> str:
        """Return the plural form for a number; the text may use `{number}`."""
        return _fill(self.raw(key, number), {"number": number, **values})

    def keys(self, language: str = ENGLISH) -> frozenset[str]:
        """Return every key that a language says."""
        return frozenset(self._languages[language])

    def to(self, guild_id: int) -> "Texts":
        """Return the same texts in a guild's language: for what all its members read."""
        bound = copy(self)
        bound._language = self._language_of(guild_id)
        return bound

    @property
    def language(self) -> str:
        """The language that is spoken here, by ISO 639-1."""
        return self._language or spoken()

    def _said(self, name: str, value: str) -> str:
        if name in LISTED:
            return self.noted_list(value)
        return self.noted(value) if name in IN_WORDS else value

    def _find(self, key: str) -> tuple[str, ...]:
        found = self._languages.get(self.language, {}).get(key)
        return found or self._languages[ENGLISH][key]


def load_texts(*languages: str, language_of: Callable[[int], str] | None = None) -> Texts:
    """Read the catalogues from the package: of the languages named, or of all; always of English."""
    wanted = dict.fromkeys((ENGLISH, *(languages or LANGUAGES)))
    return Texts({language: _load(language) for language in wanted}, language_of=language_of)


def _load(language: str) -> list[Catalog]:
    folder = resources.files("bot.text").joinpath("locale", language)
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    return [_read(file, language) for file in files if file.name.endswith(".po")]


def _read(file: Traversable, language: str) -> Catalog:
    with file.open("rb") as opened:
        return read_po(opened, locale=language)


def _messages(catalogs: Iterable[Catalog]) -> _Messages:
    """Return the forms of each text; what is not translated yet is left out."""
    found = {
        (message.id[0] if isinstance(message.id, tuple) else str(message.id)): _forms(message.string)
        for catalog in catalogs
        for message in catalog
        if message.id
    }
    return {key: forms for key, forms in found.items() if all(forms)}


def _forms(text: object) -> tuple[str, ...]:
    return tuple(map(str, text)) if isinstance(text, (tuple, list)) else (str(text),)


def _form(forms: tuple[str, ...], number: int) -> str:
    return forms[0 if number == 1 else min(1, len(forms) - 1)]  # so in every language that is spoken here


def _fill(text: str, values: Mapping[str, object]) -> str:
    return _PLACEHOLDER.sub(lambda match: str(values[match[1]]), text)


def _english(_guild_id: int) -> str:
    return ENGLISH
