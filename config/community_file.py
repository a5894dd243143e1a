"""Hold the community that is in force, and take up community.toml anew when it changes.

A file that cannot be used changes nothing: the community before it goes on, and its problems are kept to be
shown.
"""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.errors import SettingsError
from config.community import FILE_NAME, Community, load_community
from config.diff import Change, find_changes

logger = logging.getLogger(__name__)

_Stamp = tuple[int, int, int] | None


class CommunityFile:
    """The community in force, and the file that it comes from.

    Args:
        community: What was read of the file at the start.
        config_dir: Where the file is.
        check: Returns what else is wrong with what a file declares: logins whose secret nobody has set.

    Attributes:
        current: The community in force.
        problems: What is wrong with the file as it is now; empty while it is in force itself.
    """

    def __init__(
        self,
        community: Community,
        *,
        config_dir: Path,
        check: Callable[[Community], Sequence[str]] = lambda _community: (),
    ) -> None:
        self.current = community
        self.problems: tuple[str, ...] = ()
        self._config_dir = config_dir
        self._check = check
        self._stamp = self._look_at_file()
        self._is_asked = False

    def ask(self) -> None:
        """Have the file read at the next look, be it changed or not."""
        self._is_asked = True

    def has_changed(self) -> bool:
        """Tell whether to read it: by its time, size and number it is another than at the last reading."""
        return self._is_asked or self._look_at_file() != self._stamp

    def read(self) -> tuple[Change, ...]:
        """Read the file; return what is different in the community that is now in force."""
        # Before the reading: what is written meanwhile is read at the next look.
        self._stamp, self._is_asked = self._look_at_file(), False
        try:
            community = load_community(self._config_dir)
            problems = tuple(self._check(community))
        except SettingsError as error:
            problems = tuple(error.problems)
        self.problems = problems
        if problems:
            for problem in problems:
                logger.error("%s", problem, extra={"action": "community"})
            logger.error("%s is not taken up; what held before goes on", FILE_NAME)
            return ()
        changes = find_changes(self.current, community)
        self.current = community
        for change in changes:
            logger.info("%s: %s", FILE_NAME, change, extra={"guild_id": change.guild_id})
        return changes

    def _look_at_file(self) -> _Stamp:
        try:
            found = (self._config_dir / FILE_NAME).stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
