"""Take a token out of what was pasted for one: quotes, or the word before it, are easily copied along."""

import re

_AROUND = "\"'`<>"
_BEFORE = re.compile(r"(?:DISCORD_TOKEN\s*=|Authorization:|Bot(?=\s))\s*", re.IGNORECASE)


def token_in(pasted: str) -> str:
    """Return what was pasted without what stands around a token; whatever else it is stays as it is."""
    text = pasted.strip()
    while True:
        bare = _BEFORE.sub("", text, count=1) if _BEFORE.match(text) else text
        bare = bare.strip().strip(_AROUND).strip()
        if bare == text:
            return text
        text = bare
