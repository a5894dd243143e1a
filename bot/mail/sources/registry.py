"""Register the kinds of places that mail is read from.

Each kind is a stranger to the others: a module with a `KIND`, one line in `KINDS`, a paragraph in
docs/sources.md, and a stage in tests/integration/mail/ on which the contract suite plays. The registry is
apart from the package so that who needs one of its modules is spared the others: an import of an mbox file
loads nothing that speaks to servers.
"""

from bot.errors import SourceError
from bot.mail.models import Place
from bot.mail.sources import feed, groupsio, hyperkitty, imap, maildir, mbox, pipermail, public_inbox
from bot.mail.sources.contract import Access, Kind, Source

# In the order in which they are asked whether an address, or what is there, is theirs.
KINDS: tuple[Kind, ...] = (
    pipermail.KIND,
    hyperkitty.KIND,
    public_inbox.KIND,
    groupsio.KIND,
    imap.KIND,
    mbox.KIND,
    maildir.KIND,
    feed.KIND,
)


def open_source(place: Place, access: Access) -> Source:
    """Make the source that reads a place.

    Raises:
        SourceError: No kind has the place's name: a newer version stored it.
    """
    for kind in KINDS:
        if kind.name == place.kind:
            return kind.open(place, access)
    raise SourceError(f"There is no kind of mail source {place.kind[:40]!r} here.", permanent=True)
