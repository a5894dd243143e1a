import re
from importlib import resources
from io import BytesIO

import pytest
from babel.messages.pofile import read_po

from bot.text.catalogue import Texts, load_texts

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
TEXTS = Texts(read_po(BytesIO(PO), locale="en"))
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


def test_command_descriptions_fit_discord() -> None:
    for key in sorted(ENGLISH.keys()):
        if key.startswith("command."):
            assert 0 < len(ENGLISH(key)) <= 100, key
