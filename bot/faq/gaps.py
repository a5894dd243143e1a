"""Merge unanswered questions that mean the same, so that editors see a dozen gaps, not a hundred wordings."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.faq.models import Unanswered

_SAME = 0.55
# Merging compares each question with each gap found so far; this bounds it.
_LOOKED_AT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Questions of one meaning, most asked first."""

    questions: tuple[Unanswered, ...]

    @property
    def key(self) -> str:
        """The key of the most asked wording, which names the gap."""
        return self.questions[0].query_key

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of all wordings."""
        return tuple(question.query_key for question in self.questions)

    @property
    def phrasing(self) -> str:
        """The most asked wording."""
        return self.questions[0].phrasing

    @property
    def count(self) -> int:
        """How often it was asked in all."""
        return sum(question.count for question in self.questions)


def merge_similar(
    questions: Iterable[Unanswered], similarity: Callable[[str, str], float]
) -> tuple[Gap, ...]:
    """Group questions around the most asked ones; most asked gap first, then the latest."""
    groups: list[list[Unanswered]] = []
    for question in sorted(questions, key=_weight)[:_LOOKED_AT]:
        for group in groups:
            if similarity(question.phrasing, group[0].phrasing) >= _SAME:
                group.append(question)
                break
        else:
            groups.append([question])
    gaps = [Gap(questions=tuple(group)) for group in groups]
    return tuple(sorted(gaps, key=lambda gap: (-gap.count, gap.phrasing)))


def _weight(question: Unanswered) -> tuple[int, float, str]:
    return (-question.count, -question.last_at.timestamp(), question.query_key)
