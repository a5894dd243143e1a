"""Turn posts and forms into what discord.py sends: components v2, or the plain-embed fallback.

Views are sent stopped: discord.py then keeps no reference to them, so memory does not grow with messages,
and buttons work after a restart because bot.chat.router reads the signed custom_id, not a stored view.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import discord
from discord import ui

from bot.chat.custom_ids import Signer
from bot.chat.menus import draw_field, draw_menu
from bot.delivery.form import Form
from bot.delivery.models import Marker
from bot.delivery.post import Accent, Attachment, Block, Button, ButtonStyle, Divider, Menu, Post, Row, Words
from bot.text import limits
from config.settings import CardStyle

_COLOURS = {
    Accent.ANSWER: discord.Colour(0x2D7D57),
    Accent.SUGGEST: discord.Colour(0x9A7420),
    Accent.PLAIN: discord.Colour(0x4F6D8F),
    Accent.PROBLEM: discord.Colour(0xA33B3B),
}
_STYLES = {
    ButtonStyle.PRIMARY: discord.ButtonStyle.primary,
    ButtonStyle.SECONDARY: discord.ButtonStyle.secondary,
    ButtonStyle.SUCCESS: discord.ButtonStyle.success,
    ButtonStyle.DANGER: discord.ButtonStyle.danger,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """A post as discord.py takes it. `embed` and `content` stay None in components v2."""

    view: ui.LayoutView | ui.View | None
    allowed_mentions: discord.AllowedMentions
    content: str | None = None
    embed: discord.Embed | None = None
    files: tuple[discord.File, ...] = field(default=())


class Presenter:
    """Draw posts in one style, with signed custom_ids."""

    def __init__(self, signer: Signer, style: CardStyle) -> None:
        self._signer = signer
        self._style = style

    def present(
        self, post: Post, *, guild_id: int, marker: Marker | None = None, style: CardStyle | None = None
    ) -> Presented:
        """Draw a post for a guild; with a marker, so that it can be found again in its channel's history.

        `style` is that of the message it takes the place of; else as the operator wants it.
        """
        mentions = discord.AllowedMentions(
            everyone=False,
            roles=[discord.Object(role) for role in post.mention_roles] or False,
            users=[discord.Object(user) for user in post.mention_users],
            replied_user=False,
        )
        files = tuple(
            discord.File(io.BytesIO(file.content), filename=file.name, description=file.description or None)
            for file in post.attachments
        )
        if (style or self._style) is CardStyle.EMBEDS:
            return Presented(
                view=self._button_view(post, guild_id),
                allowed_mentions=mentions,
                content=post.lead or None,
                embed=_embed(post, marker),
                files=files,
            )
        return Presented(view=self._layout(post, guild_id, marker), allowed_mentions=mentions, files=files)

    def modal(self, form: Form, *, guild_id: int) -> ui.Modal:
        """Draw a form."""
        modal = ui.Modal(title=form.title, custom_id=self._signer.sign(form.action, guild_id=guild_id))
        for item in form.fields:
            modal.add_item(
                ui.Label(text=item.label, description=item.description or None, component=draw_field(item))
            )
        modal.stop()
        return modal

    def _layout(self, post: Post, guild_id: int, marker: Marker | None) -> ui.LayoutView:
        view = ui.LayoutView(timeout=None)
        container: ui.Container[ui.LayoutView] = ui.Container(
            accent_colour=_COLOURS[post.accent], id=marker.first if marker else None
        )
        if post.lead:
            view.add_item(ui.TextDisplay(post.lead))
        if post.title:
            container.add_item(self._heading(post, guild_id))
        for file in filter(_is_picture, post.attachments):
            shown = discord.MediaGalleryItem(
                f"attachment://{file.name}", description=file.description or None
            )
            container.add_item(ui.MediaGallery(shown))
        for block in post.blocks[_beside(post) :]:
            container.add_item(self._block(block, guild_id))
        for file in post.attachments:
            if not _is_picture(file):
                container.add_item(ui.File(f"attachment://{file.name}"))
        if marker:
            container.children[0].id = marker.second
        view.add_item(container)
        view.stop()
        return view

    def _heading(self, post: Post, guild_id: int) -> ui.Item[ui.LayoutView]:
        title: ui.TextDisplay[ui.LayoutView] = ui.TextDisplay(f"### {post.title}")
        if post.beside is None:
            return title
        blocks = (block for block in post.blocks[: _beside(post)] if isinstance(block, Words))
        words: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(block.markdown) for block in blocks]
        return ui.Section(title, *words, accessory=self._button(post.beside, guild_id))

    def _block(self, block: Block, guild_id: int) -> ui.Item[ui.LayoutView]:
        match block:
            case Words():
                return ui.TextDisplay(block.markdown)
            case Divider():
                return ui.Separator()
            case Row():
                row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
                for button in block.buttons:
                    row.add_item(self._button(button, guild_id))
                return row
            case _:
                row = ui.ActionRow()
                row.add_item(self._menu(block, guild_id))
                return row

    def _button(self, button: Button, guild_id: int) -> ui.Button[Any]:
        return ui.Button(
            style=discord.ButtonStyle.link if button.url else _STYLES[button.style],
            label=button.label or None,
            emoji=button.emoji or None,
            url=button.url or None,
            custom_id=self._signer.sign(button.action, guild_id=guild_id) if button.action else None,
        )

    def _menu(self, menu: Menu, guild_id: int) -> ui.Item[Any]:
        return draw_menu(menu, custom_id=self._signer.sign(menu.action, guild_id=guild_id))

    def _button_view(self, post: Post, guild_id: int) -> ui.View | None:
        rows = _fold(_with_beside(post))
        if not rows:
            return None
        view = ui.View(timeout=None)
        for number, row in enumerate(rows):
            for item in self._row_items(row, guild_id):
                item.row = number
                view.add_item(item)
        view.stop()
        return view

    def _row_items(self, row: Row | Menu, guild_id: int) -> Sequence[ui.Item[Any]]:
        if not isinstance(row, Row):
            return [self._menu(row, guild_id)]
        return [self._button(button, guild_id) for button in row.buttons]


def send_arguments(presented: Presented) -> dict[str, Any]:
    """Return what discord.py's `send` takes."""
    arguments: dict[str, Any] = {"allowed_mentions": presented.allowed_mentions}
    for name in ("view", "content", "embed"):
        value = getattr(presented, name)
        if value is not None:
            arguments[name] = value
    if presented.files:
        arguments["files"] = list(presented.files)
    return arguments


def edit_arguments(presented: Presented) -> dict[str, Any]:
    """Return what discord.py's `edit` takes: everything that was there before is replaced."""
    arguments: dict[str, Any] = {
        "allowed_mentions": presented.allowed_mentions,
        "view": presented.view,
        "attachments": list(presented.files),
    }
    if not isinstance(presented.view, ui.LayoutView):
        arguments |= {"content": presented.content, "embed": presented.embed}
    return arguments


def _embed(post: Post, marker: Marker | None) -> discord.Embed | None:
    words = [block.markdown for block in post.blocks if isinstance(block, Words)]
    if not post.title and not words and marker is None:
        return None
    embed = discord.Embed(
        title=post.title or None, description="\n\n".join(words) or None, colour=_COLOURS[post.accent]
    )
    for file in filter(_is_picture, post.attachments[::-1]):
        embed.set_image(url=f"attachment://{file.name}")
    if marker is not None:
        embed.set_footer(text=f"ref {marker.letters}")
    return embed


def _is_picture(file: Attachment) -> bool:
    return file.name.endswith(".png")


def _beside(post: Post) -> int:
    """Return how many of a post's blocks stand beside its button together with the title."""
    first = post.blocks[0] if post.blocks else None
    return int(post.beside is not None and isinstance(first, Words))


def _with_beside(post: Post) -> Sequence[Row | Menu]:
    """Return the rows of a plain message, which has the button beside the title before all others."""
    rows = [block for block in post.blocks if isinstance(block, Row | Menu)]
    if post.beside is None:
        return rows
    first = rows[0] if rows else None
    if isinstance(first, Row) and len(first.buttons) < limits.ROW_BUTTONS:
        return [Row(buttons=(post.beside, *first.buttons)), *rows[1:]]
    return [Row(buttons=(post.beside,)), *rows]


def _fold(rows: Sequence[Row | Menu]) -> Sequence[Row | Menu]:
    """Make at most five rows, as a plain message allows: close up the buttons when there are more."""
    if len(rows) <= limits.ACTION_ROWS:
        return rows
    menus = [row for row in rows if not isinstance(row, Row)]
    buttons = [button for row in rows if isinstance(row, Row) for button in row.buttons]
    folded: list[Row | Menu] = [
        Row(buttons=tuple(buttons[start : start + limits.ROW_BUTTONS]))
        for start in range(0, len(buttons), limits.ROW_BUTTONS)
    ]
    return [*folded, *menus][: limits.ACTION_ROWS]
