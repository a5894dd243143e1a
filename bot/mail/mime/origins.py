"""Tell what kind of sender a mail has: a person, a machine; and what its author wants done with it."""

import re
from typing import Final

from bot.mail.mime.headers import Headers

_ROBOT_HEADERS: Final = frozenset(
    {
        "x-github-event",
        "x-github-reason",
        "x-gitlab-project",
        "x-jenkins-job",
        "x-bugzilla-type",
        "x-bugzilla-reason",
        "x-jira-fingerprint",
        "x-trac-project",
        "x-redmine-project",
        "x-launchpad-bug",
        "x-debian-pr-message",
        "x-travis-build",
        "x-buildbot",
        "x-cron-env",
        "x-gerrit-messagetype",
        "x-phabricator-sent-this-message",
    }
)
_ANSWER_HEADERS: Final = frozenset(
    {
        "x-autoreply",
        "x-autorespond",
        "x-failed-recipients",
        "x-ms-exchange-generated-message-source",
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
    submitted = headers.first("auto-submitted").lower()
    if submitted and not submitted.startswith(b"no"):
        return True
    if headers.first("precedence").lower() == b"auto_reply" or headers.first("return-path") == b"<>":
        return True
    if headers.first("content-type")[: len(_REPORT)].lower() == _REPORT:
        return True
    return not _ANSWER_HEADERS.isdisjoint(headers.values)


def is_robot(headers: Headers, name: str, address: str) -> bool:
    """Tell whether a machine wrote this of its own: a build, a tracker, a bot."""
    if not _ROBOT_HEADERS.isdisjoint(headers.values):
        return True
    return _ROBOT_NAME.search(name) is not None or _ROBOT_ADDRESS.search(address) is not None


def is_no_archive(headers: Headers) -> bool:
    """Tell whether the author does not want the mail kept in an archive."""
    wish = headers.first("x-no-archive").lower()
    return (bool(wish) and not wish.startswith(b"no")) or headers.first("archive").lower() == b"no"


def is_private(headers: Headers) -> bool:
    """Tell whether the author marked the mail as not for everyone (RFC 2156, Sensitivity)."""
    return headers.first("sensitivity").lower() in _PRIVATE
