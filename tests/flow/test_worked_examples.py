"""The client files on the pages for editors are good, and do what their tests say."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.flow.load import load
from ivr.nodes import KINDS
from tests.worked_examples import worked_examples

EXAMPLES = worked_examples()


def test_the_pages_show_an_example_of_each_trade() -> None:
    assert set(EXAMPLES) == {
        "acme",
        "trent-plumbing",
        "mill-lane-surgery",
        "pedal-and-chain",
        "lantern-nights",
    }


@pytest.mark.parametrize("client", EXAMPLES)
def test_nothing_is_found_in_a_worked_example(client: str, tmp_path: Path) -> None:
    file = tmp_path / f"{client}.yaml"
    file.write_text(EXAMPLES[client], encoding="utf-8")
    assert load(file, KINDS).findings == ()
