"""Tell from bytes what charset they are in, and bring the codecs of the WHATWG with it, named "whatwg-…".

Apart, because it takes 20 ms of a new process to import what does it, and most lists' mails are in UTF-8.
"""

from typing import Final

from turbohtml.detect import Detection, detect

_DETECTED_BYTES: Final = 64 * 1024
_BLIND: Final = Detection(excluded=frozenset({"UTF-16LE", "UTF-16BE"}))


def decode_by_looks(content: bytes) -> str:
    """Return the text that some bytes most likely are; what fits nowhere is U+FFFD."""
    found = detect(content[:_DETECTED_BYTES].translate(None, b"<"), _BLIND).codec
    return content.decode(found or "whatwg-windows-1252", "replace")
