"""Tell a folder of an IMAP mailbox by its address: imap:NAME, as the operator named the account."""

import re
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlencode

from bot.errors import SourceError
from bot.mail.models import Place
from bot.mail.sources.contract import Access, Kind, Source, not_by_page

_NAME = re.compile(r"[A-Za-z0-9_-]{1,60}")
_LIST_ID = re.compile(r"[A-Za-z0-9._+-]{1,200}")


def _recognise(url: SplitResult) -> Place | None:
    """Read imap:NAME, imap://NAME/FOLDER and imap://NAME/FOLDER?list=LIST-ID."""
    if url.scheme not in {"imap", "imaps"}:
        return None
    name, _, folder = url.path.strip("/").partition("/") if not url.netloc else (url.netloc, "", url.path)
    list_id = parse_qs(url.query).get("list", [""])[0]
    if not _NAME.fullmatch(name) or (list_id and not _LIST_ID.fullmatch(list_id)):
        raise SourceError(
            "A mailbox is followed by the name that whoever runs the bot gave it: imap:NAME, or "
            "imap://NAME/FOLDER for another folder than INBOX, with ?list=LIST-ID for one list of several.",
            permanent=True,
        )
    folder = unquote(folder.strip("/")) or "INBOX"
    query = f"?{urlencode({'list': list_id})}" if list_id else ""
    shown = list_id.partition(".")[0] or (name if folder == "INBOX" else folder.rpartition("/")[2])
    return Place(
        kind=KIND.name,
        address=f"imap://{name}/{quote(folder, safe='/')}{query}",
        name=shown,
        is_private=True,
    )


def _open(place: Place, access: Access) -> Source:
    # Loaded with the first mailbox: it holds a library that most processes never need.
    from bot.mail.sources.imap_source import ImapSource  # noqa: PLC0415 (see the line above)

    return ImapSource(place, access)


KIND = Kind(
    name="imap",
    label="IMAP mailbox",
    recognise=_recognise,
    inspect=not_by_page,
    open=_open,
)
