"""Choose a mail's text among its parts, and name the rest as attachments."""

from dataclasses import dataclass, field
from typing import Final

from bot.mail.mime.charsets import decode_text
from bot.mail.mime.flowed import unflow
from bot.mail.mime.parts import Part
from bot.mail.models import Attachment, Problem

MAX_BODY: Final = 250_000
"""Characters; ten times what a person writes, and enough for the largest patch that is worth showing."""
MAX_ATTACHMENTS: Final = 100

_MARKUP: Final = frozenset({"text/html", "text/enriched", "text/richtext", "application/xhtml+xml"})
_READABLE: Final = frozenset({"text/plain", "text/markdown", "text/x-markdown"}) | _MARKUP
_PATCHES: Final = frozenset({"text/x-patch", "text/x-diff", "text/patch", "text/diff"})
_PATCH_NAMES: Final = (".patch", ".diff")
_CALENDARS: Final = frozenset({"text/calendar", "application/ics"})
_SEALED: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})


@dataclass(slots=True)
class Content:
    """What a mail holds, as it is gathered."""

    texts: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    is_html: bool = False
    is_sealed: bool = False
    is_patch: bool = False
    has_calendar: bool = False

    def body(self) -> str:
        """Return the whole text, bounded."""
        text = "\n".join(text for text in self.texts if text.strip()).strip("\n")
        if len(text) > MAX_BODY:
            self.problems.append(Problem(where="body", what="it is longer than is kept; its end is left out"))
            text = text[:MAX_BODY]
        return text


def read_content(root: Part, label: str = "") -> Content:
    """Return the text and the attachments of a mail.

    Args:
        root: Its structure.
        label: The charset that the mail declares as a whole, for parts that declare none.
    """
    content = Content()
    _Gatherer(content, label).gather(root, is_root=True)
    return content


class _Gatherer:
    """One walk over a mail's parts, in their order."""

    def __init__(self, content: Content, label: str) -> None:
        self._content = content
        self._label = label
        self._number = 0

    def gather(self, part: Part, *, is_root: bool = False, wants_text: bool = True) -> None:
        """Take what a part holds; where text is not wanted, its attachments alone."""
        if part.children or part.media_type.startswith("multipart/"):
            self._gather_container(part, wants_text=wants_text)
            return
        self._number += 1
        if self._is_text(part, is_root=is_root):
            if wants_text:
                self._add_text(part)
            return
        self._add_attachment(part)

    def _gather_container(self, part: Part, *, wants_text: bool) -> None:
        if part.media_type == "multipart/alternative" and wants_text:
            self._choose(part)
            return
        self._content.is_sealed = self._content.is_sealed or part.media_type == "multipart/encrypted"
        for child in part.children:
            self.gather(child, wants_text=wants_text)

    def _choose(self, part: Part) -> None:
        """Take the text of one alternative: the plain one, unless it is empty; of all, the attachments."""
        before = len(self._content.texts)
        wants_text = True
        for child in sorted(part.children, key=_plainness):
            self.gather(child, wants_text=wants_text)
            wants_text = not any(text.strip() for text in self._content.texts[before:])

    def _is_text(self, part: Part, *, is_root: bool) -> bool:
        if is_root and part.media_type.startswith("text/") and part.media_type not in _CALENDARS:
            return True
        if part.media_type not in _READABLE or part.disposition == "attachment":
            return False
        # Mailers show a named text as an attachment, unless it is all there is.
        return not part.name or not self._content.texts

    def _add_text(self, part: Part) -> None:
        content = part.read()[: MAX_BODY * 4]
        text, is_as_declared = decode_text(content, part.parameters.get("charset", "") or self._label)
        if not is_as_declared:
            self._note("its charset label does not fit; it is read as what it looks like")
        if part.media_type in _MARKUP:
            # With the first HTML mail alone: to import its reader takes 20 ms of a new process.
            from bot.mail.mime.hypertext import write_text  # noqa: PLC0415 (see the line above)

            text, is_cut = write_text(text)
            self._content.is_html = True
            if is_cut:
                self._note("its HTML is longer than is read; its end is left out")
        elif part.parameters.get("format", "").lower() == "flowed":
            text = unflow(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")
        self._content.is_patch = self._content.is_patch or holds_patch(text)
        self._content.texts.append(text)

    def _add_attachment(self, part: Part) -> None:
        content = self._content
        media_type = part.media_type
        content.has_calendar = content.has_calendar or media_type in _CALENDARS
        content.is_patch = (
            content.is_patch or media_type in _PATCHES or part.name.lower().endswith(_PATCH_NAMES)
        )
        if media_type in _SEALED and part.parameters.get("smime-type", "") != "signed-data":
            content.is_sealed = True
        if len(content.attachments) < MAX_ATTACHMENTS:
            content.attachments.append(Attachment(name=part.name, size=part.size, media_type=media_type))

    def _note(self, what: str) -> None:
        self._content.problems.append(Problem(where=f"part {self._number}", what=what))


def _plainness(part: Part) -> int:
    """Order alternatives: plain text, then HTML, then what holds either; calendars are no text."""
    if part.media_type == "text/plain":
        return 0
    return 2 if part.children else 1


def holds_patch(text: str) -> bool:
    """Tell whether a text holds a patch in the unified format."""
    # Looking for one letter is looking at the speed of memory; the logs of builds are long and have none.
    return "@" in text and "\n@@ -" in text and ("\n+++ " in text or "\ndiff --git " in text)
