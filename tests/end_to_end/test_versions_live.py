"""Versions on two machines with two web processes each: new calls hear the new one at once, and a
call in progress stays on its own, whatever is restarted meanwhile."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from ivr.cli._demo.stage import Stage, stage
from ivr.simulator import HangUp, Moment, Press
from ivr.simulator.caller import Act

NUMBER, CALLER = "+441632960520", "+441632960001"
FILE = """\
schema: 1
client: {{name: Derwent, numbers: "{number}"}}
start: main
nodes:
  main: {{menu: "For {word} press 1.", choices: [{{key: "1", next: bye}}], give_up: bye}}
  bye: {{hangup: "Thank you, {word}."}}
"""
IN_A_ROW = 8
"""So many calls, one after the other, meet both web processes of a machine."""
SECONDS = 10.0
"""Two seconds are promised; a busy machine is given more before the test gives up."""


class Machine:
    """One of the machines: its server, and its own copy of the client's file."""

    def __init__(self, running: Stage, file: Path) -> None:
        self.running, self.file = running, file

    def write(self, word: str) -> None:
        draft = self.file.with_suffix(".new")
        draft.write_text(FILE.format(number=NUMBER, word=word), encoding="utf-8")
        draft.replace(self.file)

    def says(self, word: str) -> bool:
        """Whether a new call hears `word`."""
        call = self.running.carrier.call(NUMBER, CALLER, [HangUp()])
        return f"For {word} press" in str(call.transcript)

    def web_processes(self) -> list[psutil.Process]:
        everything = psutil.Process(self.running.server.pid).children(recursive=True)
        return [each for each in everything if "ivr.processes.web" in " ".join(each.cmdline())]


@pytest.fixture(scope="module")
def machines(
    tmp_path_factory: pytest.TempPathFactory, redis_server: str
) -> Iterator[tuple[Machine, Machine]]:
    """Two machines that share Redis and the records, and nothing else."""
    root = tmp_path_factory.mktemp("machines")
    found = []
    with ExitStack() as stack:
        for name in ("one", "two"):
            folder = root / name
            flows = folder / "flows"
            flows.mkdir(parents=True)
            file = flows / "derwent.yaml"
            file.write_text(FILE.format(number=NUMBER, word="tea"), encoding="utf-8")
            more = {
                "IVR_FLOWS": str(flows),
                "IVR_REDIS_URL": redis_server,
                "IVR_DATABASE_URL": f"sqlite:///{root / 'records.sqlite3'}",
                "IVR_WEB_PROCESSES": "2",
            }
            found.append(Machine(stack.enter_context(stage(folder, more=more)), file))
        yield found[0], found[1]


class Patient:
    """A caller who waits at the menu until they are told to go on."""

    def __init__(self) -> None:
        self.arrived, self.go_on = threading.Event(), threading.Event()

    def __call__(self, moment: Moment) -> Act | None:
        if moment.kind != "gather":
            return None
        self.arrived.set()
        assert self.go_on.wait(60)
        return Press("1")


def until_all_say(word: str, *machines: Machine) -> None:
    """Every new call, on each machine and in each of its processes, hears `word`."""
    for machine in machines:
        end, in_a_row = time.monotonic() + SECONDS, 0
        while in_a_row < IN_A_ROW:
            assert time.monotonic() < end, f"'{word}' is not live everywhere"
            in_a_row = in_a_row + 1 if machine.says(word) else 0


def test_a_changed_file_is_live_on_every_process_and_machine(
    machines: tuple[Machine, Machine],
) -> None:
    one, two = machines
    until_all_say("tea", one, two)
    one.write("coffee")  # the other machine's disk lags behind
    until_all_say("coffee", one, two)
    two.write("cocoa")
    until_all_say("cocoa", one, two)
    assert [each.how for each in one.running.records.versions.publications("derwent")] == [
        "file"
    ] * 3


def test_a_call_in_progress_stays_on_its_version_though_every_web_process_dies(
    machines: tuple[Machine, Machine],
) -> None:
    one, two = machines
    one.write("milk")
    until_all_say("milk", one, two)
    caller = Patient()
    call = one.running.carrier.place(NUMBER, CALLER, caller)
    assert caller.arrived.wait(30)
    for machine in machines:
        machine.write("water")
    until_all_say("water", one, two)
    dead = one.web_processes()
    assert len(dead) >= 2
    for process in dead:
        os.kill(process.pid, signal.SIGKILL)
    psutil.wait_procs(dead, timeout=60)
    caller.go_on.set()
    call.join()
    assert "Thank you, milk." in str(call.transcript)
    assert one.says("water")
    one.running.carrier.check()
