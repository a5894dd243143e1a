"""A Mailman 2 archive on the tests' own server, with mails in which everything is that must not be shown."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.e2e.stage import Stage
from tests.e2e.world import START
from tests.loopback_http import reply

QUOTED = "On Monday, Ann Archer wrote:\n> Shall we move the harbour meeting to Tuesday?\n"


@dataclass(slots=True)
class Letter:
    """A mail as pipermail writes it."""

    subject: str
    body: str
    author: str = "ann at example.org (Ann Archer)"
    name: str = ""
    answers: str = ""
    at: datetime = START - timedelta(days=3)

    def text(self) -> str:
        when = self.at.strftime("%a, %d %b %Y %H:%M:%S +0000")
        answers = f"In-Reply-To: <{self.answers}@example.org>\n" if self.answers else ""
        return (
            f"From {self.author.partition(' (')[0]}  {self.at.strftime('%a %b %d %H:%M:%S %Y')}\n"
            f"From: {self.author}\nDate: {when}\nSubject: [Dev] {self.subject}\n{answers}"
            f"Message-ID: <{self.name or self.subject.replace(' ', '-')}@example.org>\n\n{self.body}\n\n"
        )


@dataclass(slots=True)
class ListArchive:
    """An archive of one month."""

    stage: Stage
    name: str = "dev"
    letters: list[Letter] = field(default_factory=list)
    under: str = "pipermail"
    missing: int = 0  # how many numbers before the last letter's are nobody's

    @property
    def base(self) -> str:
        return f"/{self.stage.id}/{self.under}/{self.name}/"

    @property
    def url(self) -> str:
        return self.stage.world.server.url(self.base)

    def put(self, *letters: Letter) -> None:
        """Add mails, and publish."""
        self.letters += letters
        month = f"{START - timedelta(days=3):%Y-%B}"
        numbers = [*range(len(self.letters) - 1), len(self.letters) - 1 + self.missing]
        pages = "".join(f'<LI><A HREF="{n:06}.html">x</A>' for n in numbers)
        index = (
            f"<html><title>The {self.name.title()} Archives</title><table><tr><td>{month}:</td>"
            f'<td><A href="{month}/thread.html">[ Thread ]</a><A href="{month}/date.html">[ Date ]</a></td>'
            f'<td><A href="{month}.txt">[ Text ]</a></td></tr></table></html>'
        )
        html = {"Content-Type": "text/html"}
        answers = self.stage.world.server.answers
        answers(self.base, reply(index.encode(), headers=html))
        answers(f"{self.base}{month}.txt", reply("".join(each.text() for each in self.letters).encode()))
        answers(f"{self.base}{month}/date.html", reply(pages.encode(), headers=html))


def archive(stage: Stage, name: str = "dev") -> ListArchive:
    """Make an archive with a thread of two mails and one more mail."""
    made = ListArchive(stage, name)
    made.put(
        Letter(
            "Harbour meeting",
            "Hello all,\n\nShall we move the harbour meeting to Tuesday? Write to carol at example.net or\n"
            "dave@example.com. @everyone **look**\n\n-- \nAnn\nann@example.org\n",
            name="a",
        ),
        Letter(
            "Re: Harbour meeting",
            f"Tuesday suits the pilots.\n\n{QUOTED}",
            author="bob at example.org (Bob Boatman)",
            name="b",
            answers="a",
            at=START - timedelta(days=2),
        ),
        Letter(
            "Lighthouse paint",
            "Which red shall the lighthouse get?\n",
            name="c",
            at=START - timedelta(days=1),
        ),
    )
    return made
