"""Find where MediaWiki's links lead: titles made absolute from the page's address."""

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

_INTERWIKI = {
    "wikipedia": "https://en.wikipedia.org/wiki/{}",
    "w": "https://en.wikipedia.org/wiki/{}",
    "wiktionary": "https://en.wiktionary.org/wiki/{}",
    "commons": "https://commons.wikimedia.org/wiki/{}",
    "meta": "https://meta.wikimedia.org/wiki/{}",
    "m": "https://meta.wikimedia.org/wiki/{}",
    "mw": "https://www.mediawiki.org/wiki/{}",
    "mediawikiwiki": "https://www.mediawiki.org/wiki/{}",
    "phab": "https://phabricator.wikimedia.org/{}",
    "rfc": "https://www.rfc-editor.org/rfc/rfc{}",
}
_WIKIPEDIA = re.compile(r"(?:w|wikipedia):([a-z]{2,3}):(.*)", re.IGNORECASE | re.DOTALL)
_SAFE = ":/(),!*'@$;-._~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiki:
    """Where a wiki's pages are: an address is `before` + the title; `page` is that of the page being read."""

    before: str = ""
    page: str = ""
    space: str = "_"


def find_wiki(page_url: str) -> Wiki:
    """Recognise from one page's address how the wiki writes its addresses."""
    try:
        parts = urlsplit(page_url)
    except ValueError:
        return Wiki()
    if not parts.netloc:
        return Wiki()
    site = f"{parts.scheme}://{parts.netloc}"
    head, script, rest = parts.path.partition("index.php")
    if script:
        page = rest.strip("/")
        if page:
            return Wiki(before=f"{site}{head}index.php/", page=page)
        title = re.search(r"(?:^|&)title=([^&]*)", parts.query)
        return Wiki(before=f"{site}{head}index.php?title=", page=title[1] if title else "")
    is_github = parts.netloc.lower() in ("github.com", "www.github.com")
    folder, found, page = parts.path.partition("/wiki/")
    if found:
        return Wiki(before=f"{site}{folder}/wiki/", page=page, space="-" if is_github else "_")
    folder, _, page = parts.path.rpartition("/")
    return Wiki(before=f"{site}{folder}/", page=page)


def resolve(target: str, wiki: Wiki) -> str:
    """Return the address of a link's target; as written when it needs an address that is not known."""
    title, mark, fragment = " ".join(target.split()).partition("#")
    anchor = f"#{make_anchor(fragment)}" if mark and fragment else ""
    title = title.strip().lstrip(":")
    if not title:
        return anchor
    if found := _WIKIPEDIA.fullmatch(title):
        return f"https://{found[1].lower()}.wikipedia.org/wiki/{_write(found[2], '_')}{anchor}"
    prefix, found_prefix, rest = title.partition(":")
    template = _INTERWIKI.get(prefix.strip().lower(), "") if found_prefix else ""
    if template:
        return template.replace("{}", _write(rest.strip(), "_")) + anchor
    if not wiki.before:
        return target
    if title.startswith("/"):
        subpage = _write(title.rstrip("/"), wiki.space, capital=False)
        return f"{wiki.before}{wiki.page.rstrip('/')}{subpage}{anchor}"
    return f"{wiki.before}{_write(title, wiki.space)}{anchor}"


def make_anchor(heading: str) -> str:
    """Make the fragment that leads to a heading."""
    return " ".join(heading.split()).replace(" ", "_")


def _write(title: str, space: str, *, capital: bool = True) -> str:
    name = title.strip()
    if capital and space == "_":
        name = name[:1].upper() + name[1:]
    return quote(name.replace(" ", space), safe=_SAFE)
