r"""Name what can go wrong, and who has to hear of it.

    RapporteurError
    ├── UserError        the person who asked: what is wrong, what to do
    ├── SettingsError    the operator, before the start: every problem at once
    ├── SourceError      somebody else's server or data: retry, or give up when permanent
    └── DeliveryError    Discord did not take a post

Bad data is no exception: parsers return what they could read beside a tuple of problems.
"""

import enum
from collections.abc import Sequence
from typing import ClassVar


class RapporteurError(Exception):
    """Something went wrong in Rapporteur."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class UserError(RapporteurError):
    """That did not work.

    A subclass below the catalogue of texts names its text by key; whoever raises a plain UserError gives the
    text itself.
    """

    text_key: ClassVar[str] = ""


class SettingsError(RapporteurError):
    """The settings cannot be used."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class SourceError(RapporteurError):
    """A source could not be read.

    Attributes:
        permanent: Trying again will not help until a person changes something.
        retry_after_seconds: What the server asked for, when it did.
    """

    def __init__(
        self, message: str = "", *, permanent: bool = False, retry_after_seconds: float | None = None
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after_seconds = retry_after_seconds


class DeliveryKind(enum.StrEnum):
    """What Discord did with a post."""

    PERMANENT = "permanent"
    PASSING = "passing"
    POISON = "poison"


class DeliveryError(RapporteurError):
    """Discord did not take the post."""

    def __init__(self, message: str = "", *, kind: DeliveryKind) -> None:
        super().__init__(message)
        self.kind = kind
