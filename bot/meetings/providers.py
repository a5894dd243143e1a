"""Judge the addresses of meeting services: which one lets anybody in, and which is meant for one person."""

import enum
import re
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import parse_qsl, unquote, urlsplit

from bot.text.links import find_host, is_safe_url

_MAX_PARAMETERS = 60


class Verdict(enum.StrEnum):
    """What an address of a meeting is good for, the best first."""

    JOIN = "join"
    ROOM = "room"
    REGISTER = "register"
    DIAL_IN = "dial_in"
    PERSONAL = "personal"
    HOST = "host"
    PAGE = "page"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An address with the name of its service, "" for one that no table knows."""

    url: str
    provider: str
    verdict: Verdict

    @property
    def is_server_invite(self) -> bool:
        """Tell whether it leads into a Discord server: "join our Discord" is no way into the meeting."""
        return self.provider == "Discord" and self.verdict is Verdict.REGISTER


@dataclass(frozen=True, slots=True, kw_only=True)
class _Provider:
    """A service: its hosts, and what its paths are good for, the first that matches."""

    name: str
    hosts: re.Pattern[str]
    paths: tuple[tuple[re.Pattern[str], Verdict], ...]


# What betrays a host comes first.
_ORDER = (
    Verdict.HOST,
    Verdict.DIAL_IN,
    Verdict.PAGE,
    Verdict.OTHER,
    Verdict.JOIN,
    Verdict.ROOM,
    Verdict.REGISTER,
)


def _provider(name: str, hosts: str, **paths: str) -> _Provider:
    given = [(each, paths[each.value]) for each in _ORDER if each.value in paths]
    return _Provider(
        name=name,
        hosts=re.compile(rf"(?:.+\.)?(?:{hosts})"),
        paths=tuple((re.compile(pattern, re.IGNORECASE), verdict) for verdict, pattern in given),
    )


_PROVIDERS = (
    _provider(
        "Zoom",
        r"zoom-lfx\.platform\.linuxfoundation\.org",
        join=r"/meeting/\d{5,20}/?$",
        page=r"/meetings/",
    ),
    _provider(
        "Zoom",
        r"zoom\.us|zoomgov\.com|zoom\.com|zoom\.com\.cn|zoom-x\.de",
        host=r"/(?:s|start)/|/wc/\d{1,20}/start",
        dial_in=r"/(?:u|zoomconference|teleconference)(?:/|$)",
        join=r"/(?:[jw]/\d{1,20}|wc/(?:join/)?\d{1,20}|wc/\d{1,20}/join)(?:/|$)",
        room=r"/my/[\w.-]{1,80}/?$",
        register=r"/(?:meeting|webinar)/register/",
        page=r"/(?:rec|recording)(?:/|$)",
        other=r"/meetings?/[^/]{1,200}/(?:ics|invitations)",
    ),
    _provider(
        "Google Meet",
        r"meet\.google\.com|g\.co",
        dial_in=r"/tel/",
        join=r"/(?:meet/)?(?:[a-z]{3,4}-?[a-z]{4}-?[a-z]{3,4}|lookup/[\w-]{3,60})/?$",
    ),
    _provider("Google Meet", r"tel\.meet", dial_in=r"/"),
    _provider("Microsoft Teams", r"dialin\.teams\.microsoft\.com|dialin\.plcm\.vc", dial_in=r"/"),
    _provider(
        "Microsoft Teams",
        r"teams\.microsoft\.com|teams\.live\.com|teams\.cloud\.microsoft|gov\.teams\.microsoft\.us",
        other=r"/meetingOptions",
        join=r"/(?:l/meetup-join|meet|_#/l/meetup-join)/|/dl/launcher/",
    ),
    _provider("Skype", r"join\.skype\.com|meet\.lync\.com", join=r"/[\w.-]"),
    _provider(
        "Webex",
        r"webex\.com",
        host=r"/(?:host|start)(?:/|\.|$)",
        dial_in=r"/(?:[\w.-]{1,60}/)?globalcallin\.php|/tollfree",
        join=r"/(?:[\w.-]{1,60}/)?(?:j|e|k2/j|m|onstage/g)\.php|/wbxmjs/"
        r"|/webappng/sites/[\w.-]{1,60}/meeting/(?:download|info)/",
        room=r"/(?:meet|join)/[\w.@-]{1,80}",
        page=r"/(?:recordingservice|mw3300|mywebex)",
    ),
    _provider(
        "Jitsi", r"meet\.jit\.si|8x8\.vc|jitsi\.[\w.-]{1,200}|meet\.jitsi\.[\w.-]{1,200}", join=r"/[\w%.-]"
    ),
    _provider("Jitsi", r"meet\.(?:ffmuc\.net|golem\.de|systemli\.org|gnome\.org)", join=r"/[\w%.-]"),
    _provider(
        "BigBlueButton",
        r"(?:bbb|bigbluebutton|greenlight)[\w-]*\.[\w.-]{1,200}",
        join=r"/(?:b|gl|rooms|join|meeting)/[\w-]",
        host=r"/bigbluebutton/api/",
    ),
    _provider("Whereby", r"whereby\.com|appear\.in", join=r"/[\w-]"),
    _provider("Discord", r"discord\.gg", register=r"/\w"),
    _provider("Discord", r"discord(?:app)?\.com", join=r"/(?:channels|events)/\d", register=r"/invite/\w"),
    _provider("GoTo Meeting", r"gotomeet\.me|meet\.goto\.com", join=r"/[\w-]{5,}"),
    _provider("GoTo Meeting", r"gotomeeting\.com", join=r"/(?:meeting/)?join/[\w-]{5,}"),
    _provider("BlueJeans", r"bluejeans\.com", join=r"/\d{5,}"),
    _provider("Amazon Chime", r"chime\.aws", join=r"/\d{5,}"),
    _provider("Element Call", r"call\.element\.io", join=r"/."),
    _provider("Slack", r"app\.slack\.com", join=r"/huddle/"),
)
# Parameters that say who comes, on any service; the values of a host's key start the meeting.
_PERSONAL = frozenset(
    {"tk", "email", "uname", "registrant", "registrant_id", "jwt", "participant", "user", "userid"}
)
_HOST = frozenset({"zak", "ltoken", "hostkey", "host_key", "moderatorpw", "startmeeting"})
# What the Linux Foundation's own page takes from everybody; anything else came with one person's invitation.
_LFX_SHARED = frozenset({"password", "view"})
_WRAPPERS = MappingProxyType(
    {
        "www.google.com": ("q", "url"),
        "google.com": ("q", "url"),
        "safelinks.protection.outlook.com": ("url",),
        "slack-redir.net": ("url",),
        "l.facebook.com": ("u",),
        "urldefense.proofpoint.com": ("u",),
    }
)
_MAX_WRAPPERS = 3


def judge(url: str) -> Judged:
    """Return what an address is good for; one that is none of a meeting service is OTHER without a name."""
    host = find_host(url)
    provider = next((each for each in _PROVIDERS if each.hosts.fullmatch(host)), None)
    if provider is None or not is_safe_url(url):
        return Judged(url=url, provider="", verdict=Verdict.OTHER)
    return Judged(url=url, provider=provider.name, verdict=_judge_by(provider, url, host))


def _judge_by(provider: _Provider, url: str, host: str) -> Verdict:
    parts = urlsplit(url)
    names = _list_parameters(parts.query) | _list_parameters(parts.fragment)
    if names & _HOST:
        return Verdict.HOST
    path = unquote(parts.path) or "/"
    verdict = next((verdict for pattern, verdict in provider.paths if pattern.match(path)), Verdict.OTHER)
    is_lfx = host.endswith("linuxfoundation.org")
    is_personal = bool(names & _PERSONAL) or (is_lfx and bool(names - _LFX_SHARED))
    if is_personal and verdict in {Verdict.JOIN, Verdict.ROOM, Verdict.REGISTER}:
        return Verdict.PERSONAL
    return verdict


def _list_parameters(query: str) -> frozenset[str]:
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=_MAX_PARAMETERS)
    except ValueError:  # more than anybody needs
        return frozenset()
    return frozenset(name.lower() for name, _ in pairs if not name.lower().startswith("utm_"))


def unwrap(url: str) -> str:
    """Return where an address leads that a mail filter or a redirect stands before."""
    for _ in range(_MAX_WRAPPERS):
        parts = _split(url)
        inner = _find_inner(find_host(url), *parts) if parts else ""
        if not inner:
            break
        url = inner
    return url


def _split(url: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(url)
        return parts.path, parts.query
    except ValueError:
        return None


def _find_inner(host: str, path: str, query: str) -> str:
    if host == "urldefense.com" and "__" in path:
        inner = path.partition("__")[2].partition("__")[0]
        return inner if inner.startswith("http") else ""
    names = next(
        (names for wrapper, names in _WRAPPERS.items() if host in wrapper or host.endswith(f".{wrapper}")), ()
    )
    if host.endswith("google.com") and not path.startswith("/url"):
        return ""
    try:
        given = dict(parse_qsl(query, max_num_fields=_MAX_PARAMETERS))
    except ValueError:
        return ""
    return next(
        (given[name] for name in names if given.get(name, "").startswith(("http://", "https://"))), ""
    )
