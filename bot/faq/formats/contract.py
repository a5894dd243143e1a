"""Say what a FAQ format is, so that adding one is a file, a line in the registry and a folder of fixtures.

What a parser owes the extractor beside the blocks of bot.faq.document:

* It never raises and needs linear time on any text; what it cannot read becomes plain text.
* A soft line break inside a paragraph stays as a newline inside `Text`: "Q:" and "A:" lines are found by it.
  A forced line break is a `Break`.
* Links are resolved against `base_url`; without one they stay as the page has them. A link to another
  place of the same page is `Link(url="#fragment")` whatever the base is.
* Front matter, macros and other furniture are gone, what `Include` stands for is named, rules are `Rule`.
* `line` counts from 1 in the text as given.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bot.faq.document import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One syntax that FAQ pages are written in.

    Attributes:
        name: What an operator writes in `format = "…"`; lower case.
        label: What people call it.
        extensions: File name endings with their dot, lower case, that are this format's own.
        media_types: Media types that are this format's own; text/plain is nobody's.
        hints: Parts of an address that give the software behind it away, lower case.
        looks_like: How much a text's beginning looks like this format, 0 to 1: 0.5 is "some of its marks,
            though they could be chance", 0.9 is "no other format writes this".
        parse: Turn (text, base address or "") into a Document.
    """

    name: str
    label: str
    extensions: tuple[str, ...] = ()
    media_types: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    looks_like: Callable[[str], float]
    parse: Callable[[str, str], Document]
