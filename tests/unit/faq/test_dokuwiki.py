"""DokuWiki's own rules: where links lead, what ids become, how lists nest; and that no page can hurt."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.faq.document import Document, Heading, ListBlock
from bot.faq.formats.dokuwiki import parse
from bot.faq.formats.dokuwiki_links import clean_id, find_wiki, resolve, resolve_media, section_id
from bot.faq.formats.dokuwiki_signs import looks_like

SCRIPT = "https://wiki.example.org/doku.php?id=team:charts:faq&do=export_raw"
PATHS = "https://wiki.example.org/wiki/team/charts/faq"
COLONS = "https://wiki.example.org/team:charts:faq"
PAGES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "**",
                "//",
                "__",
                "''",
                "[[",
                "]]",
                "{{",
                "}}",
                "((",
                "))",
                "%%",
                "<code>",
                "</code>",
                "<nowiki>",
                "|",
                "</nowiki>",
                "  * ",
                "  - ",
                "\t",
                "  ",
                "== a? ==\n",
                "====",
                "^",
                "\n",
                "\n\n",
                "----\n",
                ">",
                "\\\\ ",
                "~~NOTOC~~",
                "{{page>a}}\n",
                "<del>",
                "</del>",
                "++++ a |",
                "++++",
                "<hidden b>",
                "</hidden>",
                "Q: ",
                "A: ",
                "https://x.org/",
                "<wrap>",
                "</wrap>",
                "  ? ",
                "  ! ",
                "-->",
                "640x480",
                "\ue000",
                "\ue0010\ue001",
            ]
        ),
        st.text(max_size=8),
    ),
    max_size=40,
).map("".join)


@pytest.mark.parametrize(
    ("target", "script", "paths"),
    [
        ("page", "doku.php?id=team:charts:page", "wiki/team/charts/page"),
        (".:page", "doku.php?id=team:charts:page", "wiki/team/charts/page"),
        ("..:page", "doku.php?id=team:page", "wiki/team/page"),
        (":page", "doku.php?id=page", "wiki/page"),
        ("other:page", "doku.php?id=other:page", "wiki/other/page"),
        ("My Page!", "doku.php?id=team:charts:my_page", "wiki/team/charts/my_page"),
        ("other:", "doku.php?id=other:start", "wiki/other/start"),
        ("page#Day One", "doku.php?id=team:charts:page#day_one", "wiki/team/charts/page#day_one"),
        ("page?do=edit", "doku.php?id=team:charts:page&do=edit", "wiki/team/charts/page?do=edit"),
    ],
)
def test_page_link_is_made_absolute(target: str, script: str, paths: str) -> None:
    assert resolve(target, find_wiki(SCRIPT)) == f"https://wiki.example.org/{script}"
    assert resolve(target, find_wiki(PATHS)) == f"https://wiki.example.org/{paths}"


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("https://example.org/a", "https://example.org/a"),
        ("www.example.org", "http://www.example.org"),
        ("help@example.org", "mailto:help@example.org"),
        ("wp>Tide table#Use", "https://en.wikipedia.org/wiki/Tide_table#Use"),
        ("unknown>x", "unknown>x"),
        ("#Some Place", "#some_place"),
        (r"\\server\share", r"\\server\share"),
        ("page", "https://wiki.example.org/team:charts:page"),
    ],
)
def test_other_link_is_recognised(target: str, url: str) -> None:
    assert resolve(target, find_wiki(COLONS)) == url


def test_link_stays_as_written_without_an_address() -> None:
    assert resolve("ns:page#x", find_wiki("")) == "ns:page#x"
    assert resolve_media("a.pdf", find_wiki("")) == ""


def test_media_link_leads_to_the_file() -> None:
    assert (
        resolve_media(":a:b.pdf", find_wiki(SCRIPT))
        == "https://wiki.example.org/lib/exe/fetch.php?media=a:b.pdf"
    )
    assert (
        resolve_media("b.pdf", find_wiki(PATHS)) == "https://wiki.example.org/wiki/_media/team/charts/b.pdf"
    )


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("What is it?", "what_is_it"),
        ("1. First: steps & more", "firststeps_more"),
        ("Überblick", "uberblick"),
        ("A.B.C", "abc"),
        ("???", ""),
    ],
)
def test_section_id_is_dokuwikis(heading: str, anchor: str) -> None:
    assert section_id(heading) == anchor


def test_clean_id_trims_what_an_id_may_not_hold() -> None:
    assert clean_id("  :A  b:_c_:: d/e ") == "a_b:c:d_e"


def test_same_headings_get_numbered_anchors() -> None:
    page = parse("== A ==\n\n== A ==\n\n== A ==\n", "")

    assert [block.anchor for block in page.blocks if isinstance(block, Heading)] == ["a", "a1", "a2"]


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("====== a ======", 1),
        ("== a ==", 5),
        ("===== a ======", 2),
        ("========= a ==", 1),
        ("  === a ===  ", 4),
    ],
)
def test_heading_level_is_seven_minus_its_marks(line: str, level: int) -> None:
    assert [block.level for block in parse(line, "").blocks if isinstance(block, Heading)] == [level]


def test_list_depth_is_bounded() -> None:
    page = parse("\n".join(f"{'  ' * depth}* x" for depth in range(1, 200)), "")
    block, depth = page.blocks[0], 0
    while isinstance(block, ListBlock):
        depth += 1
        block = block.items[0].blocks[-1]

    assert depth == 10


def test_page_is_recognised_by_its_marks() -> None:
    assert looks_like("====== A ======\n  * [[b|c]]\n") > 0.6
    assert looks_like("# A\n\n- [b](https://c.org)\n") == 0


@given(PAGES)
def test_parse_never_raises(text: str) -> None:
    page = parse(text, SCRIPT)

    assert isinstance(page, Document)
    assert 0 <= looks_like(text) <= 1


@given(st.text(alphabet=st.characters(whitelist_categories=("L", "N"), whitelist_characters=" "), min_size=1))
def test_parse_keeps_plain_text(text: str) -> None:
    words = "".join(str(block) for block in parse(f"x{text.replace('  ', ' ')}", "").blocks)

    assert all(repr(word)[1:-1] in words for word in text.split() if not word[:1].isdigit())


@pytest.mark.parametrize(
    "unit",
    [
        "**",
        "** a",
        "[[",
        "((",
        "{{",
        "==",
        "== a ==\n",
        "<code>",
        "<code>\n",
        "%%",
        "//a ",
        "''",
        "<nowiki>",
        "{{a|",
        "^a",
        "|a\n",
        "  * a\n",
        " \n",
        "> a\n",
        "++++ a |\n",
        "<hidden a>\n",
        "\\\\ ",
        "<a></a>",
        "[[a|b]]",
        "((a)) ",
        "İ<code>",
    ],
)
def test_parse_takes_time_in_proportion(unit: str) -> None:
    def seconds(count: int) -> float:
        sample = unit * (count // len(unit))
        start = time.process_time()
        parse(sample, SCRIPT)
        looks_like(sample[:65_536])
        return time.process_time() - start

    small, large = (min(seconds(count) for _ in range(2)) for count in (12_000, 96_000))
    assert large < small * 40 + 0.05  # eight times as much; in square proportion it would be 64
