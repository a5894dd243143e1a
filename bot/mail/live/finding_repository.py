"""Find a mail by what people have of it: its Message-ID, or its page in the archive."""

from collections.abc import Sequence

from sqlalchemy import and_, or_, select

from bot.storage.database import Database
from bot.storage.schema import mail_email, mail_id


class FindingRepository:
    """Look mails up in lists; which lists somebody may see is settled by who asks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find_email(
        self, lists: Sequence[int], *, keys: Sequence[str], links: Sequence[str]
    ) -> int | None:
        """Return the number of a mail with one of some keys or archive pages; None if there is none."""
        email = mail_email.c
        is_of_lists = email.list_id.in_(tuple(lists))
        async with self._database.reading() as connection:
            by_key = select(email.id).where(is_of_lists, email.key.in_(tuple(keys))).order_by(email.id)
            found: int | None = (await connection.execute(by_key.limit(1))).scalar_one_or_none()
            if found is None and links:
                pages = or_(email.permalink.in_(tuple(links)), email.topic_link.in_(tuple(links)))
                by_page = select(email.id).where(is_of_lists, pages).order_by(email.at, email.id)
                found = (await connection.execute(by_page.limit(1))).scalar_one_or_none()
        return found

    async def is_known(self, lists: Sequence[int], keys: Sequence[str]) -> bool:
        """Tell whether mails are known only by their ids: others answer them, or they are not kept."""
        is_it = and_(mail_id.c.list_id.in_(tuple(lists)), mail_id.c.id.in_(tuple(keys)))
        async with self._database.reading() as connection:
            return (await connection.execute(select(mail_id.c.id).where(is_it).limit(1))).first() is not None
