"""Read the calendars under tests/fixtures/meetings/links, and write what links were found in each.

Adding a case is adding two files: `<trait>.ics` with one meeting, and `<trait>.json`. Write the second by
hand, or let

    python -m tests.unit.meetings.link_files zoom_block

write it (all when none is named); then read the difference before keeping it.
"""

import dataclasses
import json
import sys
from pathlib import Path

from bot.meetings.ics.reading import parse_calendar
from bot.meetings.links import find_links

FILES = sorted((Path(__file__).parents[2] / "fixtures" / "meetings" / "links").glob("*.ics"))


def read(path: Path) -> dict[str, object]:
    (meeting,) = parse_calendar(path.read_bytes()).meetings
    found = dataclasses.asdict(find_links(meeting))
    return json.loads(json.dumps({name: value for name, value in found.items() if value}))


def accept(wanted: list[str]) -> None:
    for path in FILES:
        if not wanted or path.stem in wanted:
            text = json.dumps(read(path), indent=2, ensure_ascii=False)
            path.with_suffix(".json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    accept(sys.argv[1:])
