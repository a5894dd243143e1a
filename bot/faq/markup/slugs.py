"""Make the fragments that lead to headings, as the renderers of Markdown do."""

import re
from collections import Counter

# GitHub keeps letters, digits, hyphens and underscores of any script, and makes each space a hyphen.
_DROPPED = re.compile(r"[^\w\- ]")
_MAX_LENGTH = 300


class Slugs:
    """The fragments of one page, each given once."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def make(self, heading: str) -> str:
        """Return the fragment of the next heading with this text; the second of a name gets "-1"."""
        slug = _DROPPED.sub("", heading.strip()[:_MAX_LENGTH].lower()).replace(" ", "-")
        count = self._counts[slug]
        self._counts[slug] += 1
        return f"{slug}-{count}" if count else slug
