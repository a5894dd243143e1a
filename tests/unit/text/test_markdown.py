"""The escaper: what reads the same, what is broken on purpose, and that time grows as the text does."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.links import is_safe_url
from bot.text.markdown import (
    ZERO_WIDTH_SPACE,
    clean,
    code_block,
    escape,
    inert,
    inline_code,
    link,
    without_mentions,
)

Z = ZERO_WIDTH_SPACE
LIVE = re.compile(r"@everyone|@here|<@[!&]?\d+>|<#\d+>|<a?:\w+:\d+>|</[\w -]+:\d+>|<t:-?\d+|<id:\w+>")
# Markup, mentions and odd characters in any order: the shapes that escaping has to survive.
HOSTILE = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "**",
                "*",
                "_",
                "__",
                "~~",
                "||",
                "`",
                "```",
                "> ",
                ">>> ",
                "# ",
                "-# ",
                "- ",
                "1. ",
                "\n",
                " ",
                "\\",
                "[a](",
                "](",
                ")",
                "[",
                "]",
                "<",
                ">",
                "@everyone",
                "@here",
                "<@1",
                "<@&2>",
                "<#3>",
                "<t:4:R>",
                "</a b:5>",
                "<:e:6>",
                "<a:e:7>",
                "<id:guide>",
                "https://x.org/a_b*c",
                "http://",
                "\u202e",
                "\u200b",
            ]
        ),
        st.text(max_size=8),
    ),
    max_size=30,
).map("".join)


@pytest.mark.parametrize(
    "text",
    [
        "2 * 3 = 6, and 5 - 2 = 3",
        "snake_case_words stay, as does C:\\path",
        "https://example.org/a_b_c?d=__e__#f",
        "a < b > c, a | b, ~5 minutes, #channel, 50% off!",
        "e-mail, well-known (really) [sic] {braces}",
        "List<String> and x => y",
        "1.5 litres, v2.0, -1 degrees",
        "It’s “quoted” – with dashes…",
    ],
)
def test_escape_leaves_alone_what_discord_leaves_alone(text: str) -> None:
    assert escape(text) == text


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("**bold**", r"\*\*bold\*\*"),
        ("__init__.py", r"\_\_init\_\_.py"),
        ("a _b_ c", r"a \_b\_ c"),
        ("~~x~~ ||y||", r"\~\~x\~\~ \|\|y\|\|"),
        ("`x` ```y```", r"\`x\` \`\`\`y\`\`\`"),
        ("# a\n## b\n-# c", "\\# a\n\\## b\n\\-# c"),
        ("> a\n>>> b", "\\> a\n\\>>> b"),
        ("- a\n  * b\n12. c", "\\- a\n  \\* b\n12\\. c"),
        ("[good](https://evil.example)", r"[good]\(https://evil.example)"),
        ("ends with \\", "ends with \\\\"),
        (r"\*", r"\\\*"),
        ("@everyone @here <@1> <@&2> <#3>", f"@{Z}everyone @{Z}here <@{Z}1> <@{Z}&2> <{Z}#3>"),
        ("<t:0:R> </cmd sub:1> <:e:1> <id:guide>", f"<{Z}t:0:R> <{Z}/cmd sub:1> <{Z}:e:1> <{Z}id:guide>"),
        ("https://example.org/*a*/@everyone", "https://example.org/%2Aa%2A/%40everyone"),
        ("a\u202eb\u2066c\U000e0041d\x00e\u200bf", "abcdef"),
    ],
)
def test_escape_breaks_what_discord_would_interpret(text: str, escaped: str) -> None:
    assert escape(text) == escaped


def test_escape_within_a_line_knows_no_line_start() -> None:
    assert escape(" - and # so", at_line_start=False) == " - and # so"
    assert escape("x\n- y", at_line_start=False) == "x\n\\- y"


@given(HOSTILE)
def test_escape_leaves_no_live_mention(text: str) -> None:
    assert not LIVE.search(escape(text))
    assert not LIVE.search(inert(text))
    assert not LIVE.search(without_mentions(text))
    assert not LIVE.search(code_block(text))
    assert not LIVE.search(inline_code(text))


@given(HOSTILE)
def test_escape_adds_only_escapes(text: str) -> None:
    shown = re.sub(r"\\([^0-9A-Za-z\s])", r"\1", escape(text).replace(Z, ""))
    unquoted = shown.replace("%2A", "*").replace("%60", "`").replace("%7C", "|").replace("%40", "@")
    original = re.sub(r"\\([^0-9A-Za-z\s])", r"\1", clean(text).replace("\\", ""))

    assert unquoted.replace("\\", "") == original


@given(HOSTILE)
def test_escape_leaves_no_emphasis_to_close(text: str) -> None:
    bare = re.sub(r"https?://[^\s<>\\\[\]]+|\\[^0-9A-Za-z\s]", "", escape(text))

    assert not re.search(r"\*\S|\S\*|`|~~|\|\||\]\(|_(?![0-9A-Za-z])", bare.replace(Z, ""))


@given(HOSTILE)
def test_code_block_has_one_fence(text: str) -> None:
    block = code_block(text, "py")

    assert block == "" or (block.startswith("```py\n") and block.endswith("\n```"))
    assert block.count("```") in (0, 2)


@given(HOSTILE)
def test_inert_is_one_clean_line(text: str) -> None:
    line = inert(text)

    assert line == " ".join(line.split())
    assert clean(line.replace(Z, "")) == line.replace(Z, "")


@pytest.mark.parametrize(
    ("label", "url", "written"),
    [
        ("docs", "https://example.org/a(b)", "[docs](https://example.org/a%28b%29)"),
        ("https://example.org", "https://example.org/", "https://example.org/"),
        ("example.org/a", "https://example.org/a", "https://example.org/a"),
        ("bank.com", "https://evil.example/x", "bank.com <https://evil.example/x>"),
        (
            "log in at http://bank.com",
            "https://evil.example",
            "log in at http://bank.com <https://evil.example>",
        ),
        ("example.org", "https://docs.example.org/", "[example.org](https://docs.example.org/)"),
        ("node.js", "https://nodejs.org/", "[node.js](https://nodejs.org/)"),
        ("here", "https://пример.example/", "here <https://xn--e1afmkfd.example/>"),
        ("click", "javascript:alert(1)", "click"),
        ("click", "data:text/html,x", "click"),
        ("click", "https://user@example.org/", "click"),
        ("click", "/relative", "click"),
        ("write us", "mailto:a@example.org", "write us (a@example.org)"),
        ("a@example.org", "mailto:a@example.org", "a@example.org"),
        ("a]b", "https://example.org/", "[a)b](https://example.org/)"),
        ("two\nlines", "https://example.org/", "[two lines](https://example.org/)"),
        ("", "https://example.org/x.", "<https://example.org/x.>"),
    ],
)
def test_link_is_honest(label: str, url: str, written: str) -> None:
    assert link(label, url) == written


@given(HOSTILE, HOSTILE)
def test_link_never_raises(label: str, url: str) -> None:
    assert not LIVE.search(link(label, url))


@given(st.text())
def test_is_safe_url_never_raises(url: str) -> None:
    assert is_safe_url(f"https://{url}") in (True, False)


@pytest.mark.parametrize(
    "unit", ["[](", "**", "`", "<@", "</", "_", "\\", "1. ", "  ", "@", "<a", "a:", "https://"]
)
def test_escape_takes_time_in_proportion(unit: str) -> None:
    text = unit * (60_000 // len(unit))

    def seconds(sample: str) -> float:
        start = time.process_time()
        escape(sample)
        link(sample, "https://example.org")
        code_block(sample)
        return time.process_time() - start

    small, large = (min(seconds(sample) for _ in range(3)) for sample in (text, text * 4))
    assert large < small * 10 + 0.02
