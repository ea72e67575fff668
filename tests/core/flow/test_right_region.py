"""Regions of public holidays, named in words."""

from __future__ import annotations

import pytest

from ivr.core.flow.right_region import advice


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
