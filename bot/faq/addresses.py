"""Know where the text behind a page's address is: wikis and code hosts show people something else."""

import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

_DOKUWIKI_HTML = re.compile(rb"<meta[^>]{0,80}generator[^>]{0,80}DokuWiki", re.IGNORECASE)
_KEY = re.compile(r"[a-z_]{0,20}(?:token|api_?key|secret|password|signature)|key|sig", re.IGNORECASE)
_BLOB = re.compile(r"^/([^/]+/[^/]+)/blob/(.+)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAddress:
    """Where to fetch a page, and where a person reads it."""

    fetch: str = field(repr=False)
    link: str = field(repr=False)


def page_address(url: str) -> PageAddress:
    """Return where to fetch the source of a page whose address a person copied from the browser.

    DokuWiki: `doku.php?id=…` is asked for `do=export_raw` (its inc/Action/Export.php). GitHub: a file's page
    is asked for the raw file. What is no address is left as it is: who fetches it says what is wrong.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return PageAddress(fetch=url.strip(), link=url.strip())
    link = parts._replace(fragment="").geturl()
    if _is_dokuwiki(parts):
        query = [
            (name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "do"
        ]
        page = parts._replace(query=urlencode(query, safe=":"), fragment="").geturl()
        return PageAddress(fetch=_with_export(page), link=page)
    if parts.hostname == "github.com" and (blob := _BLOB.match(parts.path)):
        return PageAddress(fetch=f"https://raw.githubusercontent.com/{blob[1]}/{blob[2]}", link=link)
    return PageAddress(fetch=link, link=link)


def public_link(url: str) -> str:
    """Return an address that may be shown: without keys in it, which open the page to whoever has them."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    kept = [each for each in parts.query.split("&") if not _KEY.fullmatch(each.partition("=")[0])]
    return parts._replace(query="&".join(kept)).geturl() if parts.query else url


def raw_address(url: str, content: bytes) -> str | None:
    """Return where the raw text is when an HTML page turns out to be a DokuWiki's, else None."""
    if not _DOKUWIKI_HTML.search(content[:20_000]) or "do=" in urlsplit(url).query:
        return None
    return _with_export(url)


def _is_dokuwiki(parts: SplitResult) -> bool:
    return parts.path.endswith("/doku.php") or "/doku.php/" in parts.path


def _with_export(url: str) -> str:
    parts = urlsplit(url)
    query = f"{parts.query}&do=export_raw" if parts.query else "do=export_raw"
    return parts._replace(query=query).geturl()
