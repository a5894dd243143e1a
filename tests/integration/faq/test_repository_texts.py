"""Whatever people type or pages hold comes back as it was, and does nothing else."""

from dataclasses import replace

from bot.faq.models import AliasState, Problem
from tests.integration.faq.faq_samples import NOW, entry, later, loaded, new_page, overlay

NASTY = (
    "'; DROP TABLE faq_page; --",
    '" OR ""="',
    "1; SELECT pg_sleep(60)",
    "%s %(x)s :name ? $1 {0} {name} ${x} #{x}",
    "100% _of_ \\ backslash \\' \\x00 \\u0000",
    "NULL",
    "null",
    "",
    " leading and trailing ",
    "line\nbreaks\r\nand\ttabs\x0b\x0c",
    "\x01\x02\x1b[31m\x7f\x85",
    "`code` **bold** [x](y) <@1> @everyone <t:0:R>",
    "“curly” ‘quotes’ – dashes — … ©",
    "Ω≈ç√∫˜µ≤≥÷ åß∂ƒ©˙∆˚¬…æ",
    "田中さんにあげて下さい パーティーへ行かないか 사회과학원 어학연구소",
    "الطفل دعا \u202eright to left\u202c \u2066isolate\u2069",
    "👩‍👩‍👧‍👦 🏳️‍🌈 🇺🇳 1️⃣ \U000e0041",
    "Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮",
    "\ufeffmark \u200bzero width\u2060 \u00adsoft",
    "\u2028line \u2029paragraph \ufffe \uffff",
    "é e\u0301 ﬁ ½ Å",
    "[]({" * 500,
    "<script>alert(1)</script> <!ENTITY x SYSTEM 'file:///etc/passwd'>",
    "İstanbul ı ẞ ß ǅ",
)
LOST = (
    ("a\0b", "ab"),
    ("\0", ""),
    ("half \ud83c of a pair", "half \N{REPLACEMENT CHARACTER} of a pair"),
    ("\ud83c\udf89", "🎉"),
)


def page_fields(text):
    return {"title": text, "error": text, "problems": (Problem(what=text),)}


def entry_fields(text):
    fields = ("question", "answer", "text", "section", "anchor")
    return {**dict.fromkeys(fields, text), "aliases": (text, "x", text)}


def overlay_fields(text):
    return {"question": text, "answer": text, "section": text, "aliases": (text,)}


async def write(repository, connection, guild_id, text):
    page = await repository.add_page(connection, **new_page(guild_id=guild_id, location=text))
    page = loaded(page, **page_fields(text))
    await repository.save_load(connection, page, (entry("a", **entry_fields(text)),))
    await repository.save_overlay(connection, overlay(text, guild_id=guild_id, **overlay_fields(text)))
    await repository.record_question(connection, guild_id, text, text, NOW)
    await repository.count_usage(connection, guild_id, text, shown=1, now=NOW)
    await repository.add_vote(
        connection, guild_id=guild_id, query_key=text, entry_id=text, phrasing=text, voter=text,
        is_editor=True, now=NOW, expires_at=later(days=1),
    )  # fmt: skip
    return page


async def test_text_comes_back_as_it_was_from_every_field(database, repository):
    pairs = (*((text, text) for text in NASTY), *LOST)
    for guild_id, (written, read) in enumerate(pairs, start=1):
        async with database.writing() as connection:
            page = await write(repository, connection, guild_id, written)
        aliases = await repository.list_aliases(guild_id)
        questions = await repository.list_questions(guild_id)

        assert await repository.list_pages(guild_id) == (replace(page, location=read, **page_fields(read)),)
        assert await repository.list_entries(guild_id) == (entry("a", page_id=page.id, **entry_fields(read)),)
        assert await repository.list_overlays(guild_id) == (
            overlay(read, guild_id=guild_id, **overlay_fields(read)),
        )
        assert [(each.query_key, each.phrasing) for each in questions] == [(read, read[:300])]
        assert [(each.query_key, each.entry_id, each.phrasing) for each in aliases] == [
            (read, read, read[:300])
        ]
        assert await repository.most_asked(guild_id, 1) == (read,)


async def test_what_was_written_under_a_text_is_found_under_it(database, repository):
    async with database.writing() as connection:
        for guild_id, text in enumerate((*NASTY, *(written for written, _ in LOST)), start=1):
            await write(repository, connection, guild_id, text)
            found = (
                await repository.remove_overlay(connection, guild_id, text),
                await repository.set_question_state(connection, guild_id, text, "answered"),
                await repository.set_alias_state(
                    connection, guild_id, query_key=text, entry_id=text, state=AliasState.REVOKED, now=NOW
                ),
            )
            assert (text, *found) == (text, True, True, True)
