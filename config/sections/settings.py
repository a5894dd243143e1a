"""Read what community.toml sets for a guild in place of `/settings`: zone, language, channels, editors."""

from dataclasses import dataclass

from bot.text.languages import LANGUAGES
from bot.text.zones import Zones, is_offset
from config.lines import KeyPath
from config.tables import Table, TableReader, shown

_ID = (
    "write its id, a whole number without quotes (in Discord: Copy Channel ID, or Copy Role ID, in its menu)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredSettings:
    """What is declared of a guild's settings; None where it is left to `/settings`.

    Attributes:
        zone: The zone's IANA name.
        admin_channel: Where notices for those who run the community go.
        editors_role: Whose members may edit the FAQ.
        help_channel: Where people answer what the FAQ does not.
        status_channel: Where the status card stands.
        language: What all members read is in it.
    """

    zone: str | None = None
    admin_channel: int | None = None
    editors_role: int | None = None
    help_channel: int | None = None
    status_channel: int | None = None
    language: str | None = None


SETTINGS_KEYS = DeclaredSettings.__slots__


def read_settings(reader: TableReader, guild: Table, at: KeyPath) -> DeclaredSettings:
    """Read the settings among a guild's own keys."""

    def read_id(name: str) -> int | None:
        return reader.snowflake(guild, at, name, problem=f"{name}: {_ID}")

    return DeclaredSettings(
        zone=read_zone(reader, guild, at),
        admin_channel=read_id("admin_channel"),
        editors_role=read_id("editors_role"),
        help_channel=read_id("help_channel"),
        status_channel=read_id("status_channel"),
        language=_read_language(reader, guild, at),
    )


def read_zone(reader: TableReader, table: Table, at: KeyPath) -> str | None:
    """Return the zone that a table names; None where it names none."""
    words = reader.text(table, at, "zone")
    if not words:
        return None
    zones = Zones.load()
    zone = zones.find(words)
    if zone is None:
        reader.report((*at, "zone"), f"zone: {_zone_problem(zones, words)}")
    return zone


def _read_language(reader: TableReader, guild: Table, at: KeyPath) -> str | None:
    word = reader.text(guild, at, "language")
    if word and word not in LANGUAGES:
        reader.report(
            (*at, "language"), f"language: {shown(word)} is not spoken; write {' or '.join(LANGUAGES)}"
        )
        return None
    return word or None


def _zone_problem(zones: Zones, words: str) -> str:
    if is_offset(words):
        return f"{shown(words)} is an offset, which knows no summer time; write a zone like Europe/Berlin"
    likely = zones.search(words, limit=3)
    hint = f"did you mean {' or '.join(likely)}?" if likely else "write one like Europe/Berlin"
    return f"there is no {shown(words)}; {hint}"
