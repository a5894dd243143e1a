"""Hold Discord's numbers, each under a name, and cut a line to fit one.

Discord counts characters as UTF-16 code units in some places and code points in others; `length` counts
the larger of the two, so that what fits here fits there.
"""

import unicodedata

CONTENT = 2000
MESSAGE_TEXT = 4000
"""All text of a components-v2 message together."""
COMPONENTS = 40
"""All components of a message together, nested ones too."""

EMBED_TITLE = 256
EMBED_DESCRIPTION = 4096
EMBED_FIELDS = 25
EMBED_FIELD_NAME = 256
EMBED_FIELD_VALUE = 1024
EMBED_FOOTER = 2048
EMBED_AUTHOR = 256
EMBED_TOTAL = 6000
EMBEDS = 10

ACTION_ROWS = 5
ROW_BUTTONS = 5
BUTTON_LABEL = 80
BUTTON_URL = 512
CUSTOM_ID = 100
SECTION_TEXTS = 3
GALLERY_ITEMS = 10

SELECT_OPTIONS = 25
SELECT_LABEL = 100
SELECT_VALUE = 100
SELECT_DESCRIPTION = 100
SELECT_PLACEHOLDER = 150

MODAL_TITLE = 45
MODAL_LABEL = 45
MODAL_DESCRIPTION = 100
MODAL_COMPONENTS = 5
TEXT_INPUT = 4000
TEXT_INPUT_PLACEHOLDER = 100

AUTOCOMPLETE_CHOICES = 25
CHOICE_NAME = 100
CHOICE_VALUE = 100
COMMAND_NAME = 32
COMMAND_DESCRIPTION = 100

THREAD_NAME = 100
CHANNEL_NAME = 100
CHANNEL_TOPIC = 1024
POLL_QUESTION = 300
POLL_ANSWER = 55
NONCE = 25
REASON = 512
EVENT_NAME = 100
EVENT_DESCRIPTION = 1000
EVENT_LOCATION = 100
ATTACHMENTS = 10
UPLOAD_BYTES = 10 * 2**20
"""All files of a message together, in a guild without boosts."""
ALT_TEXT = 1024

ELLIPSIS = "…"

_ZERO_WIDTH_JOINER = "\u200d"
_REGIONAL = range(0x1F1E6, 0x1F200)
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_MIN_KEPT_SHARE = 0.6


def length(text: str) -> int:
    """Count as Discord may: a character beyond the basic plane counts twice."""
    return len(text) + sum(character > "\uffff" for character in text)


def cut_line(text: str, limit: int) -> str:
    """Make one line of at most `limit` characters, with an ellipsis where something was left out.

    The cut falls between words where one ends late enough, and never inside a letter with its marks or
    an emoji made of several characters.
    """
    line = " ".join(text.split())
    if length(line) <= limit:
        return line
    if limit < 1:
        return ""
    end = fitting(line, limit - len(ELLIPSIS))
    while end > 0 and _is_joined(line, end):
        end -= 1
    space = line.rfind(" ", 0, end + 1)
    if space >= end * _MIN_KEPT_SHARE:
        end = space
    return line[:end].rstrip() + ELLIPSIS


def fitting(text: str, limit: int) -> int:
    """Return how many code points from the start of `text` are at most `limit` long together."""
    used = 0
    for index, character in enumerate(text):
        used += 1 + (character > "\uffff")
        if used > limit:
            return index
    return len(text)


def _is_joined(text: str, index: int) -> bool:
    """Tell whether the character at `index` belongs to the one before it."""
    here, before = text[index], text[index - 1]
    return (
        unicodedata.combining(here) != 0
        or unicodedata.category(here) in {"Mn", "Me", "Mc"}
        or _ZERO_WIDTH_JOINER in (here, before)
        or ord(here) in _SKIN_TONES
        or (ord(here) in _REGIONAL and ord(before) in _REGIONAL)
    )
