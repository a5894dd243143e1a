"""Say that community.toml, as it was changed, cannot be used, and what to do."""

from collections.abc import Sequence

from bot.faq.render import escaped_line
from bot.operations.health import Condition, Health, Part
from bot.text.catalogue import Texts

_SHOWN = 3
_LENGTH = 200


def community_health(texts: Texts, problems: Sequence[str], *, is_shared: bool) -> tuple[Health, ...]:
    """Return what is wrong with the file; nothing while it is in force."""
    if not problems:
        return ()
    words = _words(texts, problems, is_shared=is_shared)
    name = texts("status.community")
    return (Health(part=Part.COMMUNITY, name=name, condition=Condition.BROKEN, words=words),)


def community_notice(texts: Texts, problems: Sequence[str], *, is_shared: bool) -> str:
    """Tell the admins of it."""
    return f"⚠️ **{texts('status.community')}** {_words(texts, problems, is_shared=is_shared)}"


def _words(texts: Texts, problems: Sequence[str], *, is_shared: bool) -> str:
    """Say it; where the file is of several guilds, not what it says, which may be of another one."""
    words = [texts.count("status.community_broken", len(problems))]
    if not is_shared:
        words += [escaped_line(problem, _LENGTH) for problem in problems[:_SHOWN]]
    return " ".join([*words, texts("status.community_advice")])
