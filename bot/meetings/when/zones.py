"""Know what people call a time zone: abbreviations, countries, cities, offsets and IANA's own names."""

import functools
from importlib import resources
from types import MappingProxyType

from bot.text.zone_words import CITIES

# Abbreviation -> (offset in hours that it strictly means, the zones that people mean by it). Without a strict
# meaning ("ET") there is nothing to ask. The first zone is taken where all agree at the time in question.
_ABBREVIATIONS: MappingProxyType[str, tuple[float | None, tuple[str, ...]]] = MappingProxyType({
    "et": (None, ("America/New_York",)), "est": (-5, ("America/New_York",)),
    "edt": (-4, ("America/New_York",)),
    "ct": (None, ("America/Chicago",)), "cst": (-6, ("America/Chicago", "Asia/Shanghai")),
    "cdt": (-5, ("America/Chicago",)),
    "mt": (None, ("America/Denver",)), "mst": (-7, ("America/Denver",)), "mdt": (-6, ("America/Denver",)),
    "pt": (None, ("America/Los_Angeles",)), "pst": (-8, ("America/Los_Angeles",)),
    "pdt": (-7, ("America/Los_Angeles",)),
    "akst": (-9, ("America/Anchorage",)), "akdt": (-8, ("America/Anchorage",)),
    "hst": (-10, ("Pacific/Honolulu",)), "adt": (-3, ("America/Halifax",)),
    "ast": (-4, ("America/Halifax", "Asia/Riyadh")), "brt": (None, ("America/Sao_Paulo",)),
    "utc": (0, ("UTC",)), "z": (0, ("UTC",)), "zulu": (0, ("UTC",)), "uct": (0, ("UTC",)),
    "gmt": (0, ("Europe/London",)), "bst": (1, ("Europe/London",)),
    "wet": (0, ("Europe/Lisbon",)), "west": (1, ("Europe/Lisbon",)),
    "cet": (1, ("Europe/Berlin",)), "cest": (2, ("Europe/Berlin",)), "mez": (1, ("Europe/Berlin",)),
    "mesz": (2, ("Europe/Berlin",)),
    "eet": (2, ("Europe/Helsinki",)), "eest": (3, ("Europe/Helsinki",)), "msk": (None, ("Europe/Moscow",)),
    "trt": (None, ("Europe/Istanbul",)), "sast": (None, ("Africa/Johannesburg",)),
    "ist": (None, ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem")), "pkt": (None, ("Asia/Karachi",)),
    "ict": (None, ("Asia/Bangkok",)), "wib": (None, ("Asia/Jakarta",)), "sgt": (None, ("Asia/Singapore",)),
    "hkt": (None, ("Asia/Hong_Kong",)), "jst": (None, ("Asia/Tokyo",)), "kst": (None, ("Asia/Seoul",)),
    "awst": (None, ("Australia/Perth",)), "acst": (9.5, ("Australia/Adelaide",)),
    "acdt": (None, ("Australia/Adelaide",)), "aest": (10, ("Australia/Sydney",)),
    "aedt": (11, ("Australia/Sydney",)), "aet": (None, ("Australia/Sydney",)),
    "nzt": (None, ("Pacific/Auckland",)), "nzst": (12, ("Pacific/Auckland",)),
    "nzdt": (13, ("Pacific/Auckland",)),
})  # fmt: skip
_SPELLED = MappingProxyType({
    "eastern": "et", "eastern standard": "est", "eastern daylight": "edt", "us eastern": "et",
    "central": "ct",
    "central standard": "cst", "central daylight": "cdt", "us central": "ct", "mountain": "mt",
    "mountain standard": "mst", "mountain daylight": "mdt", "us mountain": "mt", "pacific": "pt",
    "pacific standard": "pst", "pacific daylight": "pdt", "us pacific": "pt", "central european": "cet",
    "central european summer": "cest", "eastern european": "eet", "western european": "wet",
    "greenwich mean": "gmt", "british summer": "bst", "coordinated universal": "utc", "universal": "utc",
    "india standard": "kolkata", "indian standard": "kolkata", "japan standard": "jst",
})  # fmt: skip
# The bare word means the speaker's own half of the continent.
_REGIONAL = MappingProxyType({
    ("Australia", "eastern"): "Australia/Sydney", ("Australia", "est"): "Australia/Sydney",
    ("Australia", "edt"): "Australia/Sydney", ("Australia", "central"): "Australia/Adelaide",
    ("Australia", "cst"): "Australia/Adelaide", ("Europe", "central"): "Europe/Berlin",
    ("Europe", "eastern"): "Europe/Helsinki",
})  # fmt: skip
_PLACES = MappingProxyType({
    "uk": "Europe/London", "britain": "Europe/London", "england": "Europe/London", "ireland": "Europe/Dublin",
    "germany": "Europe/Berlin", "france": "Europe/Paris", "italy": "Europe/Rome", "india": "Asia/Kolkata",
    "netherlands": "Europe/Amsterdam", "switzerland": "Europe/Zurich", "austria": "Europe/Vienna",
    "poland": "Europe/Warsaw", "sweden": "Europe/Stockholm", "norway": "Europe/Oslo", "japan": "Asia/Tokyo",
    "denmark": "Europe/Copenhagen", "finland": "Europe/Helsinki", "greece": "Europe/Athens",
    "china": "Asia/Shanghai", "korea": "Asia/Seoul", "israel": "Asia/Jerusalem", "turkey": "Europe/Istanbul",
    "south africa": "Africa/Johannesburg", "kenya": "Africa/Nairobi", "nigeria": "Africa/Lagos",
    "new zealand": "Pacific/Auckland", "pakistan": "Asia/Karachi", "hawaii": "Pacific/Honolulu",
    "alaska": "America/Anchorage", "california": "America/Los_Angeles", "arizona": "America/Phoenix",
})  # fmt: skip
# Offsets of a broken hour have no Etc name; these zones have kept theirs for years and change no clocks.
_BROKEN_OFFSETS = MappingProxyType({
    -570: "Pacific/Marquesas", 210: "Asia/Tehran", 270: "Asia/Kabul", 330: "Asia/Kolkata",
    345: "Asia/Kathmandu", 390: "Asia/Yangon", 525: "Australia/Eucla", 570: "Australia/Darwin",
})  # fmt: skip
_CITY_REGIONS = frozenset(
    {"Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)
# Words of another kind, and cities of which there are several.
_NO_CITIES = frozenset({
    "act", "birmingham", "cambridge", "center", "christmas", "easter", "general", "la", "lhi", "midway",
    "north", "nsw", "portland", "reunion", "san jose", "south", "st petersburg", "valencia", "washington",
    "west",
})  # fmt: skip
LONGEST_NAME = 4


@functools.cache
def list_zone_names() -> MappingProxyType[str, str]:
    """Return every IANA name by its lower-case form."""
    names = resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    return MappingProxyType({name.lower(): name for name in names})


@functools.cache
def _list_cities() -> MappingProxyType[str, str]:
    names = sorted(list_zone_names().values(), key=lambda name: (-name.count("/"), name))
    cities = {
        parts[-1].lower().replace("_", " "): name
        for name in names
        if (parts := name.split("/"))[0] in _CITY_REGIONS and len(parts) > 1
    }
    cities |= {city: zone for zone, others in CITIES.items() for city in others}
    return MappingProxyType({city: cities[city] for city in cities.keys() - _NO_CITIES} | _PLACES)


def find_zones(name: str, *, community: str) -> tuple[str, ...]:
    """Return the zones that a name in lower case can mean, the likeliest first; none when it is no zone."""
    own = _REGIONAL.get((community.partition("/")[0], name))
    name = _SPELLED.get(name, name)
    if name in _ABBREVIATIONS:
        hours, zones = _ABBREVIATIONS[name]
        if community in zones:
            zones = (community,)
        strict = find_offset(int(hours * 60)) if hours is not None else ""
        return tuple(dict.fromkeys(zone for zone in (*zones, own, strict) if zone))
    if "/" in name:
        known = list_zone_names().get(name)
        return (known,) if known else ()
    city = _list_cities().get(name)
    return (city,) if city else ()


def find_offset(minutes: int) -> str:
    """Return a zone that keeps this offset all year, or "" when there is none."""
    if minutes == 0:
        return "UTC"
    if minutes in _BROKEN_OFFSETS:
        return _BROKEN_OFFSETS[minutes]
    hours, rest = divmod(minutes, 60)
    # POSIX counts westward: Etc/GMT+5 is five hours behind UTC.
    return f"Etc/GMT{-hours:+d}" if rest == 0 and -12 <= hours <= 14 else ""
