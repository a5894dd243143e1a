"""Read every page under tests/fixtures/faq/formats and compare with the JSON of the same name beside it.

Adding a case is adding two files: `<format>/<trait>.<extension>` and `<format>/<trait>.json`. Write the
second by hand, or write only `{}` (or only its "given") and let

    python -m tests.unit.faq.test_formats rest/field_list

fill in what the parsers make of it (all cases when none is named); then read the difference before
keeping it. "given" holds what is not in the page: base_url, media_type, declared_format, questions.
"""

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.faq.formats import FORMATS
from bot.faq.loading import parse_page
from bot.faq.models import Marker

FIXTURES = Path(__file__).parents[2] / "fixtures" / "faq" / "formats"
CASES = sorted(path for path in FIXTURES.glob("*/*") if path.is_file() and path.suffix != ".json")
IDS = [f"{path.parent.name}/{path.stem}" for path in CASES]


def read(path: Path, given: dict[str, str]) -> dict[str, Any]:
    page = parse_page(
        path.read_bytes(),
        name=path.name,
        media_type=given.get("media_type", "text/plain; charset=utf-8"),
        base_url=given.get("base_url", ""),
        declared_format=given.get("declared_format", "auto"),
        questions=Marker(given.get("questions", "auto")),
    )
    result = dataclasses.asdict(page)
    result["entries"] = [_telling(entry) for entry in page.entries]
    result["problems"] = [f"{each.line}: {each.severity}: {each.what}" for each in page.problems]
    return json.loads(json.dumps(result))


def _telling(entry: Any) -> dict[str, Any]:
    """Leave out what the page does not say, so that a case shows its trait and nothing else."""
    silent = {"id": "", "language": "english", "page_id": 0}
    fields = dataclasses.asdict(entry)
    return {name: value for name, value in fields.items() if value and silent.get(name) != value}


@pytest.mark.parametrize("path", CASES, ids=IDS)
def test_page_yields_what_stands_beside_it(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    given = expected.pop("given", {})

    assert read(path, given) == expected


@pytest.mark.parametrize("name", [each.name for each in FORMATS])
def test_format_has_fixtures(name: str) -> None:
    assert any(path.parent.name == name for path in CASES)


def accept(wanted: list[str]) -> None:
    """Rewrite the expected files of the named cases, or of all."""
    for path, name in zip(CASES, IDS, strict=True):
        if wanted and name not in wanted:
            continue
        expected = path.with_suffix(".json")
        given = json.loads(expected.read_text(encoding="utf-8")).get("given", {}) if expected.exists() else {}
        result = ({"given": given} if given else {}) | read(path, given)
        expected.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    accept(sys.argv[1:])
