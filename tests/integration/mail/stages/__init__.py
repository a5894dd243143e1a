"""Set up an archive of each kind; the contract suite takes every one of them."""

from tests.integration.mail.stages import (
    feed,
    groupsio,
    hyperkitty,
    imap,
    maildir,
    mbox,
    pipermail,
    public_inbox,
)

STAGES = (
    pipermail.STAGE,
    hyperkitty.STAGE,
    public_inbox.STAGE,
    groupsio.STAGE,
    imap.STAGE,
    mbox.STAGE,
    maildir.STAGE,
    feed.STAGE,
)
