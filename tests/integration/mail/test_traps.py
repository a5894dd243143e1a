"""Name, for each trap that archives and mail servers hold ready, the test that walks into it."""

import re
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

import pytest

from bot.mail.intake import MailReader
from bot.mail.polling import Polling
from bot.mail.sources.contract import start_cursor
from tests.integration.mail.arrivals import GUILD, follow
from tests.integration.mail.letters import NOW, Letter
from tests.integration.mail.stages.pipermail import PipermailArchive

TESTS = Path(__file__).parents[2]
SOURCES, PURE = "integration/mail/", "unit/mail/"
PIPERMAIL = SOURCES + "test_pipermail.py::"
HYPERKITTY = SOURCES + "test_hyperkitty.py::"
PUBLIC_INBOX = SOURCES + "test_public_inbox.py::"
TRAPS = MappingProxyType(
    {
        "pipermail": {
            "the newest month is .txt, and .txt.gz a day later": (
                PIPERMAIL + "test_month_that_is_packed_overnight_brings_nothing_twice",
                PIPERMAIL + "test_file_that_was_packed_since_the_index_was_read_is_found",
            ),
            "only the index knows a file's address": (
                PURE + "test_volumes.py::test_address_is_the_one_that_the_index_names",
            ),
            "weeks, quarters and years instead of months": (
                PURE + "test_volumes.py::test_every_kind_of_volume_is_dated_by_its_name",
            ),
            "a volume dated in the future": (
                PIPERMAIL + "test_volume_that_lies_in_the_future_blocks_nothing",
            ),
            "the archive is regenerated: mails move, and their pages get other numbers": (
                PIPERMAIL + "test_rewritten_month_loses_nothing",
                PIPERMAIL + "test_permalink_is_the_months_page_where_pages_and_mails_differ",
            ),
            "the archive is cut short, or a file breaks off": (
                PIPERMAIL + "test_month_cut_short_by_its_maintainer_goes_on_from_there",
                PIPERMAIL + "test_packed_file_that_breaks_off_brings_what_is_whole_and_the_rest_later",
                PIPERMAIL + "test_index_that_is_cut_off_for_a_while_loses_nothing_and_doubles_nothing",
            ),
            "each mail stands twice": (PIPERMAIL + "test_doubled_archive_brings_each_mail_once",),
            "lines that begin with From": (
                PIPERMAIL + "test_mail_with_a_line_that_begins_with_from_stays_one",
                PURE + "test_mbox.py::test_month_is_split_where_headers_follow",
            ),
            "its threads end with the month": (
                SOURCES + "test_traps.py::test_a_conversation_over_two_months_is_one_thread",
            ),
            "a mail of last month comes late": (
                PIPERMAIL + "test_new_month_and_late_mail_of_the_last_one_are_both_seen",
            ),
            "no charset is declared any more, and several are in one file": (
                SOURCES + "test_contract.py::test_undeclared_bytes_do_no_harm",
                SOURCES + "test_contract.py::test_odd_charset_keeps_its_words",
            ),
            "private archives answer with a login": (
                PIPERMAIL + "test_private_archive_is_refused_with_a_way_out",
            ),
            "a poll must cost little": (PIPERMAIL + "test_poll_without_news_costs_three_answers_of_304",),
        },
        "HyperKitty": {
            "an unknown list is HTTP 500": (
                HYPERKITTY + "test_unknown_list_is_permanent_though_its_server_says_500",
                HYPERKITTY + "test_error_500_of_a_list_that_exists_is_passing",
            ),
            "a private list is HTTP 403": (HYPERKITTY + "test_private_list_is_refused_with_a_way_out",),
            "exports are switched off": (
                HYPERKITTY + "test_exports_that_are_switched_off_are_made_up_for_by_the_api",
            ),
            "exports have no References": (
                HYPERKITTY + "test_export_has_no_references_and_answers_are_still_told",
            ),
            "exports go by the sender's clock": (
                HYPERKITTY + "test_mail_with_an_old_date_that_comes_now_is_new",
            ),
            "exports may be of any size": (
                HYPERKITTY + "test_export_that_is_too_large_is_asked_for_in_smaller_pieces",
            ),
            "large pages are slow": (
                HYPERKITTY + "test_after_an_outage_the_eldest_come_first_in_few_requests",
            ),
            "the list changes while it is paged": (
                HYPERKITTY + "test_mails_of_one_instant_that_change_places_are_not_lost",
                HYPERKITTY + "test_mail_deleted_between_list_and_fetch_costs_nothing_else",
            ),
            "its feed writes addresses with a wide @": (
                SOURCES + "test_feed.py::test_real_feed_of_hyperkitty_is_plain_text",
            ),
            "a mail's page is named by a hash": (
                PURE + "test_permalinks.py::test_hashes_are_those_that_hyperkitty_gives",
            ),
        },
        "groups.io": {
            "errors are HTTP 400 with JSON": (SOURCES + "test_groupsio.py::test_refusal_is_put_into_words",),
            "messages come page by page": (
                SOURCES + "test_groupsio.py::test_backfill_ends_at_its_first_day_and_a_poll_at_what_is_known",
            ),
            "the key must go nowhere else": (
                SOURCES + "test_groupsio.py::test_key_stays_with_its_host_and_out_of_logs",
            ),
            "footers carry the subscriber's own links": (
                PURE + "test_permalinks.py::test_personal_links_are_never_given",
            ),
            "Google Groups has no feeds any more": (
                SOURCES + "test_detection.py::test_google_groups_are_refused_with_the_way_that_works",
            ),
        },
        "public-inbox": {
            "nothing new is HTTP 404": (
                PUBLIC_INBOX + "test_nothing_new_is_404_and_no_failure",
                PUBLIC_INBOX + "test_inbox_that_is_not_there_is_told_from_one_without_news",
            ),
            "rt: with eight digits is seconds; GET gives a page": (
                PUBLIC_INBOX + "test_question_is_posted_and_asks_by_the_second",
                PUBLIC_INBOX + "test_page_for_people_is_no_answer",
            ),
            "an answer may be the whole archive": (
                PUBLIC_INBOX + "test_answer_that_is_too_large_is_asked_for_in_spans",
            ),
            "a slash in a Message-ID": (PUBLIC_INBOX + "test_permalink_keeps_a_slash_inside_the_message_id",),
        },
        "mailboxes and files": {
            "reading must not mark as seen": (SOURCES + "test_imap.py::test_nothing_is_marked_as_seen",),
            "UIDVALIDITY changes": (
                SOURCES + "test_imap.py::test_mails_that_are_numbered_anew_come_no_second_time",
            ),
            "IDLE ends, or is not there": (
                SOURCES + "test_imap.py::test_server_without_idle_is_looked_at",
                SOURCES + "test_imap.py::test_connection_that_died_meanwhile_is_made_anew",
            ),
            "one mailbox holds several lists": (
                SOURCES + "test_imap.py::test_one_list_of_several_is_told_apart_by_its_id",
            ),
            "mboxo, mboxrd, pipermail, zip": (
                PURE + "test_mbox.py::test_variant_is_told_by_the_first_separator",
                PURE + "test_mbox.py::test_mbox_is_split_and_its_escapes_undone",
            ),
            "an mbox is replaced or cut short": (
                SOURCES + "test_files.py::test_mbox_that_is_replaced_or_cut_short_loses_nothing",
            ),
            "one list is read in two places": (
                SOURCES
                + "test_joining.py"
                + "::test_an_archive_and_a_mailbox_become_one_list_and_no_mail_is_doubled_or_lost",
                SOURCES + "test_crossposts.py::test_a_mail_that_went_to_two_lists_is_posted_once",
            ),
            "X-No-Archive": (
                SOURCES + "test_email_repository.py::test_mail_that_wants_no_archive_leaves_only_its_id",
            ),
        },
    }
)


@pytest.mark.parametrize("kind", TRAPS)
def test_each_trap_has_its_test(kind):
    for trap, tests in TRAPS[kind].items():
        for each in tests:
            path, _, name = each.partition("::")
            text = (TESTS / path).read_text(encoding="utf-8")
            assert re.search(rf"^(?:async )?def {name}\(", text, re.MULTILINE), f"{trap}: {each}"


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


async def test_a_conversation_over_two_months_is_one_thread(database, mail, access):
    """Pipermail's own pages begin a thread anew each month."""
    question = Letter(number=0, sent_at=datetime(2026, 10, 31, 23, 50, tzinfo=UTC))
    answer = Letter(number=1, sent_at=datetime(2026, 11, 1, 0, 10, tzinfo=UTC), in_reply_to=0)
    async with PipermailArchive(access) as archive:
        archive.put([question, answer])
        assert len(archive.months) == 2
        async with database.writing() as connection:
            cursor = start_cursor(NOW, days=90)
            source = await mail.add_source(connection, archive.place, cursor=cursor, now=NOW)
            await mail.follow(connection, follow(source.list_id))
        reader = MailReader(workers=access.workers, repository=mail)
        polling = Polling(database=database, repository=mail, reader=reader, access=access)
        assert (await polling.read_on(source)).is_complete
        await polling.close()
    (thread,) = await mail.list_latest(GUILD)
    assert (thread.mails, thread.topic) == (2, "Mail 0")
