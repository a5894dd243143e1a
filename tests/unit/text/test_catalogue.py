import asyncio
import re
from collections.abc import Iterator
from importlib import resources
from io import BytesIO

import pytest
from babel.messages.pofile import read_po

from bot.text.catalogue import Texts, load_texts
from bot.text.languages import LANGUAGES, nearest_language, speak, speaking, spoken

PO = b"""
msgid ""
msgstr ""
"Language: en\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "greet"
msgstr "Hello {name}, this is {place}."

msgid "plain"
msgstr "100 % {not one}, {0} and {Name} stay."

msgid "found"
msgid_plural "found"
msgstr[0] "{number} page in {place}"
msgstr[1] "{number} pages in {place}"
"""
GERMAN = b"""
msgid ""
msgstr ""
"Language: de\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "greet"
msgstr "Guten Tag {name}, das ist {place}."

msgid "found"
msgid_plural "found"
msgstr[0] "{number} Seite in {place}"
msgstr[1] ""
"""
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
COMMAND = re.compile(r"/[a-z]+(?: [a-z]+)*(?= [a-z]+:|`)")
FORM_LABEL = 45
TEXTS = Texts({"en": [read_po(BytesIO(PO), locale="en")]})
ENGLISH = load_texts()
CATALOGS = [
    read_po(BytesIO(file.read_bytes()), locale="en")
    for file in resources.files("bot.text").joinpath("locale", "en").iterdir()
]


def test_values_are_filled_in() -> None:
    assert TEXTS("greet", name="Ada", place=7) == "Hello Ada, this is 7."


def test_what_is_no_placeholder_stays() -> None:
    assert TEXTS("plain") == "100 % {not one}, {0} and {Name} stay."


@pytest.mark.parametrize("hostile", ["{place}", "{name.__class__}", "{0}", "%s", "\\g<0>", "{{name}}"])
def test_a_value_is_never_interpreted(hostile: str) -> None:
    assert TEXTS("greet", name=hostile, place="here") == f"Hello {hostile}, this is here."


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 pages in x"), (1, "1 page in x"), (2, "2 pages in x"), (21, "21 pages in x")]
)
def test_the_number_chooses_the_form(number: int, text: str) -> None:
    assert TEXTS.count("found", number, place="x") == text


def test_a_text_without_forms_can_be_counted() -> None:
    assert TEXTS.count("greet", 3, name="Ada", place="x") == "Hello Ada, this is x."


@pytest.mark.parametrize(("key", "values"), [("missing", {}), ("greet", {"name": "Ada"})])
def test_a_missing_key_or_value_is_loud(key: str, values: dict[str, str]) -> None:
    with pytest.raises(KeyError):
        TEXTS(key, **values)


def test_the_english_catalogue_says_something_for_every_key() -> None:
    messages = [message for catalog in CATALOGS for message in catalog if message.id]
    keys = [message.id if isinstance(message.id, str) else message.id[0] for message in messages]
    assert ENGLISH.keys() == set(keys)
    assert len(keys) == len(set(keys))
    for message in messages:
        forms = (message.string,) if isinstance(message.string, str) else tuple(message.string)
        assert all(form.strip() for form in forms), message.id


@pytest.mark.parametrize("catalog", CATALOGS)
def test_each_file_is_in_order(catalog) -> None:
    keys = [message.id if isinstance(message.id, str) else message.id[0] for message in catalog if message.id]
    assert keys == sorted(keys)


def test_plural_forms_name_the_same_values() -> None:
    messages = [message for catalog in CATALOGS for message in catalog if isinstance(message.id, tuple)]
    for message in messages:
        one, many = (set(re.findall(r"\{([a-z_]+)\}", form)) for form in message.string)
        assert one - {"number"} == many - {"number"}, message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_command_descriptions_fit_discord(language: str) -> None:
    with speaking(language):
        for key in sorted(ENGLISH.keys()):
            if key.startswith("command."):
                assert 0 < len(ENGLISH(key)) <= 100, key


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_a_translation_names_the_same_values_and_commands_and_is_not_over_long(language: str) -> None:
    assert ENGLISH.keys() - ENGLISH.keys(language) == set(), f"say these in bot/text/locale/{language} too"
    assert ENGLISH.keys(language) <= ENGLISH.keys()
    for key, original, translated in pairs(language):
        assert set(PLACEHOLDER.findall(translated)) - {"number"} == set(PLACEHOLDER.findall(original)) - {
            "number"
        }, original
        assert sorted(COMMAND.findall(translated)) == sorted(COMMAND.findall(original)), original
        assert len(translated) <= 1.6 * len(original) + 12, original
        if key.endswith(("_label", "_title")) and len(original) <= FORM_LABEL:
            assert len(translated) <= FORM_LABEL, original


def pairs(language: str) -> Iterator[tuple[str, str, str]]:
    """Return each key that a language has, and all forms of its text, beside the English ones."""
    for key in ENGLISH.keys(language):
        for number in (1, 2):
            with speaking("en"):
                original = ENGLISH.raw(key, number)
            with speaking(language):
                yield key, original, ENGLISH.raw(key, number)


def test_what_a_language_does_not_say_english_says() -> None:
    catalogs = {"en": [read_po(BytesIO(PO), locale="en")], "de": [read_po(BytesIO(GERMAN), locale="de")]}
    texts = Texts(catalogs, language_of={7: "de"}.get)
    with speaking("de"):
        assert texts("greet", name="Ada", place="hier") == "Guten Tag Ada, das ist hier."
        assert texts.count("found", 2, place="x") == "2 pages in x"
    assert texts("greet", name="Ada", place="here") == "Hello Ada, this is here."
    assert texts.to(7)("greet", name="Ada", place="hier") == "Guten Tag Ada, das ist hier."
    assert texts.to(7).language == "de"


async def test_two_tasks_speak_each_its_own_language() -> None:
    async def answer(locale: str) -> str:
        speak(nearest_language(locale))
        await asyncio.sleep(0)
        return spoken()

    locales = ("de", "en-GB", "es-419", "es-ES", "pt-BR", "")
    assert await asyncio.gather(*map(answer, locales)) == ["de", "en", "es", "es", "en", "en"]
    assert spoken() == "en"
