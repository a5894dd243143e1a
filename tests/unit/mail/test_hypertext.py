import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.mail.mime.hypertext import MAX_HTML, _read_tokens, _read_tokens_slowly, _Writer, write_text

CASES = {
    "paragraphs part, lines do not": ("<p>a</p><p>b<br>c</p><div>d</div><div>e</div>", "a\n\nb\nc\n\nd\ne"),
    "blanks are one": ("a \n\t b&nbsp;&nbsp;c", "a b c"),
    "line ends asked for stay": ("a<br><br>b", "a\n\nb"),
    "quotes are marked": (
        "x<blockquote>a<blockquote>b</blockquote>c</blockquote>d",
        "x\n> a\n>> b\n>\n> c\n\nd",
    ),
    "code keeps its lines": ("<pre>a\n  b\n\nc</pre>d", "a\n  b\n\nc\nd"),
    "lists": ("<ol><li>a<ul><li>b</ul><li>c</ol>", "1. a\n  * b\n2. c"),
    "table rows": ("<table><tr><td>a<td>b<tr><th>c<th>d</table>", "a  b\nc  d"),
    "link with words": ('<a href="https://e.org/x">here</a>.', "here <https://e.org/x>."),
    "link that is its address": ('<a href="https://e.org/">https://e.org</a>', "https://e.org"),
    "link to an address of mail": ('<a href="mailto:a@e.org">Ann</a>', "Ann"),
    "link that is no address": ('<a href="javascript:x()">here</a>', "here"),
    "what is not for people": (
        "<head><title>t</title></head><style>s</style>a<script>b</script><!-- c -->",
        "a",
    ),
    "hidden text": ('a<div style="display: none">b<div>c</div></div>d<span hidden>e</span>f', "adf"),
    "hidden without end": ('a<div style="display:none">b', "a\nb"),
    "head without end": ("<head><meta charset=utf-8><body>a", "a"),
    "signature": ("a<br>-- <br>Ann", "a\n-- \nAnn"),
    "attribution in any language": (
        '<div>a</div><div class="gmail_attr">Zzz 7. Bob<br></div><blockquote>b</blockquote>',
        "a\n> Zzz 7. Bob\n> b",
    ),
    "head of a forwarded mail": (
        '<div class="gmail_attr">--- Forwarded ---<br>Bob</div><blockquote>b</blockquote>',
        "--- Forwarded ---\nBob\n> b",
    ),
    "mail answered in Outlook": (
        '<p>a</p><hr><div id="divRplyFwdMsg"><b>Zzz:</b> Bob</div>b',
        "a\n-----Original Message-----\nZzz: Bob\nb",
    ),
    "mail passed on in Outlook": ('<div id="divRplyFwdMsg">Bob</div>b', "Bob\nb"),
    "signature by its element": (
        '<div>a</div><div class="gmail_signature">Ann</div>',
        "a\n-- \nAnn",
    ),
    "signature and its dashes": (
        'a<br><span class="gmail_signature_prefix">-- </span><br><div class="gmail_signature">Ann</div>',
        "a\n-- \nAnn",
    ),
    "character references": (
        "&lt;b&gt; &eacute; &#8364; &#x20AC; &bogus; &#99999999999;",
        "<b> é € € &bogus; \ufffd",
    ),
    "text alone": ("no markup", "no markup"),
    "nothing": ("", ""),
    "ends without starts": ("</blockquote></ul></pre></p>a</div>", "a"),
}


@pytest.mark.parametrize(("source", "text"), CASES.values(), ids=CASES.keys())
def test_html_becomes_the_text_a_person_would_have_typed(source: str, text: str) -> None:
    assert write_text(source) == (text, False)


@pytest.mark.parametrize("source", [source for source, _ in CASES.values()], ids=CASES.keys())
def test_reader_that_stands_in_gives_the_same(source: str) -> None:
    assert _Writer().write(_read_tokens_slowly(source)) == _Writer().write(_read_tokens(source))


def test_long_page_is_cut_and_that_is_told() -> None:
    text, is_cut = write_text("<p>word</p>" * (MAX_HTML // 10))

    assert is_cut
    assert text.startswith("word\n\nword")


PIECES = (
    "<p>",
    "</p>",
    "<div>",
    "<br>",
    "<blockquote>",
    "</blockquote>",
    "<pre>",
    "</pre>",
    "<ul>",
    "<ol>",
    "<li>",
    "<td>",
)
MARKUP = (
    *PIECES,
    "<a href=https://e.org>",
    "</a>",
    "<span style='display:none'>",
    "</span>",
    "&lt;",
    "<!--",
    "-->",
    "\n",
)


@given(st.lists(st.sampled_from(MARKUP) | st.text(max_size=8), max_size=60).map("".join))
@settings(deadline=None)
def test_any_html_becomes_lines(source: str) -> None:
    text, is_cut = write_text(source)

    assert not is_cut
    assert "\n\n\n\n" not in text
    assert len(text) <= 60 * (len(source) + 1)


@given(
    st.lists(st.text(st.characters(categories=("L", "N")), min_size=1, max_size=6), min_size=1, max_size=20)
)
@settings(deadline=None)
def test_no_word_is_lost(words: list[str]) -> None:
    source = "".join(f"<div><p>{word}</p><blockquote><b>{word}</b>" for word in words)

    assert [word for word in write_text(source)[0].split() if word.strip(">")] == [
        w for w in words for _ in (0, 1)
    ]
