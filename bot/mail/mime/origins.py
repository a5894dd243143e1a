"""Tell what kind of sender a mail has: a person, a machine; and what its author wants done with it."""

import re
from typing import Final

from bot.mail.mime.headers import Headers

_ROBOT_HEADERS: Final = frozenset(
    {
        b"x-github-event",
        b"x-github-reason",
        b"x-gitlab-project",
        b"x-jenkins-job",
        b"x-bugzilla-type",
        b"x-bugzilla-reason",
        b"x-jira-fingerprint",
        b"x-trac-project",
        b"x-redmine-project",
        b"x-launchpad-bug",
        b"x-debian-pr-message",
        b"x-travis-build",
        b"x-buildbot",
        b"x-cron-env",
        b"x-gerrit-messagetype",
        b"x-phabricator-sent-this-message",
    }
)
_ANSWER_HEADERS: Final = frozenset(
    {
        b"x-autoreply",
        b"x-autorespond",
        b"x-failed-recipients",
        b"x-ms-exchange-generated-message-source",
    }
)
_ROBOT_ADDRESS: Final = re.compile(
    r"(?:^|[._+-])(?:no-?reply|do-?not-?reply|mailer-daemon|postmaster|jenkins|buildbot|bugzilla|notifications?"
    r"|daemon|cron|bots?|robot|ci|builds?|tracker|trac|gerrit|jira|travis)(?:[._+@-]|$)"
)
_ROBOT_NAME: Final = re.compile(
    r"\[bot\]|\b(?:jenkins|buildbot|bugzilla|dependabot|renovate|kernel test robot|syzbot)\b", re.IGNORECASE
)
_REPORT: Final = b"multipart/report"
_PRIVATE: Final = (b"private", b"company-confidential", b"personal", b"confidential")


def is_auto_submitted(headers: Headers) -> bool:
    """Tell whether a machine sent this in answer to something: a bounce, a vacation note, a receipt."""
    submitted = headers.first(b"auto-submitted").lower()
    if submitted and not submitted.startswith(b"no"):
        return True
    if headers.first(b"precedence").lower() == b"auto_reply" or headers.first(b"return-path") == b"<>":
        return True
    if headers.first(b"content-type")[: len(_REPORT)].lower() == _REPORT:
        return True
    return not _ANSWER_HEADERS.isdisjoint(headers.firsts)


def is_robot(headers: Headers, name: str, address: str) -> bool:
    """Tell whether a machine wrote this of its own: a build, a tracker, a bot."""
    if not _ROBOT_HEADERS.isdisjoint(headers.firsts):
        return True
    return _ROBOT_NAME.search(name) is not None or _ROBOT_ADDRESS.search(address) is not None


def is_no_archive(headers: Headers) -> bool:
    """Tell whether the author does not want the mail kept in an archive."""
    wish = headers.first(b"x-no-archive").lower()
    return (bool(wish) and not wish.startswith(b"no")) or headers.first(b"archive").lower() == b"no"


def is_private(headers: Headers) -> bool:
    """Tell whether the author marked the mail as not for everyone (RFC 2156, Sensitivity)."""
    return headers.first(b"sensitivity").lower() in _PRIVATE
