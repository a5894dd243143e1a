"""Get a page's source from where it is, and have it parsed outside this process."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from bot.errors import SourceError
from bot.faq.addresses import page_address, public_link, raw_address
from bot.faq.models import Page, PageKind, ParsedPage
from bot.http.fetcher import Fetcher
from bot.text.moves import current_address, plan_move
from bot.workers import Workers

MAX_PAGE_BYTES = 2_000_000
# Part of the content hash: a release that reads pages better reads every page again.
_PARSER_REVISION = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContent:
    """A page's source as it came, with what its server said about it."""

    data: bytes
    media_type: str = ""
    base_url: str = ""
    etag: str = ""
    last_modified: str = ""
    edited_at: datetime | None = None


class PageReader:
    """Read page sources: addresses, uploads, files under the config directory.

    Args:
        observe: Told of each look how many seconds it took, and whether it was good.
    """

    def __init__(
        self,
        *,
        fetcher: Fetcher,
        workers: Workers,
        config_dir: Path,
        observe: Callable[[float, bool], None] = lambda _seconds, _is_good: None,
    ) -> None:
        self._fetcher = fetcher
        self._workers = workers
        self._config_dir = config_dir
        self._observe = observe

    async def read(self, page: Page, upload: bytes | None) -> PageContent | None:
        """Return the page's source, or None when its server says that it has not changed.

        Raises:
            SourceError: It cannot be read.
        """
        return (await self.look(page, upload))[1]

    async def look(self, page: Page, upload: bytes | None) -> tuple[Page, PageContent | None]:
        """Return the page with where it has moved, and its source as `read` does.

        Raises:
            SourceError: It cannot be read.
        """
        loop = asyncio.get_running_loop()
        began, is_good = loop.time(), False
        try:
            looked = await self._look(page, upload)
            is_good = True
        finally:
            self._observe(loop.time() - began, is_good)
        return looked

    async def _look(self, page: Page, upload: bytes | None) -> tuple[Page, PageContent | None]:
        match page.kind:
            case PageKind.UPLOAD:
                return page, PageContent(data=upload or b"", base_url=page.link)
            case PageKind.FILE:
                content = await asyncio.to_thread(_read_file, self._config_dir / page.location)
                return page, replace(content, base_url=page.link)
            case PageKind.URL:
                return await self._fetch(page)

    async def parse(self, page: Page, content: PageContent) -> ParsedPage:
        """Parse a page's source in a worker process.

        Raises:
            SourceError: It is no text, or took too long.
        """
        parsed: ParsedPage = await self._workers.run(
            "bot.faq.loading:parse_page",
            content.data,
            name=PurePosixPath(urlsplit(page.location).path).name or page.location,
            media_type=content.media_type,
            base_url=content.base_url,
            declared_format=page.format,
            questions=page.questions,
            language=page.language,
        )
        return parsed

    async def _fetch(self, page: Page) -> tuple[Page, PageContent | None]:
        address = page_address(page.location)
        is_current = page.content_hash.startswith(f"{_PARSER_REVISION}:")
        response = await self._fetcher.fetch(
            current_address(address.fetch, page.move),
            etag=page.etag if is_current else "",
            last_modified=page.last_modified if is_current else "",
            max_bytes=MAX_PAGE_BYTES,
        )
        move = plan_move(address.fetch, page.move, response.permanent_url, response.retrieved_at)
        page = replace(page, move=move)
        if response.is_not_modified:
            return page, None
        raw = raw_address(response.url, response.content)
        validators = (response.etag, response.last_modified)
        if raw is not None:
            response = await self._fetcher.fetch(raw, max_bytes=MAX_PAGE_BYTES)
        return page, PageContent(
            data=response.content,
            media_type=response.media_type,
            base_url=public_link(address.link),
            etag=validators[0],
            last_modified=validators[1],
            edited_at=_http_date(response.last_modified),
        )


def content_hash(page: Page, content: PageContent) -> str:
    """Return a hash of a page's source and of how it is read."""
    settings = f"{page.format}\n{page.questions}\n{page.language}\n".encode()
    return f"{_PARSER_REVISION}:{hashlib.sha256(settings + content.data).hexdigest()}"


def _read_file(path: Path) -> PageContent:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_PAGE_BYTES + 1)
        edited_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError as error:
        raise SourceError(f"{path.name} cannot be read: {error.strerror}", permanent=True) from error
    if len(data) > MAX_PAGE_BYTES:
        raise SourceError(f"{path.name} is larger than {MAX_PAGE_BYTES // 1_000_000} MB", permanent=True)
    return PageContent(data=data, edited_at=edited_at)


def _http_date(value: str) -> datetime | None:
    """Read an HTTP date (RFC 9110, 5.6.7); None when there is none or it is no date."""
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
