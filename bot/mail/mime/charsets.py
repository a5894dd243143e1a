"""Decode bytes to text: UTF-8 where it fits, else what was declared, else what it looks like.

Senders label wrongly more often than text is valid UTF-8 by chance, so UTF-8 is tried before the label.
Labels mean what browsers take them to mean (the WHATWG supersets: "iso-8859-1" is windows-1252, "gb2312" is
GB 18030), because that is what senders' programs write. The codecs named "whatwg-…" come with the module
`looks`.
"""

import codecs
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from bot.text.markdown import clean

_LABEL: Final = re.compile(r"[\w.:+-]{1,40}")
_CONTROLS: Final = bytes(sorted({*range(0x20), 0x7F} - {0x09, 0x0A, 0x0D}))
_NON_ASCII: Final = bytes(range(0x80))
_PLAIN: Final = bytes({*range(0x20, 0x7F), 0x09, 0x0A})

# What WHATWG's own table lacks (labels with "_", misspelt ones seen on real mail) or leaves to Python.
_KNOWN: Final = {
    "whatwg-windows-1252": (
        "iso-8859-1 iso8859-1 latin-1 latin1 us-ascii ascii ansi cp1252 cp819 iso-8859-1-windows-3.1-latin-1"
    ),
    "whatwg-gb18030": "gb2312 gb-2312 gb-2312-80 gbk x-gbk gb18030 cp936 ms936 euc-cn eucgb2312-cn chinese",
    "whatwg-big5": "big5 big5-hkscs cn-big5 x-x-big5 cp950",
    "whatwg-shift_jis": "shift-jis sjis x-sjis ms-kanji windows-31j cp932 shift-jisx0213",
    "whatwg-euc-jp": "euc-jp eucjp x-euc-jp",
    "whatwg-euc-kr": "euc-kr euckr ks-c-5601 ks-c-5601-1987 ks-c-5601-1989 ksc5601 cp949 windows-949 uhc",
    "whatwg-iso-2022-jp": "iso-2022-jp iso-2022-jp-1 csiso2022jp jis",
    "utf-8": "utf-8 utf8 utf-8-strict utf-8mb4 unicode-1-1-utf-8",
    "utf-7": "utf-7 utf7 unicode-1-1-utf-7",
    "hz": "hz hz-gb-2312",
    "iso2022_kr": "iso-2022-kr csiso2022kr",
    "iso2022_jp_2": "iso-2022-jp-2",
    "iso2022_jp_3": "iso-2022-jp-3 iso-2022-jp-2004",
    "cp437": "cp437 ibm437",
    "cp850": "cp850 ibm850",
    "cp852": "cp852 ibm852",
}
_CODECS: Final = {label: codec for codec, labels in _KNOWN.items() for label in labels.split()}
# What WHATWG gave up ("hz", "iso-2022-kr") it decodes to one U+FFFD; those that matter stand above.
_GIVEN_UP: Final = frozenset({"replacement", "csiso2022cn", "iso-2022-cn", "iso-2022-cn-ext"})
_SEVEN_BIT: Final = frozenset(
    {"utf-7", "hz", "iso2022_kr", "iso2022_jp_2", "iso2022_jp_3", "whatwg-iso-2022-jp"}
)
_MULTI_BYTE: Final = frozenset(
    {"whatwg-gb18030", "whatwg-big5", "whatwg-shift_jis", "whatwg-euc-jp", "whatwg-euc-kr"}
)
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FEW_BYTES: Final = 16


@lru_cache(maxsize=500)
def find_codec(label: str) -> str:
    """Return the name of the codec that a declared charset means; "" when there is none."""
    name = label.strip(" \t\"'").lower()
    if not _LABEL.fullmatch(name) or name in _GIVEN_UP:
        return ""
    known = _CODECS.get(name.replace("_", "-"))
    if known:
        return known
    _import_looks()
    try:
        codecs.lookup(f"whatwg-{name}")
    except LookupError:
        return ""
    return f"whatwg-{name}"


def decode_text(content: bytes, label: str = "") -> tuple[str, bool]:
    """Return the text of some bytes, and whether it is what its label says (no label says nothing wrong).

    The text has newlines as line ends, and nothing invisible. Nothing raises: what fits nowhere is U+FFFD.

    Args:
        content: The bytes.
        label: The declared charset; "" when none is.
    """
    if content.isascii():
        return _decode_ascii(content, label)
    text, is_declared = _decode(content, label)
    return text if text.isprintable() or _is_clean(text) else clean(text), is_declared


def _is_clean(text: str) -> bool:
    """Tell whether nothing is to be taken out; of a long text, looking at every letter is dear."""
    rare = text.encode("utf-8", "surrogatepass").translate(None, _PLAIN).decode("utf-8", "surrogatepass")
    return clean(rare) == rare


def _decode_ascii(content: bytes, label: str) -> tuple[str, bool]:
    codec = find_codec(label) if label else "utf-8"
    if codec in _SEVEN_BIT and (text := _try(content, codec)) is not None:
        return clean(text), True
    text = content.translate(None, _CONTROLS).decode("ascii")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text, codec != ""


def _decode(content: bytes, label: str) -> tuple[str, bool]:
    for mark, codec in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(codec, "replace"), True
    declared = find_codec(label) if label else ""
    # A Chinese name of two or three characters may pass for UTF-8, where its label is the better witness.
    if declared in _MULTI_BYTE and _is_short(content) and (text := _try(content, declared)) is not None:
        return text, True
    text = _try(content, "utf-8")
    if text is not None:
        return text, declared in ("", "utf-8")
    if declared and (text := _try(content, declared)) is not None:
        return text, True
    text = _decode_damaged(content, is_declared=declared == "utf-8")
    return text or _import_looks()(content), not label


def _decode_damaged(content: bytes, *, is_declared: bool) -> str:
    """Return what is nearly UTF-8: cut in the middle of a character, or with a few foreign bytes in it."""
    try:
        text, used = codecs.utf_8_decode(content, "strict", False)
    except UnicodeDecodeError:
        text, used = content.decode("utf-8", "replace"), len(content)
    damage = text.count("\ufffd")
    whole = len(text) - len(text.encode("ascii", "ignore")) - damage
    if used < len(content):
        return text + "\ufffd" if whole or is_declared else ""
    return text if damage * (2 if is_declared else 10) <= whole else ""


def _is_short(content: bytes) -> bool:
    return len(content) <= 1000 and len(content.translate(None, _NON_ASCII)) <= _FEW_BYTES


def _try(content: bytes, codec: str) -> str | None:
    """Decode strictly; the WHATWG's codecs always replace, so a replacement tells that it does not fit."""
    is_replacing = codec.startswith("whatwg-")
    if is_replacing:
        _import_looks()
    try:
        text = content.decode(codec)
    except (UnicodeError, ValueError):
        return None
    return None if is_replacing and "\ufffd" in text else text


def _import_looks() -> Callable[[bytes], str]:
    """Bring the codecs, with the first text that needs them (see there); return what tells by looks."""
    from bot.mail.mime.looks import decode_by_looks  # noqa: PLC0415 (see above)

    return decode_by_looks
