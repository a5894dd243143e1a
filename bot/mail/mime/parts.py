"""Describe the parts of a mail, and bound how many of them are read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.mail.mime.parameters import decode_name, parse_parameters, parse_type
from bot.mail.mime.transfer import normalise_encoding

MAX_DEPTH: Final = 50
MAX_PARTS: Final = 500
TEXT: Final = "text/plain"
MAIL: Final = frozenset({"message/rfc822", "message/global", "message/news"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a mail: a leaf with content, or a container with parts inside.

    Attributes:
        media_type: In lower case.
        parameters: Of Content-Type, the names in lower case.
        disposition: "inline", "attachment", another word, or "" when the part does not say.
        name: The file name it gives, decoded; of a mail inside, else its subject; "" else.
        size: The bytes of its content, estimated where only decoding would tell.
        read: Returns the content of a leaf.
        children: The parts inside; a mail inside a mail is not looked into.
    """

    media_type: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    disposition: str = ""
    name: str = ""
    size: int = 0
    read: Callable[[], bytes] = bytes
    children: tuple["Part", ...] = ()


@dataclass(slots=True)
class Allowance:
    """How many parts of one mail may still be read, and whether that was too few."""

    left: int = MAX_PARTS
    is_exceeded: bool = False

    def take(self, depth: int) -> bool:
        """Return whether one more part, so deep inside, may be read."""
        if depth > MAX_DEPTH or self.left <= 0:
            self.is_exceeded = True
            return False
        self.left -= 1
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What the headers of a part say about it."""

    media_type: str
    parameters: Mapping[str, str]
    disposition: str
    name: str
    encoding: str

    def size(self, encoded: int) -> int:
        """Estimate the bytes of the content from those it takes in the mail."""
        # Base64 writes 57 bytes as a line of 76 characters and its end.
        return encoded * 57 // 77 if self.encoding == "base64" else encoded


def describe(content_type: str, disposition: str, encoding: str, *, default: str = TEXT) -> Description:
    """Read a part's headers.

    Args:
        content_type: Its Content-Type; "" when it has none.
        disposition: Its Content-Disposition, likewise.
        encoding: Its Content-Transfer-Encoding, likewise.
        default: The media type of a part that gives none.
    """
    media_type, parameters = parse_type(content_type) if content_type else ("", {})
    name = parameters.get("name", "")
    word = ""
    if disposition:
        word = disposition.partition(";")[0].strip().lower()
        name = parse_parameters(disposition).get("filename", "") or name
    return Description(
        media_type=media_type or default,
        parameters=parameters,
        disposition=word,
        name=decode_name(name) if name else "",
        encoding=normalise_encoding(encoding),
    )
