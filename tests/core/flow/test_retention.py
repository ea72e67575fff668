"""How long a client's data is kept, as its file says."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.core.flow.differences import differences
from tests.flow_files import good, loaded

FLOW = "start: a\nnodes: {a: {hangup: Bye.}}\n"


def test_without_a_word_the_standard_holds(tmp_path: Path) -> None:
    kept = good(tmp_path, FLOW).retention
    assert (kept.audio, kept.transcript, kept.caller, kept.at_carrier) == (90, 365, 730, "delete")


def test_periods_are_days_weeks_months_and_years(tmp_path: Path) -> None:
    kept = good(tmp_path, f"retention: {{audio: 30d, transcript: 12w, caller: 2y}}\n{FLOW}")
    assert (kept.retention.audio, kept.retention.transcript) == (30, 84)
    assert kept.retention.caller == 730


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("{audio: 30}", "write 30d, 30w, 30m or 30y"),
        ("{audio: 4h}", "write 30d, 12w, 6m or 2y"),
        ("{audio: 3y}", "kept longer than the call itself"),
        ("{sound: 3y}", "sound"),
        ("{at_carrier: no}", "at_carrier"),
    ],
)
def test_a_rule_that_cannot_be_kept_is_refused(tmp_path: Path, rule: str, says: str) -> None:
    found = loaded(tmp_path, f"retention: {rule}\n{FLOW}")
    assert found.flow is None
    assert says in " ".join(map(str, found.findings))


def test_a_change_of_it_is_told(tmp_path: Path) -> None:
    old = good(tmp_path, FLOW)
    new = good(tmp_path, f"retention: {{audio: 7d}}\n{FLOW}")
    [said] = differences(old, new)
    assert "retention" in said
    assert "audio" in said
