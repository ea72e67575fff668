"""The whole system, running: a server of its own, a simulated carrier, a mail server."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.adapters.speech.samples import Sample, fetch_samples
from ivr.cli._demo.stage import Stage, stage
from ivr.simulator import NoAnswer

SAMPLES = Path(__file__).parents[2] / ".cache" / "speech"
CLIENTS_PEOPLE = (
    "+447700900123",
    "+447700900124",
    "+447700900232",
    "+447700900341",
    "+447700900342",
)


@pytest.fixture(scope="session")
def running() -> Iterator[Stage]:
    """One running system for all the tests here."""
    with tempfile.TemporaryDirectory(prefix="tango-") as folder, stage(Path(folder)) as set_:
        yield set_


@pytest.fixture
def system(running: Stage) -> Iterator[Stage]:
    """The running system; nobody of the clients answers the telephone unless a test says so.

    What the carrier found at fault fails the test.
    """
    for number in CLIENTS_PEOPLE:
        running.carrier.telephones[number] = NoAnswer()
    yield running
    running.carrier.check()


@pytest.fixture(scope="session")
def spoken() -> tuple[Path, Sample]:
    """A recording of real speech as a telephone carries it, and its words."""
    sample = fetch_samples(SAMPLES, print)[0]
    return SAMPLES / sample.file, sample
