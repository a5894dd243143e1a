"""Name the bounds that all who handle mail share."""

from typing import Final

MAX_MAIL_BYTES: Final = 10_000_000
"""What is read of one mail; the rest is cut off."""

MOST_IN_THREAD: Final = 1_000
"""How many mails of a thread are shown: of a longer one the newest."""

MOST_IN_OVERVIEW: Final = 8_000
"""How many characters of each of them are read: a page shows less of a mail."""
