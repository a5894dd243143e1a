import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.post import (
    Accent,
    Action,
    Attachment,
    Button,
    ButtonStyle,
    Divider,
    Option,
    Post,
    Row,
    Select,
    Topic,
    Words,
)
from bot.delivery.post_json import from_json, to_json

TEXT = st.text(min_size=1, max_size=20).filter(str.strip)
ACTIONS = st.builds(Action, kind=TEXT, args=st.lists(TEXT, max_size=2).map(tuple))
BUTTONS = st.builds(
    Button, label=TEXT, action=ACTIONS, style=st.sampled_from(ButtonStyle), emoji=st.just("🗑️")
) | st.builds(Button, label=TEXT, url=st.just("https://example.org/"))
OPTIONS = st.lists(TEXT, min_size=1, max_size=3, unique=True).map(
    lambda values: tuple(Option(label=value, value=value) for value in values)
)
BLOCKS = (
    st.builds(Words, markdown=TEXT)
    | st.just(Divider())
    | st.builds(Row, buttons=st.lists(BUTTONS, min_size=1, max_size=3).map(tuple))
    | st.builds(Select, action=ACTIONS, options=OPTIONS)
)
POSTS = st.builds(
    Post,
    title=TEXT,
    lead=st.just("") | TEXT,
    blocks=st.lists(BLOCKS, max_size=4, unique_by=repr).map(tuple),
    accent=st.sampled_from(Accent),
    mention_users=st.lists(st.integers(1, 2**63), max_size=2).map(tuple),
    mention_roles=st.lists(st.integers(1, 2**63), max_size=2).map(tuple),
    attachments=st.lists(st.builds(Attachment, name=TEXT, content=st.binary(max_size=30)), max_size=2).map(
        tuple
    ),
    topic=st.none() | st.builds(Topic, key=TEXT, name=TEXT),
    edits=st.just("") | TEXT,
    is_silent=st.booleans(),
)


@given(st.data())
def test_a_post_survives_the_store(data):
    try:
        post = data.draw(POSTS)
    except ValueError:  # two controls ask the same, or too long: such a post cannot be built
        return
    stored = json.dumps(to_json(post))
    read = from_json(json.loads(stored))
    assert read == post
    assert type(read.accent) is Accent


def test_what_has_its_default_is_left_out():
    post = Post(title="Call", blocks=(Words(markdown="at noon"),))
    assert to_json(post) == {
        "is": "Post",
        "title": "Call",
        "blocks": [{"is": "Words", "markdown": "at noon"}],
    }


@pytest.mark.parametrize(
    "stored",
    [
        None,
        [],
        "Post",
        {},
        {"is": "Words", "markdown": "a"},
        {"is": "Post"},
        {"is": "Post", "title": "a" * 300},
        {"is": "Post", "title": "a", "colour": 3},
        {"is": "Post", "title": "a", "accent": "mauve"},
        {"is": "Post", "blocks": [{"is": "Carousel"}]},
        {"is": "Post", "blocks": [{"is": ["Words"]}]},
        {"is": "Post", "attachments": [{"is": "Attachment", "name": "a", "content": {"base64": "?"}}]},
    ],
)
def test_what_is_no_post_or_breaks_a_limit_cannot_be_read(stored):
    with pytest.raises(ValueError, match=r".+"):
        from_json(stored)
