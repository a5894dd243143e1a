"""Check the filters that community.toml declares: whether a pattern can be used, its form does not say."""

from collections.abc import Iterable

from bot.mail.choosing import ANYTHING
from bot.mail.filter_rules import Refusal, read_rules
from bot.mail.filters import Field
from bot.mail.render_choices import refusal_text
from bot.operations.advice import finding_of
from bot.operations.findings import Finding
from bot.text.catalogue import load_texts
from config.community import Community
from config.sections.lists import DeclaredList

_FIELDS = {"authors": Field.AUTHOR, "subjects": Field.SUBJECT, "tags": Field.TAG}


def check_lists(community: Community) -> tuple[Finding, ...]:
    """Return what is wrong with each filter."""
    return tuple(
        finding for guild in community.guilds for declared in guild.lists for finding in _check(declared)
    )


def _check(declared: DeclaredList) -> Iterable[Finding]:
    for name, field in _FIELDS.items():
        text = getattr(declared, name)
        if text.strip() in {"", ANYTHING}:
            continue
        read = read_rules(field, text, hash_author=lambda author: author)
        if isinstance(read, Refusal):
            said = " ".join(refusal_text(load_texts("en"), read).split())
            yield finding_of(f"{name}: {said}", where=f"community.toml:{declared.line}")
