"""What Discord shows of the commands themselves: in every language that the bot speaks."""

from collections.abc import Iterator
from typing import Any

from bot.text.languages import ENGLISH, LANGUAGES
from tests.e2e.stage import Stage

LOCALES = {"de": "de", "es": "es-ES"}
NAMES = {"DokuWiki", "Markdown", "English", "Deutsch", "Español", "dokuwiki", "markdown", "mediawiki", "html"}
NAMES |= {"asciidoc", "reStructuredText"}


async def test_every_description_and_choice_is_said_in_every_language(stage: Stage) -> None:
    assert set(LOCALES) | {ENGLISH} == set(LANGUAGES)
    tree = stage.world.app.client.tree
    assert tree.translator is not None
    untold = set()
    for command in tree.get_commands():
        payload = await command.get_translated_payload(tree, tree.translator)  # type: ignore[arg-type]
        for what, english, told in words(payload, ""):
            untold |= {(what, locale) for locale in LOCALES.values() if not told.get(locale)}
            assert english != "-"
    assert untold == set()


def words(item: dict[str, Any], above: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Return what Discord shows of a command and of all below it: what it is, English, and the others."""
    name = f"{above}{item['name']}"
    if item.get("description"):
        yield name, item["description"], item.get("description_localizations") or {}
    else:  # a message's menu is its name and nothing else
        yield name, item["name"], item.get("name_localizations") or {}
    for option in item.get("options", ()):
        yield from words(option, f"{name} ")
    for choice in item.get("choices", ()):
        if choice["name"] not in NAMES:
            yield f"{name}={choice['name']}", choice["name"], choice.get("name_localizations") or {}
