"""Text out of bytes: whatever stands in it, nothing invisible is left."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail.mime.charsets import decode_text
from bot.text.markdown import clean

_ODD = (
    "\x00\t\n\x0b\x0c\r\x1f\x7f\x85\xa0\xad\u061c\u200b\u200d\u200e"
    "\u2028\u202e\u202f\u3000\ufeff\ufffd\U000e0041😀"
)


@given(st.text(st.one_of(st.sampled_from(_ODD), st.characters(codec="utf-8"))))
def test_decoded_text_is_clean(text: str) -> None:
    written = f"ä {text}"

    assert decode_text(written.encode(), "utf-8") == (clean(written), True)


@pytest.mark.parametrize("odd", _ODD, ids=lambda odd: f"U+{ord(odd):04X}")
def test_one_odd_character_in_a_long_text_is_found(odd: str) -> None:
    written = "Grüße\n" * 1000 + odd + "\tja\n" * 1000

    assert decode_text(written.encode(), "utf-8")[0] == clean(written)
