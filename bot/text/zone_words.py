"""List the words for time zones that the IANA database does not have: abbreviations, and large cities.

A word that means several zones names them all, the likeliest first; people then choose.
"""

from collections.abc import Mapping
from types import MappingProxyType

_EASTERN, _CENTRAL, _MOUNTAIN, _PACIFIC = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
)

# People say "EST" all year round and mean the place's time, summer time included.
ABBREVIATIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **dict.fromkeys(("et", "est", "edt", "eastern", "eastern time", "us eastern"), (_EASTERN,)),
        **dict.fromkeys(("ct", "cdt", "central", "central time", "us central"), (_CENTRAL,)),
        **dict.fromkeys(("mt", "mst", "mdt", "mountain", "mountain time", "us mountain"), (_MOUNTAIN,)),
        **dict.fromkeys(("pt", "pst", "pdt", "pacific", "pacific time", "us pacific"), (_PACIFIC,)),
        **dict.fromkeys(("akst", "akdt", "alaska"), ("America/Anchorage",)),
        **dict.fromkeys(("hst", "hawaii"), ("Pacific/Honolulu",)),
        **dict.fromkeys(("ast", "adt", "atlantic"), ("America/Halifax",)),
        **dict.fromkeys(("nst", "ndt", "newfoundland"), ("America/St_Johns",)),
        **dict.fromkeys(("cet", "cest", "met", "central european time"), ("Europe/Berlin",)),
        **dict.fromkeys(("eet", "eest", "eastern european time"), ("Europe/Helsinki",)),
        **dict.fromkeys(("wet", "west", "western european time"), ("Europe/Lisbon",)),
        **dict.fromkeys(("uk", "england", "scotland", "wales"), ("Europe/London",)),
        **dict.fromkeys(("utc", "z", "zulu", "universal"), ("UTC",)),
        **dict.fromkeys(("jst",), ("Asia/Tokyo",)),
        **dict.fromkeys(("kst",), ("Asia/Seoul",)),
        **dict.fromkeys(("hkt",), ("Asia/Hong_Kong",)),
        **dict.fromkeys(("sgt",), ("Asia/Singapore",)),
        **dict.fromkeys(("pkt",), ("Asia/Karachi",)),
        **dict.fromkeys(("npt",), ("Asia/Kathmandu",)),
        **dict.fromkeys(("ict",), ("Asia/Bangkok",)),
        **dict.fromkeys(("wib",), ("Asia/Jakarta",)),
        **dict.fromkeys(("msk",), ("Europe/Moscow",)),
        **dict.fromkeys(("trt",), ("Europe/Istanbul",)),
        **dict.fromkeys(("gst",), ("Asia/Dubai",)),
        **dict.fromkeys(("sast",), ("Africa/Johannesburg",)),
        **dict.fromkeys(("wat",), ("Africa/Lagos",)),
        **dict.fromkeys(("eat",), ("Africa/Nairobi",)),
        **dict.fromkeys(("cat",), ("Africa/Maputo",)),
        **dict.fromkeys(("brt",), ("America/Sao_Paulo",)),
        **dict.fromkeys(("art",), ("America/Argentina/Buenos_Aires",)),
        **dict.fromkeys(("clt",), ("America/Santiago",)),
        **dict.fromkeys(("aest", "aedt"), ("Australia/Sydney", "Australia/Brisbane")),
        **dict.fromkeys(("acst", "acdt"), ("Australia/Adelaide", "Australia/Darwin")),
        **dict.fromkeys(("awst",), ("Australia/Perth",)),
        **dict.fromkeys(("nzst", "nzdt"), ("Pacific/Auckland",)),
        "bst": ("Europe/London", "Asia/Dhaka"),
        "cst": (_CENTRAL, "Asia/Shanghai"),
        "gmt": ("UTC", "Europe/London"),
        "ist": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
    }
)

# Cities that name no zone of their own; which zone they keep.
CITIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        _EASTERN: (
            "atlanta", "baltimore", "boston", "charlotte", "cleveland", "miami", "philadelphia", "pittsburgh",
            "raleigh", "washington", "washington dc", "nyc",
        ),
        _CENTRAL: (
            "austin", "dallas", "houston", "kansas city", "minneapolis", "nashville", "new orleans",
            "st louis",
        ),
        _MOUNTAIN: ("albuquerque", "salt lake city"),
        _PACIFIC: ("la", "las vegas", "portland", "san diego", "san francisco", "san jose", "seattle", "sf"),
        "America/Toronto": ("montreal", "ottawa", "quebec"),
        "America/Edmonton": ("calgary",),
        "America/Sao_Paulo": ("brasilia", "rio de janeiro"),
        "Europe/London": (
            "birmingham", "bristol", "cambridge", "cardiff", "edinburgh", "glasgow", "manchester", "oxford",
        ),
        "Europe/Paris": ("lyon", "marseille", "strasbourg", "toulouse"),
        "Europe/Berlin": (
            "bonn", "cologne", "dresden", "frankfurt", "hamburg", "hannover", "heidelberg", "köln", "leipzig",
            "munich", "münchen", "stuttgart",
        ),
        "Europe/Zurich": ("basel", "bern", "cern", "geneva", "genf", "lausanne", "zürich"),
        "Europe/Rome": ("florence", "milan", "naples", "turin", "venice"),
        "Europe/Madrid": ("barcelona", "sevilla", "valencia"),
        "Europe/Lisbon": ("porto",),
        "Europe/Amsterdam": ("den haag", "eindhoven", "rotterdam", "the hague", "utrecht"),
        "Europe/Brussels": ("antwerp", "ghent", "leuven"),
        "Europe/Vienna": ("graz", "salzburg", "wien"),
        "Europe/Prague": ("brno", "praha"),
        "Europe/Warsaw": ("gdansk", "krakow", "wroclaw", "poznan"),
        "Europe/Copenhagen": ("aarhus",),
        "Europe/Stockholm": ("gothenburg", "uppsala"),
        "Europe/Oslo": ("bergen", "trondheim"),
        "Europe/Moscow": ("saint petersburg", "st petersburg"),
        "Europe/Istanbul": ("ankara", "izmir"),
        "Europe/Kyiv": ("lviv", "odesa"),
        "Asia/Jerusalem": ("haifa", "tel aviv"),
        "Asia/Dubai": ("abu dhabi",),
        "Asia/Riyadh": ("jeddah",),
        "Asia/Kolkata": (
            "bangalore", "bengaluru", "chennai", "delhi", "hyderabad", "mumbai", "new delhi", "pune",
        ),
        "Asia/Karachi": ("islamabad", "lahore"),
        "Asia/Shanghai": ("beijing", "guangzhou", "hangzhou", "shenzhen", "wuhan"),
        "Asia/Tokyo": ("kyoto", "osaka", "yokohama"),
        "Asia/Seoul": ("busan", "daejeon"),
        "Asia/Ho_Chi_Minh": ("hanoi",),
        "Australia/Sydney": ("canberra",),
        "Pacific/Auckland": ("christchurch", "wellington"),
        "Africa/Johannesburg": ("cape town", "durban", "pretoria"),
        "Africa/Lagos": ("abuja",),
        "Africa/Casablanca": ("rabat",),
    }
)  # fmt: skip
