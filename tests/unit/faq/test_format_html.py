import pytest
from hypothesis import given, settings

from bot.faq.document import Definition, Heading, Include, ListBlock, Paragraph
from bot.faq.formats.html import FORMAT, parse
from bot.faq.formats.html_signs import looks_like_login
from bot.faq.plain import plain_spans, render_plain
from bot.text.html import Tag, TextRun, tokenize, unescape
from tests.unit.faq.page_properties import check_document, check_linear, pages

HOSTILE = [
    "<", "<b>", '<a href="', "<a b='", "<!--", "<p>", "<div>", "<ul><li>", "<table><tr><td>", "<li>",
    "<details><summary>a",
    "<h1>", "</div>", "</b><p>", "&amp;", "&#9", "<![CDATA[", "<!", "<?", "<script>", '<a b=">"',
    "<button aria-expanded=x>a",
    "<div aria-expanded=x>", "<dl><dt>", "<i><b>", '<div class="accordion-header">', "<td>", "<form>",
    "<aside>",
    '<div itemtype="https://schema.org/Question">', '<script type="application/ld+json">[[[[', "<pre>",
    '<ac:structured-macro ac:name="expand">',
]  # fmt: skip


@given(
    pages(
        "<p>", "</p>", "<h2>", "</h2>", "<ul>", "<li>", "<ol start=3>", "</ul>", "<dl>", "<dt>", "<dd>",
        "<table>", "<tr>",
        "<td>", "<th>", "</table>", "<details>", "<summary>", "</summary>", "</details>", "<pre>", "<br/>",
        "<hr>", "<nav>",
        "<main>", "<a href='/x'>", "<a name=y>", "<script>", "</script>", "<!--", "-->", "<![CDATA[",
        "]]>", "<blockquote>",
        "<button aria-expanded=true>", '<div class="faq-question">',
        '<ac:structured-macro ac:name="code">', "<ac:link>",
        "<img alt='a'>", "<input type=checkbox>", "&#x110000;", "&#99999999999;", "<html>", "<title>",
        "<form>", "<q>",
    )
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_parse_never_raises(source: str) -> None:
    check_document(parse(source, "https://www.example.org/faq.html"), source)


@pytest.mark.parametrize("unit", HOSTILE)
def test_parse_takes_linear_time(unit: str) -> None:
    check_linear(FORMAT, unit)


def test_a_hundred_thousand_levels_are_read() -> None:
    document = parse("<ul><li>" * 100_000 + "deep", "")

    assert [problem.what for problem in document.problems] == [
        "the page has too many elements; its end is not read"
    ]
    assert "deep" in render_plain(parse("<div><ul><li>" * 300 + "deep", "").blocks)


def test_huge_character_reference_is_no_number() -> None:
    assert unescape("&#" + "9" * 5000 + ";&lt;") == "\ufffd<"


def test_tokens_carry_their_lines() -> None:
    tokens = list(tokenize("a\n<b\nc='d'>\ne<!-- x\n -->f</b>"))

    assert tokens == [
        TextRun(text="a\n", line=1),
        Tag(name="b", attributes={"c": "d"}, line=2),
        TextRun(text="\ne", line=3),
        TextRun(text="f", line=5),
        Tag(name="b", is_end=True, line=5),
    ]


@pytest.mark.parametrize(
    ("source", "attributes"),
    [
        ("<a href=x>", {"href": "x"}),
        ('<a title="a > b" href="x">', {"title": "a > b", "href": "x"}),
        ("<a disabled HREF='&amp;'>", {"disabled": "", "href": "&"}),
        ('<a title="never closed href=x>', {"title": '"never', "closed": "", "href": "x"}),
    ],
)
def test_attributes_are_read_as_browsers_do(source: str, attributes: dict[str, str]) -> None:
    (tag,) = tokenize(source)

    assert isinstance(tag, Tag)
    assert tag.attributes == attributes


@pytest.mark.parametrize(
    "page",
    [
        "<nav>no</nav><main>{}</main><footer>no</footer>",
        "<header>no</header><div id=content>{}</div><aside>no</aside>",
        "<div class='sidebar'>no</div><article>{}</article>",
        "<form><input name=q>{}</form>",
        "<body><div class=x>{}</div></body>",
    ],
)
def test_the_main_part_is_found(page: str) -> None:
    content = "<h1>Questions</h1>" + "<p>Some text that is long enough to be the page's own.</p>" * 4
    text = render_plain(parse(f"<html>{page.format(content)}</html>", "").blocks)

    assert text.startswith("Questions")
    assert "no\n" not in f"{text}\n"


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ('<h2 id="a">T</h2>', "a"),
        ('<h2><a name="a">T</a></h2>', "a"),
        ('<h2>T<a class="headerlink" href="#a">¶</a></h2>', "a"),
        ('<a name="a"></a><h2>T</h2>', "a"),
        ('<section id="a"><h2>T</h2></section>', "a"),
        ("<h2>T</h2>", ""),
    ],
)
def test_heading_anchor_is_found(heading: str, anchor: str) -> None:
    (block,) = parse(heading, "").blocks

    assert isinstance(block, Heading)
    assert (block.anchor, plain_spans(block.spans)) == (anchor, "T")


def test_checkboxes_and_pictures_are_text() -> None:
    (block,) = parse("<ul><li><input type=checkbox checked> done <img src=x alt='a sign'></ul>", "").blocks

    assert isinstance(block, ListBlock)
    assert render_plain([block]) == "☑ done a sign"


def test_confluence_include_is_named() -> None:
    source = (
        '<ac:structured-macro ac:name="include"><ac:parameter ac:name=""><ac:link>'
        '<ri:page ri:content-title="Other" /></ac:link></ac:parameter></ac:structured-macro>'
    )

    assert parse(source, "").blocks == (Include(target="Other", line=1),)


def test_declared_questions_yield_to_those_that_the_page_shows() -> None:
    script = (
        '<script type="application/ld+json">{"@type": "FAQPage", "mainEntity": [{"@type": "Question",'
        ' "name": "Why?", "acceptedAnswer": {"text": "Declared."}}]}</script>'
    )

    shown = parse(f"{script}<h2>Why?</h2><p>Shown.</p>", "").blocks
    hidden = parse(f"{script}<p>Nothing.</p>", "").blocks

    assert render_plain(shown) == "Why?\nShown."
    assert [render_plain(block.blocks) for block in hidden if isinstance(block, Definition)] == ["Declared."]


def test_source_line_ends_are_spaces() -> None:
    (block,) = parse("<p><b>Note:</b>\nnot a question</p>", "").blocks

    assert isinstance(block, Paragraph)
    assert all("\n" not in getattr(span, "text", "") for span in block.spans)


@pytest.mark.parametrize(
    ("page", "is_login"),
    [
        ("<form><input name=u><input type='password'></form>", True),
        ("<h1>FAQ</h1><input type=password>" + "<p>Much text of the page itself.</p>" * 100, False),
        ("<p>Please write to us.</p>", False),
        ("<script>'<input type=password>'</script>", False),
    ],
)
def test_login_pages_are_recognised(page: str, is_login: bool) -> None:
    assert looks_like_login(page) is is_login
