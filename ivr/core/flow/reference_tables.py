"""What the reference says besides the settings of models: calendars, holiday regions, limits."""

from __future__ import annotations

from collections.abc import Iterator

import holidays as public_holidays
from babel import Locale

from ivr.core.flow.build import MAX_PLACES
from ivr.core.flow.document import ClientFile
from ivr.core.flow.source import MAX_BYTES, MAX_CHARACTERS, MAX_VALUES
from ivr.core.flow.tree import MAX_DEPTH
from ivr.core.flow.types import Condition, Name, Text

Row = tuple[str, ...]

CALENDAR: tuple[Row, ...] = (
    (
        "`mon`, `tue` … `sun`, or `mon-fri`",
        "The hours of a day of the week, or of each of several. A day of its own counts more than "
        "a range. A day that is not named is closed.",
        'hours: `"09:00-17:30"`, several with a comma or as a list, `closed`; `"22:00-06:00"` '
        "ends on the next day, `00:00-24:00` is the whole day",
    ),
    (
        "`holidays`",
        "Closed on the public holidays of a region.",
        "[a holiday region](#holiday-regions)",
    ),
    (
        "`closed`",
        "Closed on these days. It counts more than public holidays and weekdays.",
        '`"2026-12-25"`, or from first to last day `"2026-12-24..2027-01-02"`, or a list',
    ),
    (
        "`dates`",
        "Days with hours of their own. They count more than all the rest.",
        'hours by date: `{"2026-12-24": "09:00-12:00"}`',
    ),
)


def limits() -> Iterator[Row]:
    """Every limit of a file as a whole, and of what stands in many places."""
    templates = next(m.max_length for m in ClientFile.model_fields["use"].metadata if _long(m))
    yield "size of a file", f"{MAX_BYTES // 1024} kB"
    yield "values in a file, each counted again where an alias (`*name`) puts it", f"{MAX_VALUES:,}"
    yield "characters of all values together, aliases counted so too", f"{MAX_CHARACTERS:,}"
    yield "levels of values inside each other", str(MAX_DEPTH)
    yield "templates that a file uses", str(templates)
    yield "nodes of a flow, with those of templates each time they are used", f"{MAX_PLACES:,}"
    yield "characters of what is said or written in one place", f"{Text.most:,}"
    yield "characters of a condition", f"{Condition.most:,}"
    yield "characters of other names", f"{Name.most:,}"
    yield "characters of a node's name: small letters, digits, `_` and `-`", "41"
    yield "characters of a variable's name: small letters, digits and `_`", "41"


def _long(metadata: object) -> bool:
    return getattr(metadata, "max_length", None) is not None


def regions() -> Iterator[Row]:
    """Countries with public holidays, by name, and the regions that differ from the country."""
    names = Locale("en").territories
    codes = {codes[1] for codes in public_holidays.registry.COUNTRIES.values()}
    countries = {code: str(names[code]) for code in codes if code in names}
    for code, name in sorted(countries.items(), key=lambda each: each[1]):
        country = getattr(public_holidays, code)
        parts = ", ".join(f"`{code}-{part}`" for part in country.subdivisions)
        yield name, f"`{code}`", parts
