"""Name the things of the mailing lists: where they are read, a mail as it comes and as it was understood."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.pickling import quick_to_pickle


@quick_to_pickle
@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing about a mail that could not be read as it stands; the rest of the mail was.

    Attributes:
        where: The header, "part 3", "body" or "message".
        what: What is wrong and what was done, for the operator; holds nothing of the mail's own words.
    """

    where: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a list is read.

    Attributes:
        kind: The name of its Kind.
        address: In normal form: equal for all ways to write it; holds no secret.
        name: What the list may be called.
        archive_url: Where people read it; "" when nowhere.
        is_private: It cannot be read by everybody, so not everybody may be shown it.
    """

    kind: str
    address: str
    name: str
    archive_url: str = ""
    is_private: bool = False


@quick_to_pickle
@dataclass(frozen=True, slots=True, kw_only=True)
class RawMail:
    """A mail as a source has it; its words stay out of the repr.

    Attributes:
        permalink: Its place in the archive, for people; "" when the source does not know.
        arrived_at: When the source got it; None when it does not say.
    """

    data: bytes = field(repr=False)
    permalink: str = ""
    arrived_at: datetime | None = None


@quick_to_pickle
@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A part that is no text of the mail. It is named and measured, never opened or kept.

    Attributes:
        name: A file name without a path; "" when the part gives none.
        size: Its bytes after transfer decoding, or nearly: a part that is not opened is estimated.
        media_type: As declared, in lower case: "application/pdf".
    """

    name: str
    size: int
    media_type: str


@quick_to_pickle
@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """A mail as it was understood; every text is decoded, every list bounded, nothing of it is trusted.

    Attributes:
        key: What tells it from the list's other mails: the Message-ID, or a hash of its content where it has
            none (it then holds a space, which no Message-ID does).
        message_id: Without angle brackets; "" when missing or unusable. So are the ids below.
        in_reply_to: The first id of In-Reply-To; "" when there is none.
        references: As in References, the oldest first, none twice; the oldest and the newest of very many.
            Before them what In-Reply-To names beside its first id.
        subject: One line, cut at 256 characters; "" when missing.
        topic: The subject without reply marks ("Re:", "AW:", "转发:" …) and without the list's own tag; never
            empty unless the subject is.
        topic_key: The topic folded for comparison: no tags, no case, single spaces.
        tags: The texts in square brackets that lead the subject, the list's own among them: "PATCH v2 1/3".
        is_reply: The subject bears a reply mark; `is_forward` likewise.
        author_name: Who wrote it, also where the list put itself in From ("Jo via List"). Never a full
            address: where the mail gives no name, "j…@example.org".
        author_address: For filters and hashes; never shown. In lower case; "" when unknown.
        date: The sender's clock, in UTC; None when missing or unreadable.
        is_date_trusted: The date is plausible beside what the servers on the way noted.
        received_at: When the last server took it, as it says; None when no server says.
        list_id: What stands in the angle brackets of List-Id, in lower case.
        list_post: The list's address, in lower case; never shown as it stands. "" where posting is not
            allowed.
        list_archive: The archive's address from List-Archive; "" when absent or no http(s) address.
        permalink: Where this mail is archived, as the mail itself tells (Archived-At, a footer); "" else.
        topic_link: Where its whole thread is archived, as the mail itself tells; "" else.
        is_auto_submitted: A machine sent it in answer to something: a vacation note, a bounce, a report.
        is_bot: A machine sent it: a build, a tracker, a bot; true as well for what is auto-submitted.
        is_no_archive: Its author does not want it kept (X-No-Archive).
        is_private: Its author marked it private or confidential (Sensitivity).
        body: Its text, lines ended by newlines, format=flowed joined, HTML as text; quotes and signature
            still in it.
        is_html: The body was made from HTML.
        is_encrypted: It can only be read with a key; the body is then empty.
        is_patch: It carries a patch, in its text or as an attachment.
        has_calendar: It carries a calendar part, as an invitation does.
        attachments: In the order of the mail.
        size: The bytes of the mail as it came.
        problems: What could not be read as it stands.
    """

    key: str
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    subject: str = ""
    topic: str = ""
    topic_key: str = ""
    tags: tuple[str, ...] = ()
    is_reply: bool = False
    is_forward: bool = False
    author_name: str = ""
    author_address: str = ""
    date: datetime | None = None
    is_date_trusted: bool = False
    received_at: datetime | None = None
    list_id: str = ""
    list_post: str = ""
    list_archive: str = ""
    permalink: str = ""
    topic_link: str = ""
    is_auto_submitted: bool = False
    is_bot: bool = False
    is_no_archive: bool = False
    is_private: bool = False
    body: str = ""
    is_html: bool = False
    is_encrypted: bool = False
    is_patch: bool = False
    has_calendar: bool = False
    attachments: tuple[Attachment, ...] = ()
    size: int = 0
    problems: tuple[Problem, ...] = ()
