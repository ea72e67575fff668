"""Relays are killed while messages go out; the long form is `tests.services.deliveries.chaos`."""

from __future__ import annotations

from pathlib import Path

from tests.services.deliveries.chaos import run


def test_whenever_relays_are_killed_every_message_arrives_and_nobody_sees_one_twice(
    tmp_path: Path,
) -> None:
    report = run(messages=60, seed=14, folder=tmp_path)
    assert report.faults == []
    assert report.kills >= 3
