"""What stands on buttons, menus and forms fits there in every language: else Discord refuses it all."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.text import limits
from bot.text.catalogue import load_texts
from bot.text.languages import LANGUAGES, speaking

ROOT = Path(__file__).parents[3]
TEXTS = load_texts()
KEYS = TEXTS.keys()
MOST = {
    ("Form", "title"): limits.MODAL_TITLE,
    ("Field", "label"): limits.MODAL_LABEL,
    ("Field", "placeholder"): limits.TEXT_INPUT_PLACEHOLDER,
    ("Button", "label"): limits.BUTTON_LABEL,
    ("Select", "placeholder"): limits.SELECT_PLACEHOLDER,
    ("PickChannel", "placeholder"): limits.SELECT_PLACEHOLDER,
    ("PickRole", "placeholder"): limits.SELECT_PLACEHOLDER,
    ("Option", "label"): limits.SELECT_LABEL,
    ("Option", "description"): limits.SELECT_DESCRIPTION,
}


def placed(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Return each text's key that is given to a control, and how long it may be there."""
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)):
            continue
        for keyword in call.keywords:
            most = MOST.get((call.func.id, keyword.arg or ""))
            if most is not None:
                yield from ((key, most) for key in keys_in(keyword.value))


def keys_in(node: ast.AST) -> Iterator[str]:
    constants = (each.value for each in ast.walk(node) if isinstance(each, ast.Constant))
    yield from (value for value in constants if isinstance(value, str) and value in KEYS)


def all_placed() -> dict[str, int]:
    found: dict[str, int] = {}
    for path in [*ROOT.glob("bot/**/*.py"), *ROOT.glob("cogs/*.py")]:
        for key, most in placed(ast.parse(path.read_text("utf-8"))):
            found[key] = min(most, found.get(key, most))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_stands_on_a_control_fits_there(language: str) -> None:
    found = all_placed()
    assert len(found) > 60
    with speaking(language):
        too_long = {
            key: most for key, most in found.items() if any(len(TEXTS.raw(key, n)) > most for n in (1, 2))
        }
    assert too_long == {}
