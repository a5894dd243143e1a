"""Set up an archive of each kind; the contract suite takes every one of them."""

from tests.integration.mail.stages import maildir, mbox, pipermail

STAGES = (pipermail.STAGE, mbox.STAGE, maildir.STAGE)
