"""Resolve the addresses of a page's links against the address of the page."""

import re
from urllib.parse import urldefrag, urljoin

from bot.text.links import MAX_URL_LENGTH

_SPACE = re.compile(r"[\t\n\r]+")
_ENDS = " \t\n\r\x0c"


def resolve_link(target: str, base_url: str) -> str:
    """Return where a link leads: absolute, `#fragment` within the page, or as written without a base.

    What is too long to be followed leads nowhere; a page may name one such address a thousand times.
    """
    url = _SPACE.sub("", target.strip(_ENDS)).replace(" ", "%20")
    if len(url) > MAX_URL_LENGTH:
        return ""
    if not url or url.startswith("#") or not base_url:
        return url
    try:
        absolute = urljoin(base_url, url)
        page, fragment = urldefrag(absolute)
        own = urldefrag(base_url)[0]
    except ValueError:  # "http://[": no address, and no page's link worth following
        return url
    return f"#{fragment}" if fragment and page == own else absolute
