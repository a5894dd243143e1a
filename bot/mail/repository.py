"""Keep everything of the mailing lists: the face of the feature's store."""

from bot.mail.aside_repository import AsideRepository
from bot.mail.email_rows import HashAuthor
from bot.mail.joining_repository import JoiningRepository
from bot.mail.reading_repository import ReadingRepository
from bot.storage.database import Database


class MailRepository(ReadingRepository, JoiningRepository, AsideRepository):
    """Lists, sources, follows, mails, threads and their search.

    Args:
        database: The store.
        hash_author: How addresses are told apart without being kept (see bot.mail.email_rows).
    """

    def __init__(self, database: Database, hash_author: HashAuthor) -> None:
        JoiningRepository.__init__(self, database)
        AsideRepository.__init__(self, database)
        ReadingRepository.__init__(self, database, hash_author)
