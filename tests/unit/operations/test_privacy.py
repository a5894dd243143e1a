"""What members are told of what is stored of them, and what they get as a file."""

import json
from datetime import UTC, datetime

import pytest

from bot.operations.privacy import render_question, render_traces, write_export
from bot.storage.schema import METADATA
from bot.storage.traces import Traces
from bot.text.catalogue import load_texts

TEXTS = load_texts()
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
OF_PEOPLE = sorted(name for name, table in METADATA.tables.items() if "user_id" in table.c)


def text_of(post) -> str:
    return "\n".join(getattr(block, "markdown", "") for block in post.blocks)


@pytest.mark.parametrize("table", [*OF_PEOPLE, "faq_vote", "lane", "incident", "outbox"])
def test_every_kind_of_trace_has_words_of_its_own(table: str) -> None:
    for count in (1, 2):
        text = text_of(render_traces(TEXTS, Traces({table: [{}] * count})))
        assert f"**{count}** " in text
        assert "under “" not in text, f"say in bot/operations/privacy.py what {table} is to people"


def test_what_nobody_has_words_for_is_shown_all_the_same() -> None:
    assert "**2** entries under “new thing”" in text_of(render_traces(TEXTS, Traces({"new_thing": [{}, {}]})))
    assert "Shall all of that be removed?" in text_of(render_question(TEXTS, Traces({"new_thing": [{}]})))


def test_export_gives_ids_as_text_and_nothing_of_other_people() -> None:
    post = {
        "user_id": 5,
        "post": {"text": "<@5> and <@7> come"},
        "channel_id": 6,
        "kind": "card",
        "due_at": NOW,
    }
    vote = {"guild_id": 3, "voter": "secret-hash", "phrasing": None, "count": 2}
    written = write_export(5, Traces({"outbox": [post], "faq_vote": [vote]}), now=NOW)
    assert json.loads(written) == {
        "user_id": "5",
        "written_at": "2026-11-24T12:00:00+00:00",
        "stored": {
            "faq_vote": [{"guild_id": "3", "voter": "…", "phrasing": None, "count": 2}],
            "outbox": [{"channel_id": "6", "kind": "card", "due_at": "2026-11-24T12:00:00+00:00"}],
        },
    }
