"""Draw what `/config` shows: the file, what it would change, what became of that."""

from collections.abc import Iterable, Sequence

from bot.delivery.post import Accent, Action, Attachment, Button, ButtonStyle, Post, Row, Words
from bot.operations.config_import import Failure, Outcome
from bot.operations.config_plan import Plan, Refusal
from bot.operations.guild_config import GuildConfig
from bot.text import limits
from bot.text.catalogue import Texts
from bot.text.markdown import escape, inert
from config.community import FILE_NAME
from config.diff import Change, Turn
from config.writing import write_guild

_SHOWN = 15
_LINE = 160
_MARKS = {Turn.ADDED: "➕", Turn.CHANGED: "✏️", Turn.REMOVED: "➖"}


def render_export(texts: Texts, config: GuildConfig) -> Post:
    """Draw a guild's settings, as a file."""
    content = write_guild(config.shown(), notes=config.notes).encode("utf-8", "replace")
    words = [texts("config.exported"), *(f"- {escape(inert(note))}" for note in config.notes)]
    return Post(
        title=texts("config.export_title"),
        blocks=(Words(markdown="\n".join(words)),),
        attachments=(Attachment(name=FILE_NAME, content=content),),
    )


def render_problems(texts: Texts, problems: Sequence[str]) -> Post:
    """Draw what is wrong with a file that cannot be read."""
    return Post(
        title=texts.count("config.problems_title", len(problems)),
        blocks=(Words(markdown=_listed(texts, [_short(problem) for problem in problems])),),
        accent=Accent.PROBLEM,
    )


def render_plan(texts: Texts, plan: Plan, token: str) -> Post:
    """Draw what a file would change, and the button that has it done."""
    blocks: list[Words | Row] = []
    if plan.changes:
        lines = [f"{_MARKS[change.turn]} {_what(change)}" for change in plan.changes]
        blocks.append(Words(markdown=_listed(texts, lines)))
    else:
        blocks.append(Words(markdown=texts("config.nothing")))
    blocks += _not_done(texts, _refused(texts, plan.refusals))
    if plan.stays:
        blocks.append(Words(markdown=texts.count("config.stays", plan.stays)))
    if plan.changes:
        take = Action(kind="config.take", args=(token,))
        label = texts.count("config.take", len(plan.changes))
        blocks.append(Row(buttons=(Button(label=label, action=take, style=ButtonStyle.SUCCESS),)))
    return Post(title=texts("config.import_title"), blocks=tuple(blocks))


def render_outcome(texts: Texts, outcome: Outcome) -> Post:
    """Draw what became of it."""
    failed = [*_refused(texts, outcome.plan.refusals), *map(_failure, outcome.failures)]
    return Post(
        title=texts.count("config.done", len(outcome.done)),
        blocks=(
            *(
                (Words(markdown=_listed(texts, [_what(each) for each in outcome.done])),)
                if outcome.done
                else ()
            ),
            *_not_done(texts, failed),
        ),
        accent=Accent.PROBLEM if outcome.failures else Accent.ANSWER,
    )


def _not_done(texts: Texts, lines: Sequence[str]) -> Iterable[Words]:
    if lines:
        yield Words(markdown=f"{texts('config.not_done')}\n{_listed(texts, lines)}")


def _refused(texts: Texts, refusals: Iterable[Refusal]) -> list[str]:
    return [f"{_named(each.section, each.name)}: {texts(each.why)}" for each in refusals]


def _failure(failure: Failure) -> str:
    return f"{_what(failure.change)}: {_short(failure.why)}"


def _what(change: Change) -> str:
    return _named(change.section, change.name)


def _named(section: str, name: str) -> str:
    """Name something as the file does: people compare the two."""
    return f"`{section}` {_short(name)}" if name else f"`{section}`"


def _short(text: str) -> str:
    return escape(inert(limits.cut_line(text, _LINE)))


def _listed(texts: Texts, lines: Sequence[str]) -> str:
    shown = [f"- {line}" for line in lines[:_SHOWN]]
    if len(lines) > _SHOWN:
        shown.append(texts.count("config.more", len(lines) - _SHOWN))
    return "\n".join(shown)
