"""Keep all texts a member reads in one catalogue, by key, so that they can be reviewed and translated.

The catalogue of a language is a folder of gettext PO files, one a feature, whose msgids are keys;
placeholders are `{name}`. Substitution is a plain whitelist: a value is inserted literally, and nothing in a
text is evaluated.
"""

import re
from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


class Texts:
    """Look up texts by key and fill in values."""

    def __init__(self, *catalogs: Catalog) -> None:
        self._messages: Mapping[str, tuple[str, ...]] = {
            (message.id[0] if isinstance(message.id, tuple) else str(message.id)): _forms(message.string)
            for catalog in catalogs
            for message in catalog
            if message.id
        }

    def __call__(self, key: str, **values: object) -> str:
        """Return the text for a key, with each `{name}` replaced by its value.

        Raises:
            KeyError: The catalogue has no such key, or the text names a value that is not given.
        """
        return _fill(self._messages[key][0], values)

    def count(self, key: str, number: int, **values: object) -> str:
        """Return the plural form for a number; the text may use `{number}`."""
        forms = self._messages[key]
        index = 0 if number == 1 else min(1, len(forms) - 1)
        return _fill(forms[index], {"number": number, **values})

    def keys(self) -> frozenset[str]:
        """Return every key."""
        return frozenset(self._messages)


def load_texts(language: str = "en") -> Texts:
    """Read the catalogue of a language from the package."""
    files = sorted(
        resources.files("bot.text").joinpath("locale", language).iterdir(), key=lambda file: file.name
    )
    return Texts(*(_read(file, language) for file in files if file.name.endswith(".po")))


def _read(file: Traversable, language: str) -> Catalog:
    with file.open("rb") as opened:
        return read_po(opened, locale=language)


def _forms(text: object) -> tuple[str, ...]:
    return tuple(map(str, text)) if isinstance(text, (tuple, list)) else (str(text),)


def _fill(text: str, values: Mapping[str, object]) -> str:
    return _PLACEHOLDER.sub(lambda match: str(values[match[1]]), text)
