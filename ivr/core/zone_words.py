"""Names of time zones for people. Pure."""

from __future__ import annotations

from datetime import tzinfo

from babel.dates import get_timezone_location

UTC_NAMES = ("UTC", "Etc/UTC", "Etc/GMT", "GMT")


def zone_words(zone: tzinfo) -> str:
    """Return the name of a zone's time: `London time`, or `UTC`.

    The city is that of the zone's name, as the Unicode CLDR writes it in English.
    """
    name = str(zone)
    if name in UTC_NAMES:
        return "UTC"
    if "/" not in name or name.startswith("Etc/"):
        return f"{name} time"
    city = get_timezone_location(name, locale="en_GB", return_city=True)
    return f"{city.rpartition('/')[2]} time"
