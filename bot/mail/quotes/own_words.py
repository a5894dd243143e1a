"""Return a mail's own words: the one function that the rest of the program calls.

Every line gets a kind (a quote, an attribution, a signature …); then it is decided over the kinds what goes.
Answers between quotes stay. Time is linear in the text, whatever it holds, and what is read is bounded.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.mail.quotes.attributions import mark_attributions
from bot.mail.quotes.decide import answered_quotes, cut_unmarked, is_citation, is_passed_on, mark_bars
from bot.mail.quotes.disclaimers import mark_disclaimers
from bot.mail.quotes.footers import mark_footers
from bot.mail.quotes.headers import mark_headers
from bot.mail.quotes.notes import mark_notes
from bot.mail.quotes.overlap import mark_unmarked
from bot.mail.quotes.page import CUT, OWN, PATCH, QUOTE, STAYS, UNMARKED, Page, outliner, read_page
from bot.mail.quotes.parents import Parents, Shelf
from bot.mail.quotes.patches import PatchSummary, mark_patch
from bot.mail.quotes.signatures import mark_devices, mark_end_rules, mark_name_behind_dash, mark_signatures
from bot.mail.quotes.telltales import PHRASES
from bot.mail.quotes.writing import write_all_quoted, write_lines
from bot.pickling import quick_to_pickle

_QUOTED = frozenset({QUOTE, UNMARKED, CUT})
_OWN = outliner(OWN)


@quick_to_pickle
@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWords:
    """What the author of a mail wrote.

    Attributes:
        text: The author's words. Of a patch its message and, as the last line, "3 files, +10 -2". Where all
            is quoted, the quoted text without attributions, so that it is never empty without a reason.
        in_context: The same with the quoted lines that the author answers between, marks and all; it equals
            `text` where nothing is answered so.
        is_all_quoted: The author added nothing to a quote or to a mail passed on.
        patch: What the mail's patch changes; None where it has none.
        is_cut: The mail is longer than what is read; the rest was left out.
    """

    text: str
    in_context: str
    is_all_quoted: bool
    patch: PatchSummary | None
    is_cut: bool


def own_words(
    text: str, *, parent_texts: Iterable[str] = (), is_reply: bool = False, shelf: Shelf | None = None
) -> OwnWords:
    """Return the words of a mail's author.

    Args:
        text: The mail's body as plain text.
        parent_texts: The whole bodies of the mails that this one answers, the nearest first, as far as they
            are at hand. With them quotes are found that bear no mark.
        is_reply: The mail says that it is one (Email.is_reply, in_reply_to): else a few marked lines that
            nothing attributes are the author's citation, and stay.
        shelf: Where many mails are read: keeps what those that are answered say.
    """
    page = read_page(text)
    page.read_low(PHRASES)
    patch = mark_patch(page)
    if PATCH in page.kinds:
        page.read_low(PHRASES)  # without it
    parents = Parents(parent_texts, shelf)
    mark_notes(page)
    mark_footers(page)
    mark_headers(page)
    attributions = mark_attributions(page)
    mark_bars(page, attributions)
    mark_devices(page)
    mark_signatures(page)
    if parents and patch is None:  # a patch sent again says what its first version said
        mark_unmarked(page, parents)
    cut_unmarked(page, attributions, parents)
    mark_disclaimers(page)
    mark_name_behind_dash(page)
    mark_end_rules(page)
    return _write(page, patch, is_reply=is_reply or bool(parents))


def _write(page: Page, patch: PatchSummary | None, *, is_reply: bool) -> OwnWords:
    own = page.outline(_OWN)
    is_all_quoted = False
    if STAYS in own:
        in_context = answered_quotes(page, own)
        if not is_reply and is_citation(page):
            own = in_context
        text = write_lines(page, own)
        context = text if in_context == own else write_lines(page, in_context)
        is_all_quoted = is_passed_on(page)
    elif patch is None and not _QUOTED.isdisjoint(page.kinds):
        text = context = write_all_quoted(page)
        is_all_quoted = True
    else:
        text = context = ""
    if patch is not None:
        text, context = (f"{each}\n\n{patch.text}".lstrip("\n") for each in (text, context))
    return OwnWords(
        text=text, in_context=context, is_all_quoted=is_all_quoted, patch=patch, is_cut=page.is_cut
    )
