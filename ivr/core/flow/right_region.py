"""Which region of public holidays is meant where a country or a region is named in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import holidays as public_holidays
from babel import Locale

from ivr.core.language.phrases import languages

_COUNTRIES = ("GB", "IE", "DE", "AT", "CH", "US", "CA", "AU", "NZ")
"""Whose regions may be named in words."""
_SHOWN = 4
MOST_NAMED = 250
"""Characters of a list of regions with their names."""
_REGIONS = {
    "england and wales": "GB-ENG",
    "lloegr": "GB-ENG",
    "cymru": "GB-WLS",
    "yr alban": "GB-SCT",
    "bavaria": "DE-BY",
    "saxony": "DE-SN",
}
"""Other names of regions."""
_ALSO = {
    "uk": "GB",
    "britain": "GB",
    "great britain": "GB",
    "gb": "GB",
    "british": "GB",
    "usa": "US",
    "yes": "GB",
    "true": "GB",
    "bank holidays": "GB",
}


def advice(text: str) -> str:
    """`England` → `GB-ENG`; `UK` → its regions, to choose from; empty where nothing is known."""
    plain = " ".join(re.findall(r"[^\W_]+", text.lower()))
    code = text.strip().upper().replace("_", "-").replace(" ", "-")
    country, _, part = code.partition("-")
    country = "GB" if country == "UK" else country
    if country in _COUNTRIES and part in _regions(country).values():
        return f"{country}-{part}"
    if plain in _REGIONS:
        return _REGIONS[plain]
    for each in _COUNTRIES:
        if plain in _regions(each):
            return f"{each}-{_regions(each)[plain]}"
    named = _ALSO.get(plain) or _country_names().get(plain)
    if named is None:
        return ""
    regions = list(dict.fromkeys(_regions(named).values())) if named in _COUNTRIES else []
    listed = " or ".join(f"{named}-{one}" for one in regions[:_SHOWN]) or named
    return listed + " or that of another region" * (len(regions) > _SHOWN)


@cache
def _regions(country: str) -> dict[str, str]:
    """The regions of a country by their names, in small letters, and by their codes."""
    whole = public_holidays.country_holidays(country)
    codes = {code.lower(): code for code in whole.subdivisions}
    return codes | {name.lower(): code for name, code in whole.subdivisions_aliases.items()}


@cache
def _country_names() -> dict[str, str]:
    known = {codes[1] for codes in public_holidays.registry.COUNTRIES.values()}
    return {
        name.lower(): code
        for language in languages()
        for code, name in Locale(language).territories.items()
        if code in known
    }


def listed(regions: Sequence[str]) -> str:
    """All regions of a country, such as `GB-ENG (England)`: with their names, unless that is too
    long to be shown."""
    named = ", ".join(regions)
    if len(named) <= MOST_NAMED:
        return named
    country = regions[0].partition("-")[0]
    parts = ", ".join(each.partition(" ")[0].partition("-")[2] for each in regions)
    return f"{country}- and one of {parts}"
