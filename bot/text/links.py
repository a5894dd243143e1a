"""Judge addresses: which may be linked, what they are called, and whether a link's text lies about them."""

import re
import unicodedata
from urllib.parse import SplitResult, quote, urlsplit

MAX_URL_LENGTH = 2048

_SCHEMES = frozenset({"http", "https", "mailto"})
_MAX_HOST_LENGTH = 253
_MAX_LABEL_LENGTH = 63
# Space, controls, quotes and brackets have no business in an address; Discord's parser stumbles over them.
_UNSAFE_CHARACTERS = re.compile(r"[\s\x00-\x20\x7f\\<>\"`{}|^]")
# What Discord would take for markup inside a masked link, as it has to be written there.
_MARKUP = str.maketrans({"(": "%28", ")": "%29", "*": "%2A", "[": "%5B", "]": "%5D", "~": "%7E"})
# Endings that people read as an address without "http": only those that are no file name's ending as well.
_ENDINGS = (
    "app|art|asia|at|au|be|biz|blog|br|ca|ch|chat|cloud|club|cn|co|com|cz|de|dev|dk|edu|email|es|eu|fi|fr|gg|gov"
    "|gr|help|hu|ie|il|in|info|int|io|it|jp|kr|link|ly|me|mil|mx|net|news|ngo|nl|no|nz|online|org|page|pt|ro|ru"
    "|se|shop|site|sk|so|social|space|store|support|tech|top|tr|tv|tw|ua|uk|us|wiki|work|world|xyz|za"
)
_SHOWN_HOST = re.compile(
    rf"(?:https?:/{{1,3}}|www\.)([\w.-]{{1,253}})|(?<![\w.-])((?:[\w-]{{1,63}}\.){{1,8}}(?:{_ENDINGS}))(?![\w-])",
    re.IGNORECASE,
)
_SHOWN_CHARACTERS = 1000


def is_safe_url(url: str) -> bool:
    """Tell whether a link may lead there: http, https or mailto, absolute, and without a disguise."""
    if not url or len(url) > MAX_URL_LENGTH or _UNSAFE_CHARACTERS.search(url):
        return False
    parts = _split(url)
    if parts is None or parts.scheme not in _SCHEMES:
        return False
    if parts.scheme == "mailto":
        return "@" in parts.path and not parts.netloc
    return bool(find_host(url)) and "@" not in parts.netloc


def find_host(url: str) -> str:
    """Return the host of an address in lower case and in ASCII (punycode), or "" when it has none."""
    parts = _split(url)
    host = ((parts.hostname if parts else None) or "").rstrip(".").lower()
    return _to_ascii(host) if 0 < len(host) <= _MAX_HOST_LENGTH else ""


def is_international(url: str) -> bool:
    """Tell whether the host is written in other letters than ASCII, in which look-alikes hide."""
    return "xn--" in find_host(url)


def write_url(url: str) -> str:
    """Write a safe address so that Discord reads it whole: host in ASCII, markup percent-encoded."""
    parts = _split(url)
    if parts is None:
        return ""
    if parts.hostname and not parts.netloc.isascii():
        port = parts.netloc.rpartition(":")[2]
        netloc = find_host(url) + (f":{port}" if port.isascii() and port.isdigit() else "")
        url = parts._replace(netloc=netloc).geturl()
    return quote(url, safe="!#$%&'()*+,-./:;=?@[]_~").translate(_MARKUP)


def shows_other_host(label: str, url: str) -> bool:
    """Tell whether a link's text names a host that is not the one it leads to."""
    target = find_host(url)
    shown = unicodedata.normalize("NFKC", label[:_SHOWN_CHARACTERS])
    for match in _SHOWN_HOST.finditer(shown):
        named = _to_ascii((match[1] or match[2]).strip(".").lower())
        if named and not _is_same_site(named.removeprefix("www."), target.removeprefix("www.")):
            return True
    return False


def _is_same_site(named: str, target: str) -> bool:
    return named == target or target.endswith(f".{named}")


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:  # "http://[", a port that is no number, a host that NFKC makes dangerous
        return None
    return parts


def _to_ascii(host: str) -> str:
    """Encode as punycode, label by label: the idna codec refuses much that browsers follow, and is slow."""
    if host.isascii():
        return host
    labels = re.split("[.\u3002\uff0e\uff61]", unicodedata.normalize("NFKC", host))
    if any(len(label) > _MAX_LABEL_LENGTH for label in labels):
        return ""
    return ".".join(
        label if label.isascii() else "xn--" + label.encode("punycode", "ignore").decode("ascii")
        for label in labels
    )
