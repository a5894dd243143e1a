import discord
import pytest
from discord import ui

from bot.chat.custom_ids import Signer
from bot.chat.presenter import Presented, Presenter
from bot.delivery.form import ChannelField, ChoiceField, Field, Form
from bot.delivery.models import marker_of
from bot.delivery.post import (
    Accent,
    Action,
    Attachment,
    Button,
    ButtonStyle,
    Divider,
    Option,
    PickChannel,
    PickRole,
    Post,
    Row,
    Select,
    Words,
)
from config.settings import CardStyle

GUILD = 1001
SIGNER = Signer(b"k" * 32)
COMPONENTS = Presenter(SIGNER, CardStyle.COMPONENTS)
EMBEDS = Presenter(SIGNER, CardStyle.EMBEDS)
both = pytest.mark.parametrize("presenter", [COMPONENTS, EMBEDS], ids=["components", "embeds"])

TITLE, LIST, BUTTON, LINK = "Can I join?", "- one\n- two", "Helpful", "https://wiki.example.org/faq#join"


def card(**parts: object) -> Post:
    yes = Button(label=BUTTON, emoji="👍", style=ButtonStyle.SUCCESS, action=Action(kind="yes", args=("e1",)))
    return Post(
        title=TITLE,
        blocks=(
            Words(markdown="Yes."),
            Divider(),
            Words(markdown=LIST),
            Row(buttons=(yes, Button(label="open", url=LINK))),
            Select(action=Action(kind="pick"), options=(Option(label="a", value="1", description="d"),)),
        ),
        accent=Accent.ANSWER,
        **parts,
    )


def controls(presented: Presented) -> list[ui.Item]:
    return [item for item in presented.view.walk_children() if isinstance(item, (ui.Button, ui.Select))]


def present(presenter: Presenter, post: Post) -> Presented:
    return presenter.present(post, guild_id=GUILD)


async def test_components_show_the_card_as_one_container() -> None:
    presented = present(COMPONENTS, card(lead="<@7>, this may help:"))
    lead, container = presented.view.children
    assert (presented.content, presented.embed) == (None, None)
    assert lead.content == "<@7>, this may help:"
    assert [type(item) for item in container.children] == [
        ui.TextDisplay, ui.TextDisplay, ui.Separator, ui.TextDisplay, ui.ActionRow, ui.ActionRow,
    ]  # fmt: skip
    assert container.children[0].content == f"### {TITLE}"
    assert container.accent_colour is not None


async def test_a_button_stands_beside_the_title_and_before_all_others_in_an_embed() -> None:
    join = Button(label="Join", url=LINK)
    section, *_ = present(COMPONENTS, card(beside=join)).view.children[0].children
    assert isinstance(section, ui.Section)
    assert [words.content for words in section.children] == [f"### {TITLE}", "Yes."]
    assert section.accessory.url == LINK
    marker = marker_of("some key")
    marked = COMPONENTS.present(card(beside=join), guild_id=GUILD, marker=marker).view.children[0]
    assert (marked.id, marked.children[0].id) == (marker.first, marker.second)
    shown = present(EMBEDS, card(beside=join)).view.to_components()
    assert [part["label"] for part in shown[0]["components"]] == ["Join", BUTTON, "open"]
    alone = present(EMBEDS, Post(title=TITLE, beside=join)).view.to_components()
    assert [[part["label"] for part in row["components"]] for row in alone] == [["Join"]]
    with pytest.raises(ValueError, match="beside no title"):
        Post(blocks=(Words(markdown="x"),), beside=join)


async def test_embeds_show_the_same_words() -> None:
    presented = present(EMBEDS, card(lead="<@7>, this may help:"))
    assert presented.content == "<@7>, this may help:"
    assert (presented.embed.title, presented.embed.description) == (TITLE, f"Yes.\n\n{LIST}")
    assert presented.embed.colour == present(COMPONENTS, card()).view.children[0].accent_colour


@both
async def test_controls_are_signed_and_links_are_links(presenter: Presenter) -> None:
    button, link, select = controls(present(presenter, card()))
    assert SIGNER.verify(button.custom_id, guild_id=GUILD) == Action(kind="yes", args=("e1",))
    assert (button.label, str(button.emoji), button.style) == (BUTTON, "👍", discord.ButtonStyle.success)
    assert (link.label, link.url, link.custom_id) == ("open", LINK, None)
    assert SIGNER.verify(select.custom_id, guild_id=GUILD) == Action(kind="pick")
    assert [(option.label, option.value, option.description) for option in select.options] == [
        ("a", "1", "d")
    ]


@both
async def test_nobody_is_pinged_by_default(presenter: Presenter) -> None:
    assert present(presenter, card()).allowed_mentions.to_dict() == {"parse": [], "users": []}


@both
async def test_only_the_named_member_may_be_pinged(presenter: Presenter) -> None:
    allowed = present(presenter, card(mention_users=(7,))).allowed_mentions.to_dict()
    assert allowed == {"parse": [], "users": [7]}


@both
async def test_views_are_not_kept(presenter: Presenter) -> None:
    view = present(presenter, card()).view
    assert view.is_finished()
    assert view.timeout is None


@both
async def test_files_come_with_the_card(presenter: Presenter) -> None:
    presented = present(
        presenter, card(attachments=(Attachment(name="a.txt", content=b"hi", description="words"),))
    )
    (file,) = presented.files
    assert (file.filename, file.fp.read(), file.description) == ("a.txt", b"hi", "words")


async def test_components_name_the_file_in_the_layout() -> None:
    presented = present(COMPONENTS, card(attachments=(Attachment(name="a.txt", content=b"hi"),)))
    assert presented.view.children[0].children[-1].media.url == "attachment://a.txt"


async def test_a_picture_is_shown_with_its_words() -> None:
    post = card(attachments=(Attachment(name="may.png", content=b"png", description="May: 2 meetings"),))
    gallery = present(COMPONENTS, post).view.children[0].children[1]
    assert isinstance(gallery, ui.MediaGallery)
    (item,) = gallery.items
    assert (item.media.url, item.description) == ("attachment://may.png", "May: 2 meetings")
    embedded = present(EMBEDS, post)
    assert embedded.embed.image.url == "attachment://may.png"
    assert embedded.files[0].description == "May: 2 meetings"


async def test_an_embed_without_buttons_needs_no_view() -> None:
    presented = present(EMBEDS, Post(blocks=(Words(markdown="Saved."),)))
    assert (presented.view, presented.embed.description) == (None, "Saved.")


@pytest.mark.parametrize(
    ("sizes", "rows"),
    [
        ((3, 3), [3, 3]),
        ((1, 1, 1, 1, 1), [1, 1, 1, 1, 1]),
        ((1, 1, 1, 1, 1, 1), [5, 1]),
        ((3, 3, 3, 3, 3, 2), [5, 5, 5, 2]),
    ],
)
async def test_embeds_fold_rows_only_when_there_are_more_than_five(
    sizes: tuple[int, ...], rows: list[int]
) -> None:
    numbers = iter(range(100))
    post = Post(
        blocks=tuple(
            Row(
                buttons=tuple(
                    Button(label=str(number), action=Action(kind="k", args=(str(number),)))
                    for number, _ in zip(numbers, range(size), strict=False)
                )
            )
            for size in sizes
        )
    )
    shown = present(EMBEDS, post).view.to_components()
    assert [len(row["components"]) for row in shown] == rows
    labels = [button["label"] for row in shown for button in row["components"]]
    assert len(labels) == len(set(labels)) == sum(sizes)


async def test_a_form_becomes_a_modal_with_labels() -> None:
    form = Form(
        title="Add to the FAQ",
        action=Action(kind="faq.create"),
        fields=(
            Field(name="question", label="Question", value="Why?", max_length=250),
            Field(name="aliases", label="Others", description="One a line", is_long=True, is_required=False),
        ),
    )
    modal = COMPONENTS.modal(form, guild_id=GUILD)
    first, second = (item.to_component_dict() for item in modal.children)
    assert (modal.title, SIGNER.verify(modal.custom_id, guild_id=GUILD)) == (form.title, form.action)
    assert (first["label"], first["component"]["custom_id"], first["component"]["value"]) == (
        "Question", "question", "Why?",
    )  # fmt: skip
    assert (first["component"]["max_length"], first["component"]["required"]) == (250, True)
    assert (second["description"], second["component"]["style"]) == ("One a line", 2)
    assert second["component"]["required"] is False
    assert modal.is_finished()


def picks(**chosen: int) -> Post:
    return Post(
        blocks=(
            Words(markdown="Where?"),
            PickChannel(action=Action(kind="where"), placeholder="A channel", **chosen),
            Words(markdown="Who?"),
            PickRole(action=Action(kind="who"), placeholder="A role", **chosen),
        )
    )


def menus(presented: Presented) -> list[dict[str, object]]:
    kinds = (ui.ChannelSelect, ui.RoleSelect)
    return [item.to_component_dict() for item in presented.view.walk_children() if isinstance(item, kinds)]


@both
async def test_channels_and_roles_are_picked_or_taken_back(presenter: Presenter) -> None:
    channel, role = menus(present(presenter, picks()))
    assert (channel["type"], channel["channel_types"], channel["placeholder"]) == (8, [0, 5], "A channel")
    assert (role["type"], role["placeholder"]) == (6, "A role")
    assert [menu["min_values"] for menu in (channel, role)] == [0, 0]
    assert [SIGNER.verify(menu["custom_id"], guild_id=GUILD).kind for menu in (channel, role)] == [
        "where", "who",
    ]  # fmt: skip
    assert not channel.get("default_values")


@both
async def test_what_is_picked_already_is_shown(presenter: Presenter) -> None:
    channel, role = menus(present(presenter, picks(chosen=7)))
    assert channel["default_values"] == [{"id": 7, "type": "channel"}]
    assert role["default_values"] == [{"id": 7, "type": "role"}]


@both
async def test_forums_are_offered_where_they_may_be_picked(presenter: Presenter) -> None:
    post = Post(blocks=(PickChannel(action=Action(kind="where"), with_forums=True), Words(markdown="w")))
    (channel,) = menus(present(presenter, post))
    assert channel["channel_types"] == [0, 5, 15]


async def test_a_form_may_hold_menus() -> None:
    form = Form(
        title="Follow",
        action=Action(kind="follow"),
        fields=(
            ChoiceField(
                name="when",
                label="When",
                options=(Option(label="now", value="n"), Option(label="later", value="l")),
                chosen="l",
            ),
            ChannelField(name="where", label="Where", chosen=7, is_required=False),
        ),
    )
    when, where = (
        item.to_component_dict()["component"] for item in COMPONENTS.modal(form, guild_id=GUILD).children
    )
    assert (when["custom_id"], when["required"], when["min_values"]) == ("when", True, 1)
    assert [(option["value"], option["default"]) for option in when["options"]] == [("n", False), ("l", True)]
    assert (where["custom_id"], where["required"], where["min_values"]) == ("where", False, 0)
    assert (where["type"], where["default_values"]) == (8, [{"id": 7, "type": "channel"}])
