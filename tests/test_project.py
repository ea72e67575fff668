"""Where the files beside the package are."""

from __future__ import annotations

from pathlib import Path

from ivr.project import IMPORT_ROOT, PROJECT


def test_in_a_checkout_they_lie_beside_the_package() -> None:
    assert PROJECT == IMPORT_ROOT == Path(__file__).parents[1]
