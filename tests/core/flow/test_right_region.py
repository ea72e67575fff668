"""Regions of public holidays, named in words."""

from __future__ import annotations

import pytest

from ivr.core.flow.calendars import differing_regions, parse_calendar
from ivr.core.flow.findings import MAX_MESSAGE
from ivr.core.flow.right_region import advice, listed
from ivr.core.flow.types import Faults


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("England", "GB-ENG"),
        ("Scotland", "GB-SCT"),
        ("gb-eng", "GB-ENG"),
        ("UK-ENG", "GB-ENG"),
        ("UK", "GB-ENG or GB-NIR or GB-SCT or GB-WLS"),
        ("yes", "GB-ENG or GB-NIR or GB-SCT or GB-WLS"),
        ("Bayern", "DE-BY"),
        ("Cymru", "GB-WLS"),
        ("Deutschland", "DE-BB or DE-BE or DE-BW or DE-BY or that of another region"),
        ("France", "FR"),
        ("nowhere", ""),
    ],
)
def test_a_region_is_found_by_its_name(typed: str, meant: str) -> None:
    assert advice(typed) == meant


@pytest.mark.parametrize(("country", "regions"), [("GB", 4), ("DE", 16), ("US", 50)])
def test_every_region_is_listed_within_what_a_finding_shows(country: str, regions: int) -> None:
    found = differing_regions(country)
    shown = listed(found)
    assert len(found) >= regions
    assert all(each.partition(" ")[0].partition("-")[2] in shown for each in found)
    assert len(shown) < MAX_MESSAGE - 100


@pytest.mark.parametrize("typed", [["England", "Scotland"], {"GB-ENG": "yes"}])
def test_several_regions_are_told_in_words(typed: object) -> None:
    with pytest.raises(Faults, match="one holiday region stands here, not several; write GB-ENG"):
        parse_calendar({"mon": "09:00-17:00", "holidays": typed})
