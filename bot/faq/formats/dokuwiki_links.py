"""Find where DokuWiki's links lead: page ids, sections, other wikis and media, made absolute.

The rules are those of DokuWiki's cleanID() and sectionID() (inc/pageutils.php) and of its three ways to write
addresses: `doku.php?id=ns:page`, `doku.php/ns:page` and rewritten paths (`/ns:page` or `/ns/page`).
"""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlsplit

# The shortcuts that DokuWiki ships with (conf/interwiki.conf) and that still lead somewhere.
_INTERWIKI = {
    "wp": "https://en.wikipedia.org/wiki/{}",
    "wpde": "https://de.wikipedia.org/wiki/{}",
    "wpes": "https://es.wikipedia.org/wiki/{}",
    "wpfr": "https://fr.wikipedia.org/wiki/{}",
    "wpjp": "https://ja.wikipedia.org/wiki/{}",
    "wpmeta": "https://meta.wikipedia.org/wiki/{}",
    "wppl": "https://pl.wikipedia.org/wiki/{}",
    "doku": "https://www.dokuwiki.org/{}",
    "phpfn": "https://secure.php.net/{}",
    "rfc": "https://tools.ietf.org/html/rfc{}",
    "man": "https://man.cx/{}",
    "google": "https://www.google.com/search?q={}",
    "google.de": "https://www.google.de/search?q={}",
    "go": "https://www.google.com/search?q={}&btnI=lucky",
    "paypal": "https://www.paypal.com/cgi-bin/webscr?cmd=_xclick&business={}",
    "user": "?id=user:{}",
    "callto": "callto://{}",
    "tel": "tel:{}",
    "skype": "skype:{}",
}
_WIKI_ROOTS = ("wiki/", "dokuwiki/", "w/", "doku/")
_NOT_IN_ID = re.compile(r"[^\w.:\-]+")
_SEPARATORS = re.compile(r"_{2,}")
_COLONS = re.compile(r":{2,}")
_EDGES = re.compile(r"(?:^|(?<=:))[._\-]+|[._\-]+(?=:|$)")
_EXTERNAL = re.compile(r"[a-z][a-z0-9+.\-]{1,20}://", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,8}")
_EXPORT = re.compile(r"/?_export/\w+/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiki:
    """Where a wiki's pages are: an address is `before` + the page's id + `after`.

    Attributes:
        before: Empty when no address is known.
        media: The same for files.
        separator: What stands between namespaces in an address.
        namespace: That of the page being read, with a colon at its end, or "".
    """

    before: str = ""
    media: str = ""
    separator: str = ":"
    namespace: str = ""


def find_wiki(page_url: str) -> Wiki:
    """Recognise from one page's address how the wiki writes its addresses."""
    parts = urlsplit(page_url)
    if not parts.netloc:
        return Wiki()
    site = f"{parts.scheme}://{parts.netloc}"
    script, found, rest = parts.path.partition("doku.php")
    if found:
        ids = parse_qs(parts.query).get("id", [])
        page = ids[0] if ids else rest.strip("/")
        before = f"{site}{script}doku.php/" if not ids and rest.strip("/") else f"{site}{script}doku.php?id="
        media = f"{site}{script}lib/exe/fetch.php?media="
        return Wiki(before=before, media=media, namespace=_namespace(page.replace("/", ":")))
    path = _EXPORT.sub("/", parts.path).lstrip("/")
    root = next((each for each in _WIKI_ROOTS if path.startswith(each)), "")
    page = path[len(root) :]
    if ":" in page:
        folder, _, page = page.rpartition("/")
        root = f"{root}{folder}/" if folder else root
        separator = ":"
    else:
        separator = "/"
    before = f"{site}/{root}"
    return Wiki(
        before=before,
        media=f"{before}_media/",
        separator=separator,
        namespace=_namespace(page.replace("/", ":")),
    )


def resolve(target: str, wiki: Wiki) -> str:
    """Return the address of a link's target; as written when it needs an address that is not known."""
    target = target.strip()
    if _EXTERNAL.match(target) or target.startswith("mailto:"):
        return target
    if target.startswith("#"):
        return f"#{section_id(target[1:])}"
    if target.startswith("\\\\"):
        return target
    if target.lower().startswith(("www.", "ftp.")):
        return f"http://{target}"
    if _ADDRESS.fullmatch(target):
        return f"mailto:{target}"
    shortcut, found, rest = target.partition(">")
    if found:
        return _resolve_interwiki(shortcut.strip().lower(), rest.strip(), wiki) or target
    return _resolve_page(target, wiki)


def resolve_media(target: str, wiki: Wiki) -> str:
    """Return the address of a file in the wiki, or elsewhere; "" when it is not known."""
    target = target.strip()
    if _EXTERNAL.match(target):
        return target
    if not wiki.before:
        return ""
    return wiki.media + _write(_absolute(target, wiki.namespace, ":"), wiki.separator)


def clean_id(text: str, *, slash: str = "_") -> str:
    """Make a page id of what an author wrote; a slash counts as a colon only where addresses use it so."""
    folded = "".join(
        character
        for character in unicodedata.normalize("NFKD", text.lower())
        if not unicodedata.combining(character)
    )
    name = _NOT_IN_ID.sub("_", folded.replace("/", slash).replace(";", ":").strip())
    return _EDGES.sub("", _COLONS.sub(":", _SEPARATORS.sub("_", name))).strip(":")


def section_id(heading: str) -> str:
    """Make the fragment that leads to a heading; duplicates are counted by the caller."""
    return clean_id(heading).replace(":", "").replace(".", "").lstrip("0123456789_-")


def _resolve_interwiki(shortcut: str, rest: str, wiki: Wiki) -> str:
    if shortcut == "this":
        return wiki.before.partition("doku.php")[0] + rest if wiki.before else ""
    template = _INTERWIKI.get(shortcut, "")
    if template.startswith("?"):
        return _resolve_page(f":user:{rest}", wiki) if wiki.before else ""
    name, mark, fragment = rest.partition("#")
    return template.replace("{}", quote(name.replace(" ", "_"), safe="/:@!$&'()*,;=-._~?") + mark + fragment)


def _resolve_page(target: str, wiki: Wiki) -> str:
    page, mark, fragment = target.partition("#")
    page, _, query = page.partition("?")
    anchor = f"#{section_id(fragment)}" if mark and fragment.strip() else ""
    if not wiki.before:
        return target
    slash = ":" if wiki.separator == "/" else "_"
    address = wiki.before + _write(_absolute(page, wiki.namespace, slash), wiki.separator)
    if query:
        address += ("&" if "?" in wiki.before else "?") + quote(query, safe="=&%+:/,;-._~")
    return address + anchor


def _absolute(page: str, namespace: str, slash: str) -> str:
    """Resolve ":x", ".:x", ".x", "..:x", "ns:x", "x" and "ns:" (its start page) against a namespace."""
    name = page.strip().replace("/", slash).replace(";", ":")
    is_start = name.endswith(":")
    parents = namespace.rstrip(":").split(":") if namespace else []
    if name.startswith("~"):
        return clean_id(f"{namespace}{name[1:]}", slash=slash)
    is_relative = name.startswith(".") or ":" not in name
    while name.startswith(".."):
        parents = parents[:-1]
        name = name[2:].lstrip(":")
    if name.startswith("."):
        name = name.lstrip(".").lstrip(":")
    full = ":".join((*parents, name)) if is_relative else name
    return clean_id(full) + (":start" if is_start and clean_id(full) else "")


def _write(page: str, separator: str) -> str:
    return quote(page.replace(":", separator), safe=":/-._~")


def _namespace(page: str) -> str:
    return "".join(page.rpartition(":")[:2])
