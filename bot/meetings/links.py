"""Find what a meeting says beside its time: how to join, agenda, minutes, phone numbers, passcode, text.

The order in which properties are asked is that of how sure they are. Google adds a Meet link by itself, so
that one comes late. A link that is one person's own, or starts the meeting as its host, is never shown.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.meetings.description import Line, find_links_in, read_lines
from bot.meetings.dial_in import names_join
from bot.meetings.models import Meeting
from bot.meetings.paper import Paper, is_document, list_labels
from bot.meetings.providers import Judged, Verdict, judge
from bot.text.links import find_host, is_safe_url

_SKYPE_TEAMS = ("X-MICROSOFT-SKYPETEAMSMEETINGURL", "X-MICROSOFT-ONLINEMEETINGEXTERNALLINK")
_GOOGLE = ("X-GOOGLE-CONFERENCE", "X-GOOGLE-HANGOUT")
_RANK = (Verdict.JOIN, Verdict.ROOM, Verdict.REGISTER)
_REFUSED = frozenset({Verdict.HOST, Verdict.PERSONAL})
_NO_ROOMS = frozenset(
    {"maps.google.com", "maps.app.goo.gl", "goo.gl", "openstreetmap.org", "www.openstreetmap.org"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingLinks:
    """What people need beside the time.

    Attributes:
        join: The address that lets anybody in; "" when there is none.
        provider: The service's name; "" for one that no table knows.
        source: The property it was found in.
        page: Where the calendar says more about the meeting (URL).
        dial_in: Phone numbers and meeting id, as lines.
        passcode: Apart, so that the group's admins can decide whether it is shown.
        refused: Links that were one person's own or the host's, for the admins' eyes, without their secrets.
        text: The description without all of these.
    """

    join: str = ""
    provider: str = ""
    source: str = ""
    agenda: str = ""
    minutes: str = ""
    page: str = ""
    dial_in: str = ""
    passcode: str = ""
    refused: tuple[str, ...] = ()
    text: str = ""


def find_links(meeting: Meeting) -> MeetingLinks:
    """Return the links of a meeting and its description without them."""
    lines = read_lines(meeting.description or meeting.description_html)
    if meeting.description_html and not any(line.links for line in lines):
        lines = (*lines, *read_lines(meeting.description_html))
    seen = tuple(_list_candidates(meeting, lines))
    best = _choose(seen)
    paper = Paper(lines)
    return MeetingLinks(
        join=best.judged.url if best else "",
        provider=best.judged.provider if best else "",
        source=best.source if best else "",
        agenda=paper.find_agenda(),
        minutes=paper.find_minutes(),
        page=meeting.url if is_safe_url(meeting.url) and judge(meeting.url).verdict is Verdict.OTHER else "",
        dial_in=paper.write_dial_in(),
        passcode=paper.passcode,
        refused=_list_refused(seen),
        text=paper.write_text(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    judged: Judged
    source: str
    is_called_so: bool = False


def _list_refused(candidates: Iterable[_Candidate]) -> tuple[str, ...]:
    urls = (each.judged.url for each in candidates if each.judged.verdict in _REFUSED)
    return tuple(dict.fromkeys(map(find_host, urls)))


def _list_candidates(meeting: Meeting, lines: tuple[Line, ...]) -> Iterator[_Candidate]:
    """Yield every address, the surest property first."""
    properties = {name.upper(): value for name, value in meeting.properties}
    added = {properties[name].partition("?")[0] for name in _GOOGLE if name in properties}
    for url in meeting.conferences:
        yield from _from_text(url, "CONFERENCE", is_called_so=True)
    for name in _SKYPE_TEAMS:
        yield from _from_text(properties.get(name, ""), name, is_called_so=True)
    yield from _from_text(meeting.location, "LOCATION")
    for link, label in list_labels(lines):
        judged = judge(link.url)
        if link.url.partition("?")[0] in added:
            continue
        if not judged.is_server_invite:
            yield _Candidate(judged=judged, source="DESCRIPTION", is_called_so=names_join(label))
    for name in _GOOGLE:
        yield from _from_text(properties.get(name, ""), name)
    yield from _from_text(meeting.url, "URL")


def _from_text(text: str, source: str, *, is_called_so: bool = False) -> Iterator[_Candidate]:
    for link in find_links_in(text[:4000]):
        yield _Candidate(judged=judge(link.url), source=source, is_called_so=is_called_so)


def _choose(candidates: Iterable[_Candidate]) -> _Candidate | None:
    """Return the best of the first property that has one; an unknown service must be called so."""
    known: dict[str, _Candidate] = {}
    called: list[_Candidate] = []
    for each in candidates:
        if each.judged.verdict in _RANK:
            better = known.get(each.source)
            if better is None or _RANK.index(each.judged.verdict) < _RANK.index(better.judged.verdict):
                known[each.source] = each
        elif each.is_called_so and not each.judged.provider and _may_be_room(each.judged.url):
            called.append(each)
            if each.source != "DESCRIPTION":
                known.setdefault(each.source, each)
    return next(iter(known.values()), None) or next(iter(called), None)


def _may_be_room(url: str) -> bool:
    return is_safe_url(url) and find_host(url) not in _NO_ROOMS and not is_document(url)
