"""Measure how well a mail's own words are found; or print them.

python -m tests.benchmarks.quotes                            the repository's fixtures, exactly
python -m tests.benchmarks.quotes CASES.jsonl FOLDER …       others: {"id", "text", "expected"} a line, or a
                                                             folder of pairs NAME.txt and NAME.own.txt
python -m tests.benchmarks.quotes --predict CASES.jsonl      {"id", "text"} or {"id", "raw_b64"} a line in;
                                                             {"id", "text"} a line out, in order
python -m tests.benchmarks.quotes --lists MBOX …             quoted lines left and new lines lost on real mail
"""

import argparse
import base64
import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.mail.quotes.own_words import own_words
from tests.benchmarks.list_mail import Mail, read_mail, read_mails
from tests.benchmarks.quote_truth import list_ancestors, tally

FIXTURES = Path(__file__).parent.parent / "fixtures/mail/quotes"


def main(arguments: Sequence[str]) -> int:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.quotes",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("sets", nargs="*", type=Path, help="cases, folders of pairs, or with --lists mboxes")
    parser.add_argument(
        "--predict", type=Path, metavar="CASES.jsonl", help="print the own words, a line each"
    )
    parser.add_argument("--lists", action="store_true", help="measure leak and loss on real mail")
    given = parser.parse_args(arguments)
    if given.predict is not None:
        predict(_read_lines(given.predict))
    elif given.lists:
        for path in given.sets:
            measure_list(path)
    else:
        for path in given.sets or sorted(each for each in FIXTURES.iterdir() if each.is_dir()):
            measure_cases(path)
    return 0


def predict(cases: Iterable[dict[str, Any]]) -> None:
    """Print the own words of each case; mails among the cases that a mail answers serve as its parents."""
    read = [(case, _mail_of(case)) for case in cases]
    kept = {mail.message_id: mail for _, mail in read if mail.message_id}
    for case, mail in read:
        parents = list_ancestors(mail, kept)
        own = own_words(mail.text, parent_texts=parents, is_reply=mail.is_reply)
        print(json.dumps({"id": case["id"], "text": own.text}, ensure_ascii=False))


def measure_cases(path: Path) -> None:
    """Print how many cases come out exactly, white space aside, and which do not."""
    cases = list(read_pairs(path) if path.is_dir() else _read_lines(path))
    wrong = [case["id"] for case in cases if not is_exact(case)]
    print(f"{path.name}: {len(cases) - len(wrong)} of {len(cases)} exactly")
    for name in wrong:
        print(f"  not {name}")


def measure_list(path: Path) -> None:
    """Print leak, loss and speed over a list's mails, with the parents at hand and without."""
    mails = list(read_mails(path))
    started = time.process_time()
    for mail in mails:
        own_words(mail.text, is_reply=mail.is_reply)
    speed = len(mails) / max(1e-9, time.process_time() - started)
    alone = tally(mails, lambda mail, _: own_words(mail.text, is_reply=mail.is_reply).text)
    beside = tally(mails, lambda mail, texts: own_words(mail.text, parent_texts=texts, is_reply=True).text)
    print(f"{path.name}: {len(mails)} mails, {alone.mails} replies judged, {speed:.0f} mails per CPU second")
    for name, counted in (("without parents", alone), ("with parents", beside)):
        print(
            f"  {name:16} {counted.leak:7.2%} of {counted.quoted} quoted lines left, "
            f"{counted.loss:7.2%} of {counted.new} new lines lost"
        )


def read_pairs(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield a folder's cases: NAME.txt is the mail, NAME.own.txt what its author wrote."""
    for path in sorted(folder.glob("*.own.txt")):
        name = path.name.removesuffix(".own.txt")
        text = (folder / f"{name}.txt").read_bytes().decode()
        yield {"id": name, "text": text, "expected": path.read_text()}


def is_exact(case: dict[str, Any]) -> bool:
    """Tell whether the own words are as expected, white space aside."""
    mail = _mail_of(case)
    return own_words(mail.text, is_reply=mail.is_reply).text.split() == case["expected"].split()


def _mail_of(case: dict[str, Any]) -> Mail:
    if "raw_b64" in case:
        return read_mail(base64.b64decode(case["raw_b64"]))
    return Mail(text=case["text"])


def _read_lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
