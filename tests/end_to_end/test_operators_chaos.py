"""Callers come and go while browsers, web processes, the relay and Redis are killed.

The long form, with 200 callers, is `make chaos`.
"""

from __future__ import annotations

from pathlib import Path

from tests.chaos.storm import Weather, storm

WEATHER = Weather(seed=20_261_125, callers=40, seconds=20, pause=2.5, max_wait=15)


def test_every_caller_ends_as_they_should_whatever_is_killed(short_folder: Path) -> None:
    after = storm(short_folder, WEATHER)
    call_detail = "\n".join([str(WEATHER), str(after), *after.audit.faults, *after.evidence])
    assert not after.audit.faults, call_detail
    assert sum(after.struck.values()) >= 8, call_detail
