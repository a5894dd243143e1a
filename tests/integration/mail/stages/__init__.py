"""Set up an archive of each kind; the contract suite takes every one of them."""

from tests.integration.mail.stages import hyperkitty, maildir, mbox, pipermail

STAGES = (pipermail.STAGE, hyperkitty.STAGE, mbox.STAGE, maildir.STAGE)
