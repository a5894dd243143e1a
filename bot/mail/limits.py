"""Name the bounds that all who handle mail share."""

from typing import Final

MAX_MAIL_BYTES: Final = 10_000_000
"""What is read of one mail; the rest is cut off."""
