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
    """The settings cannot be used.

    Attributes:
        may_pass: Nothing that is set need be wrong: a start in a while may work.
    """

    def __init__(self, problems: Sequence[str], *, may_pass: bool = False) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)
        self.may_pass = may_pass


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
    """Why Discord did not take a post, which decides what is done about it."""

    PERMANENT = "permanent"
    """The channel is gone or closed to us: nothing can be posted there until a person changes that."""
    PASSING = "passing"
    """Discord, or the way to it, is out of order: the same will work later."""
    POISON = "poison"
    """It is this post that Discord refuses; the next one may be fine."""


class DeliveryError(RapporteurError):
    """Discord did not take the post.

    Attributes:
        retry_after_seconds: What Discord asked for, when it did.
        is_in_doubt: The answer is missing, so the post may be there all the same.
    """

    def __init__(
        self,
        message: str = "",
        *,
        kind: DeliveryKind,
        retry_after_seconds: float | None = None,
        is_in_doubt: bool = False,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.retry_after_seconds = retry_after_seconds
        self.is_in_doubt = is_in_doubt
