"""Say what a message is, free of Discord: text, buttons, selects, files, and who may be pinged.

A post that breaks Discord's limits cannot be built. The presenter in bot.chat turns it into components v2,
or into the plain-embed fallback.
"""

import enum
from collections.abc import Iterator
from dataclasses import dataclass

from bot.text import limits


class Accent(enum.StrEnum):
    """What kind of card it is; the colour only repeats what the words say."""

    ANSWER = "answer"
    SUGGEST = "suggest"
    PLAIN = "plain"
    PROBLEM = "problem"


class ButtonStyle(enum.StrEnum):
    """How loud a button is."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    SUCCESS = "success"
    DANGER = "danger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What a button, select or form asks for: a kind from the cogs' table, and short arguments."""

    kind: str
    args: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button: either an action or a link."""

    label: str = ""
    emoji: str = ""
    action: Action | None = None
    url: str = ""
    style: ButtonStyle = ButtonStyle.SECONDARY

    def __post_init__(self) -> None:
        _require(bool(self.label or self.emoji), "a button needs a label or an emoji")
        _require(bool(self.action) != bool(self.url), "a button is either an action or a link")
        _require(limits.length(self.label) <= limits.BUTTON_LABEL, f"button label too long: {self.label!r}")
        _require(len(self.url) <= limits.BUTTON_URL, "button link too long")


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One line of a select."""

    label: str
    value: str
    description: str = ""

    def __post_init__(self) -> None:
        _require(0 < limits.length(self.label) <= limits.SELECT_LABEL, f"option label: {self.label!r}")
        _require(0 < len(self.value) <= limits.SELECT_VALUE, f"option value: {self.value!r}")
        _require(len(self.description) <= limits.SELECT_DESCRIPTION, "option description too long")


@dataclass(frozen=True, slots=True, kw_only=True)
class Select:
    """A menu from which one option is picked."""

    action: Action
    options: tuple[Option, ...]
    placeholder: str = ""

    def __post_init__(self) -> None:
        _require(1 <= len(self.options) <= limits.SELECT_OPTIONS, f"{len(self.options)} options")
        _require(len({option.value for option in self.options}) == len(self.options), "options repeat")
        _require(len(self.placeholder) <= limits.SELECT_PLACEHOLDER, "placeholder too long")


@dataclass(frozen=True, slots=True, kw_only=True)
class PickChannel:
    """A menu of the server's text channels; picking none takes the choice back.

    Attributes:
        chosen: The channel that is picked already; one that is gone may not be named.
        with_forums: Forums can be picked as well.
    """

    action: Action
    placeholder: str = ""
    chosen: int | None = None
    with_forums: bool = False

    def __post_init__(self) -> None:
        _require(len(self.placeholder) <= limits.SELECT_PLACEHOLDER, "placeholder too long")


@dataclass(frozen=True, slots=True, kw_only=True)
class PickRole:
    """A menu of the server's roles; picking none takes the choice back.

    Attributes:
        chosen: The role that is picked already; one that is gone may not be named.
    """

    action: Action
    placeholder: str = ""
    chosen: int | None = None

    def __post_init__(self) -> None:
        _require(len(self.placeholder) <= limits.SELECT_PLACEHOLDER, "placeholder too long")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A block of Discord Markdown, already escaped where it came from outside."""

    markdown: str

    def __post_init__(self) -> None:
        _require(bool(self.markdown.strip()), "empty text block")


@dataclass(frozen=True, slots=True, kw_only=True)
class Divider:
    """A thin line between blocks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of up to five buttons."""

    buttons: tuple[Button, ...]

    def __post_init__(self) -> None:
        _require(1 <= len(self.buttons) <= limits.ROW_BUTTONS, f"{len(self.buttons)} buttons in a row")


Menu = Select | PickChannel | PickRole
Block = Words | Divider | Row | Menu


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file, with the same facts as text for those who cannot see it; a .png is shown as a picture."""

    name: str
    content: bytes
    description: str = ""

    def __post_init__(self) -> None:
        _require(bool(self.name), "a file needs a name")
        _require(limits.length(self.description) <= limits.ALT_TEXT, "file description too long")


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What a post belongs to: all posts of a topic stand in one thread of their channel.

    Attributes:
        key: Names the topic within its channel, for example a mail thread's number.
        name: The thread's name when it has to be started.
        tags: What a forum's post is tagged with, as far as the forum has tags of these names.
    """

    key: str
    name: str
    tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _require(bool(self.key), "a topic needs a key")
        _require(0 < limits.length(self.name) <= limits.THREAD_NAME, f"thread name: {self.name!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message.

    Attributes:
        title: The heading, as Markdown without heading marks.
        beside: A button beside the title, for what most come for; the embed style has it before all others.
        lead: A line above the card, for a mention.
        mention_users: Ids of the members this post may ping; nobody else is.
        mention_roles: Ids of the roles it may ping.
        topic: The thread it belongs to; none: the channel itself.
        edits: The outbox key of an earlier post that it takes the place of.
        replies_to: The outbox key of an earlier post that it answers.
        is_silent: Discord shows it without a notification.
        is_confidential: It is posted only where not everybody in the guild can see it.
    """

    title: str = ""
    beside: Button | None = None
    lead: str = ""
    blocks: tuple[Block, ...] = ()
    accent: Accent = Accent.PLAIN
    mention_users: tuple[int, ...] = ()
    mention_roles: tuple[int, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    topic: Topic | None = None
    edits: str = ""
    replies_to: str = ""
    is_silent: bool = False
    is_confidential: bool = False

    def __post_init__(self) -> None:
        _require(bool(self.title or self.blocks or self.attachments), "an empty post")
        _require(limits.length(self.title) <= limits.EMBED_TITLE, "title too long")
        _require(bool(self.title) or self.beside is None, "a button beside no title")
        _require(limits.length(self.lead) <= limits.CONTENT, "lead too long")
        _require(self.text_length() <= limits.MESSAGE_TEXT, f"{self.text_length()} characters of text")
        _require(self.component_count() <= limits.COMPONENTS, f"{self.component_count()} components")
        _require(self.row_count() <= limits.ACTION_ROWS, f"{self.row_count()} rows of an embed's controls")
        actions = tuple(self.actions())
        _require(len(set(actions)) == len(actions), "two controls ask the same")
        _require(len(self.attachments) <= limits.ATTACHMENTS, "too many files")
        size = sum(len(file.content) for file in self.attachments)
        _require(size <= limits.UPLOAD_BYTES, f"{size} bytes of files")
        _require(not (self.edits and self.replies_to), "a post edits or replies, not both")

    def text_length(self) -> int:
        """Count the characters that Discord counts: every text display, heading marks included."""
        words = sum(limits.length(block.markdown) for block in self.blocks if isinstance(block, Words))
        return (
            words + limits.length(self.lead) + (limits.length(self.title) + len("### ") if self.title else 0)
        )

    def component_count(self) -> int:
        """Count the components, nested ones included."""
        return (
            1
            + bool(self.lead)
            + bool(self.title)
            + 2 * bool(self.beside)
            + len(self.attachments)
            + sum(map(_components, self.blocks))
        )

    def row_count(self) -> int:
        """Count the rows that the embed fallback needs at least, its buttons closed up."""
        buttons = sum(len(block.buttons) for block in self.blocks if isinstance(block, Row))
        buttons += bool(self.beside)
        selects = sum(isinstance(block, Menu) for block in self.blocks)
        return -(-buttons // limits.ROW_BUTTONS) + selects

    def actions(self) -> Iterator[Action]:
        """Yield what its buttons and selects ask for."""
        if self.beside is not None and self.beside.action:
            yield self.beside.action
        for block in self.blocks:
            match block:
                case Row():
                    yield from (button.action for button in block.buttons if button.action)
                case Select() | PickChannel() | PickRole():
                    yield block.action
                case Words() | Divider():
                    pass


def _components(block: Block) -> int:
    match block:
        case Row():
            return 1 + len(block.buttons)
        case Select() | PickChannel() | PickRole():
            return 2
        case Words() | Divider():
            return 1


def _require(condition: bool, what: str) -> None:
    if not condition:
        raise ValueError(f"this post cannot be sent: {what}")
