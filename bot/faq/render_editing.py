"""Draw the editor's side of the FAQ: forms, gaps, learned phrasings, pages and their problems."""

from collections.abc import Collection, Sequence

from bot.delivery.form import Field, Form
from bot.delivery.post import (
    Accent,
    Action,
    Attachment,
    Block,
    Button,
    ButtonStyle,
    Divider,
    Option,
    Post,
    Row,
    Select,
    Words,
)
from bot.faq.addresses import page_address, public_link
from bot.faq.gaps import Gap
from bot.faq.models import AliasState, Entry, LearnedAlias, Page, PageKind, Severity
from bot.faq.render import escaped_line, plain_line
from bot.text import limits
from bot.text.catalogue import Texts
from bot.text.markdown import inert, link
from bot.text.moves import tell_move
from bot.text.times import timestamp

QUESTION_LENGTH = 250
ANSWER_LENGTH = 3500
_ALIASES_LENGTH = 1000
# With the row that turns pages, five rows: the embed fallback holds no more, and keeps them in order.
_GAPS_SHOWN = 4
_ALIASES_SHOWN = 4
_PROBLEMS_SHOWN = 10
_SEVERITIES = {
    Severity.ERROR: "faq.report_error",
    Severity.WARNING: "faq.report_warning",
    Severity.INFO: "faq.report_info",
}
_MARKS = {Severity.ERROR: "❌", Severity.WARNING: "⚠️", Severity.INFO: "\N{INFORMATION SOURCE}\ufe0f"}


def entry_form(
    texts: Texts, action: Action, *, question: str = "", answer: str = "", aliases: Sequence[str] = ()
) -> Form:
    """Ask for a question, its answer and other ways to ask it, prefilled with what is known."""
    return Form(
        title=texts("faq.form_change" if action.kind == "faq.save" else "faq.form_add"),
        action=action,
        fields=(
            Field(
                name="question",
                label=texts("faq.form_question"),
                value=limits.cut_line(inert(question), QUESTION_LENGTH),
                max_length=QUESTION_LENGTH,
            ),
            Field(
                name="answer",
                label=texts("faq.form_answer"),
                description=texts("faq.form_answer_hint"),
                value=answer[:ANSWER_LENGTH],
                is_long=True,
                max_length=ANSWER_LENGTH,
            ),
            Field(
                name="aliases",
                label=texts("faq.form_aliases"),
                description=texts("faq.form_aliases_hint"),
                value="\n".join(aliases)[:_ALIASES_LENGTH],
                is_long=True,
                is_required=False,
                max_length=_ALIASES_LENGTH,
            ),
        ),
    )


def render_gaps(texts: Texts, gaps: Sequence[Gap], *, start: int = 0) -> Post:
    """List what was asked and not answered, with what an editor can do about each."""
    if not gaps:
        return _plain(texts("faq.gaps_none_title"), texts("faq.gaps_none"))
    blocks: list[Block] = []
    for gap in gaps[start : start + _GAPS_SHOWN]:
        question = escaped_line(gap.phrasing, 200)
        words = texts.count(
            "faq.gap", gap.count, question=question, date=timestamp(gap.questions[0].last_at, "R")
        )
        if len(gap.questions) > 1:
            others = "; ".join(escaped_line(q.phrasing, 60) for q in gap.questions[1:4])
            words += f"\n-# {texts('faq.gap_also', questions=others)}"
        blocks += [Words(markdown=words), _gap_buttons(texts, gap)]
    if len(gaps) > _GAPS_SHOWN:
        blocks.append(_turn(texts, "faq.gaps_turn", len(gaps), start, _GAPS_SHOWN))
    return Post(title=texts.count("faq.gaps_title", len(gaps)), blocks=tuple(blocks))


def render_same_as(texts: Texts, gap: Gap, entries: Sequence[Entry]) -> Post:
    """Ask which entry a gap means."""
    options = tuple(
        Option(label=plain_line(entry.question, limits.SELECT_LABEL), value=entry.id)
        for entry in entries[: limits.SELECT_OPTIONS]
    )
    question = escaped_line(gap.phrasing, 200)
    return Post(
        title=texts("faq.same_as_title"),
        blocks=(
            Words(markdown=texts("faq.same_as_text", question=question)),
            Select(
                action=Action(kind="faq.gap_same", args=(gap.key,)),
                options=options,
                placeholder=texts("faq.same_as_pick"),
            ),
        ),
    )


def render_aliases(
    texts: Texts,
    aliases: Sequence[LearnedAlias],
    questions: dict[str, str],
    *,
    declared: Collection[tuple[str, str]] = (),
    start: int = 0,
) -> Post:
    """List the phrasings learned from use, each with Confirm and Revoke; but what community.toml declares."""
    if not aliases:
        return _plain(texts("faq.aliases_none_title"), texts("faq.aliases_none"))
    blocks: list[Block] = []
    for alias in aliases[start : start + _ALIASES_SHOWN]:
        about = (alias.query_key, alias.entry_id)
        key = "faq.alias_active" if alias.state is AliasState.ACTIVE else "faq.alias_candidate"
        told = texts.count(
            key,
            max(1, alias.people),
            phrasing=escaped_line(alias.phrasing, 150),
            question=escaped_line(questions.get(alias.entry_id, "?"), 150),
        )
        if about in declared:
            blocks.append(Words(markdown=f"{told}\n-# {texts('settings.declared')}"))
            continue
        blocks.append(Words(markdown=told))
        revoke = Button(
            label=texts("faq.alias_revoke"),
            style=ButtonStyle.DANGER,
            action=Action(kind="faq.alias_revoke", args=about),
        )
        confirm = Button(
            label=texts("faq.alias_confirm"), action=Action(kind="faq.alias_confirm", args=about)
        )
        blocks.append(Row(buttons=(revoke,) if alias.state is AliasState.ACTIVE else (confirm, revoke)))
    if len(aliases) > _ALIASES_SHOWN:
        blocks.append(_turn(texts, "faq.aliases_turn", len(aliases), start, _ALIASES_SHOWN))
    return Post(title=texts("faq.aliases_title"), blocks=tuple(blocks))


def render_loaded(texts: Texts, page: Page, entries: Sequence[Entry], *, is_new: bool) -> Post:
    """Say what a first look at a page found, and what to mend on it."""
    questions = "\n".join(f"- {escaped_line(entry.question, 120)}" for entry in entries[:8])
    if len(entries) > 8:
        questions += f"\n-# {texts.count('faq.and_more', len(entries) - 8)}"
    found = texts.count(
        "faq.source_found",
        len(entries),
        format=page.found_format,
        marker=texts(f"faq.marker_{page.found_marker}"),
    )
    blocks: list[Block] = [Words(markdown=found), Words(markdown=questions)]
    if page.problems:
        blocks += [Divider(), Words(markdown=_problem_lines(texts, page))]
    next_step = "faq.source_next" if page.kind is not PageKind.UPLOAD else "faq.source_next_upload"
    blocks.append(Words(markdown=f"-# {texts(next_step if is_new else 'faq.source_refreshed')}"))
    title = texts("faq.source_added" if is_new else "faq.source_changed", title=page_name(texts, page))
    return Post(title=title, blocks=tuple(blocks), accent=Accent.ANSWER)


def render_pages(texts: Texts, pages: Sequence[Page], counts: dict[int, int]) -> Post:
    """List the pages followed and how each fares."""
    if not pages:
        return _plain(texts("faq.sources_none_title"), texts("faq.sources_none"))
    blocks: list[Block] = []
    for page in pages[:20]:
        lines = [
            f"**{page_name(texts, page)}**"
            + (f" · {link(texts('faq.open_page'), page.link)}" if page.link else "")
        ]
        facts = [texts.count("faq.source_questions", counts.get(page.id, 0))]
        if page.loaded_at:
            facts.append(texts("faq.source_loaded", date=timestamp(page.loaded_at, "R")))
        if page.is_declared:
            facts.append(texts("faq.source_declared"))
        lines.append("-# " + " · ".join(facts))
        if page.error:
            lines.append(_failing(texts, page))
        if page.move is not None:
            lines += filter(None, [tell_move(texts, page_address(page.location).fetch, page.move)])
        blocks.append(Words(markdown="\n".join(lines)))
    has_error = any(page.error for page in pages)
    return Post(
        title=texts("faq.sources_title"),
        blocks=_fitting(blocks),
        accent=Accent.PROBLEM if has_error else Accent.PLAIN,
    )


def render_refreshed(texts: Texts, page: Page, *, count: int, is_changed: bool, is_held: bool) -> Post:
    """Say how a look at a page ended."""
    name = page_name(texts, page)
    if page.error:
        error = escaped_line(texts.noted(page.error), 400)
        blocks: tuple[Block, ...] = (Words(markdown=texts.count("faq.refresh_kept", count, error=error)),)
        if is_held:
            take = Button(
                label=texts("faq.refresh_take"), action=Action(kind="faq.take", args=(str(page.id),))
            )
            blocks = (*blocks, Words(markdown=texts("faq.refresh_held")), Row(buttons=(take,)))
        return Post(title=texts("faq.refresh_failed", title=name), blocks=blocks, accent=Accent.PROBLEM)
    key = "faq.refresh_changed" if is_changed else "faq.refresh_same"
    return Post(title=name, blocks=(Words(markdown=texts.count(key, count)),), accent=Accent.ANSWER)


def render_check(texts: Texts, pages: Sequence[Page], report: str, *, questions: int) -> Post:
    """Show the problems of every page, and the entries as parsed in a file beside it."""
    if not pages and not questions:
        return _plain(texts("faq.sources_none_title"), texts("faq.sources_none"))
    blocks: list[Block] = []
    for page in pages[:15]:
        head = f"**{page_name(texts, page)}**"
        if page.error:
            head += "\n" + _failing(texts, page)
        blocks.append(Words(markdown=f"{head}\n{_problem_lines(texts, page)}"))
    attachment = Attachment(
        name="faq-entries.txt",
        content=report.encode("utf-8", "replace"),
        description=texts("faq.check_file", count=questions),
    )
    return Post(
        title=texts.count("faq.check_title", questions), blocks=_fitting(blocks), attachments=(attachment,)
    )


def _failing(texts: Texts, page: Page) -> str:
    key = "faq.source_failing" if page.loaded_at else "faq.source_unread"
    return texts(key, error=escaped_line(texts.noted(page.error), 300))


def check_report(texts: Texts, pages: Sequence[Page], entries: Sequence[Entry]) -> str:
    """Write the entries as parsed, with line numbers, as plain text."""
    lines: list[str] = []
    for page in pages:
        lines += [
            f"# {page_label(page)} ({page.found_format}, {page.found_marker})",
            "",
        ]
        for problem in page.problems:
            where = texts("faq.check_line", line=problem.line) if problem.line else ""
            how = texts(_SEVERITIES[problem.severity])
            lines.append(f"{where}{how}: {texts.noted(problem.what)}")
        lines += [
            text for entry in entries if entry.page_id == page.id for text in _entry_lines(texts, entry)
        ]
    made = [entry for entry in entries if entry.page_id == 0]
    if made:
        lines += [f"# {texts('faq.report_made')}", ""]
        lines += [text for entry in made for text in _entry_lines(texts, entry)]
    return "\n".join(lines) + "\n"


def page_label(page: Page) -> str:
    """Return how a page is called, for places without Markdown: its title, or where it is, without https://."""
    return inert(page.title) or inert(public_link(page.location)).removeprefix("https://").removeprefix(
        "http://"
    )


def page_name(texts: Texts, page: Page) -> str:
    """Return how a page is called, safe inside a text."""
    return escaped_line(page_label(page) or texts("faq.page_untitled"), 120)


def _entry_lines(texts: Texts, entry: Entry) -> list[str]:
    head = f"[{entry.line or '-'}] {entry.question}"
    aliases = [f"    {texts('faq.report_also', alias=alias)}" for alias in entry.aliases]
    section = [f"    {texts('faq.report_section', section=entry.section)}"] if entry.section else []
    return [head, *section, *aliases, *(f"    {line}" for line in entry.answer.splitlines()), ""]


def _problem_lines(texts: Texts, page: Page) -> str:
    if not page.problems:
        return texts("faq.check_clean")
    lines = []
    for problem in page.problems[:_PROBLEMS_SHOWN]:
        what = escaped_line(texts.noted(problem.what), 200)
        where = texts("faq.check_line", line=problem.line) if problem.line else ""
        lines.append(f"{_MARKS[problem.severity]} {where}{what}")
    if len(page.problems) > _PROBLEMS_SHOWN:
        lines.append(f"-# {texts.count('faq.and_more', len(page.problems) - _PROBLEMS_SHOWN)}")
    return "\n".join(lines)


def _gap_buttons(texts: Texts, gap: Gap) -> Row:
    def button(label: str, kind: str, style: ButtonStyle = ButtonStyle.SECONDARY) -> Button:
        return Button(label=texts(label), action=Action(kind=kind, args=(gap.key,)), style=style)

    return Row(
        buttons=(
            button("faq.gap_draft", "faq.gap_draft", ButtonStyle.PRIMARY),
            button("faq.gap_same", "faq.gap_which"),
            button("faq.gap_dismiss", "faq.gap_dismiss"),
        )
    )


def _turn(texts: Texts, kind: str, total: int, start: int, step: int) -> Row:
    buttons = []
    if start > 0:
        buttons.append(
            Button(label=texts("page.back"), action=Action(kind=kind, args=(str(max(0, start - step)),)))
        )
    if start + step < total:
        buttons.append(Button(label=texts("page.next"), action=Action(kind=kind, args=(str(start + step),))))
    return Row(buttons=tuple(buttons))


def _fitting(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Keep as many blocks as a message holds."""
    kept: list[Block] = []
    room = limits.MESSAGE_TEXT - 300
    for block in blocks:
        room -= limits.length(block.markdown) if isinstance(block, Words) else 0
        if room < 0:
            break
        kept.append(block)
    return tuple(kept)


def _plain(title: str, text: str) -> Post:
    return Post(title=title, blocks=(Words(markdown=text),))
