"""Register the kinds of places that mail is read from.

Each kind is a stranger to the others: a module with a `KIND`, one line in `KINDS`, a paragraph in
docs/sources.md, and a stage in tests/integration/mail/ on which the contract suite plays.
"""

from bot.mail.sources import feed, groupsio, hyperkitty, imap, maildir, mbox, pipermail, public_inbox
from bot.mail.sources.contract import Kind

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
