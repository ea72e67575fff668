"""A storm: a whole running system, its callers and operators, and what befalls it."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import soundfile
from redis import Redis, RedisError

from ivr.adapters.redis.queue.operators import RedisOperators
from ivr.adapters.redis.server import connect
from ivr.cli._demo.stage import Stage, stage
from ivr.core.accounts import passwords
from ivr.core.accounts.account import Account
from ivr.core.accounts.roles import Role
from ivr.core.queue.states import DeviceType
from ivr.errors import StateUnavailable
from ivr.keys import RECONCILE_LEASE_SECONDS
from ivr.processes.reconciliation import AFTER_REDIS, LOOKS_BACK, compare_alone, open_reconciliation
from ivr.services.reconciliation import Reconciliation
from ivr.simulator import Answers
from ivr.web.console.operator.view import WORDS
from tests.accounts import keep_account
from tests.chaos.agency import IN_BROWSER, OPERATORS, THIRD, write_agency
from tests.chaos.audit import Audit, Auditor
from tests.chaos.blows import Fate
from tests.chaos.callers import Caller, Talker, Wish, deal
from tests.chaos.evidence import evidence
from tests.chaos.eyes import Eyes
from tests.chaos.operators import PASSWORD, Operator

SPEED = 5.0
"""Calls' clocks run so much faster than ours."""

CARRIER = {
    "speed": SPEED,
    "hold_turn_seconds": 0.8,
    "max_documents": 5000,
}
PATIENCE = 120.0
SETTLE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Weather:
    """How bad it gets: `callers` within `seconds`, a blow every `pause` seconds or so."""

    seed: int
    callers: int
    seconds: float
    pause: float
    operators: int = len(OPERATORS)
    max_wait: int = 20
    power: bool = False
    windows: int = 0
    """So many operators have a real Chromium besides."""


@dataclass
class Aftermath:
    """What a storm has left behind."""

    audit: Audit
    struck: Counter[str]
    done: Counter[str]
    legs: int
    settled_after: float
    log: list[tuple[float, str]] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)
    """Of each fault of the audit."""

    def __str__(self) -> str:
        def listed(counts: Counter[str]) -> str:
            return ", ".join(f"{number} × {name}" for name, number in sorted(counts.items()))

        endings = Counter({str(name): number for name, number in self.audit.endings.items()})
        return (
            f"callers: {listed(endings)}\nblows: {listed(self.struck)}\n"
            f"operators: {listed(self.done)}\n"
            f"call legs: {self.legs}; quiet {self.settled_after:.0f} s after the last caller came"
        )


def storm(folder: Path, weather: Weather) -> Aftermath:
    """Let one pass over a system in an empty `folder`."""
    random = Random(weather.seed)  # noqa: S311 - to be repeated
    write_agency(folder / "flows", weather.max_wait)
    more = {
        "IVR_FLOWS": str(folder / "flows"),
        "IVR_SPEECH_WORKERS": "0",
        "IVR_LIVE_STREAMS": "0",
    }
    callers = deal(weather.callers, weather.seconds, _voice(folder), random)
    with stage(folder, more=more, carrier=CARRIER | {"patience_seconds": PATIENCE}) as running:
        operators = _operators(running, weather)
        fate = Fate(running, operators, weather.seed, weather.pause, weather.power)
        eyes = Eyes(running.carrier)
        windows = _windows(running, operators[: weather.windows], folder)
        for each in (*operators, *windows.values(), eyes, fate):
            each.start()
        _come_and_go(running, callers)
        came = time.monotonic()
        _until(lambda: all(c.call and c.call.done.wait(0) for c in callers), PATIENCE)
        fate.end()
        with connect(running.settings) as redis:
            _until(lambda: not Auditor(running, callers, redis).unsettled(), SETTLE_SECONDS)
            settled = time.monotonic() - came
            for operator in operators:
                operator.go_home()
            eyes.end()
            wrong = _wrong(windows, redis)
            for window in windows.values():
                window.end()
            if weather.power:
                _compare_with_the_carrier(running, redis)
            # That operators went home is a fact, too, and the relay may just be starting again.
            _until(lambda: not Auditor(running, callers, redis).unsettled(), SETTLE_SECONDS)
            audit = Auditor(running, callers, redis).audit(figures=not weather.power)
        audit.faults += [*eyes.seen, *wrong]
        done = sum((each.done for each in operators), Counter())
        found = [evidence(running, fault, fate.log) for fault in audit.faults]
        legs = len(running.carrier.calls)
        return Aftermath(audit, fate.struck, done, legs, settled, fate.log, found)


def _compare_with_the_carrier(running: Stage, redis: Redis) -> None:
    """As the relay does some minutes after Redis has lost its last second."""

    def later() -> datetime:
        return datetime.now(UTC) + AFTER_REDIS

    def opened() -> Reconciliation:
        return open_reconciliation(running.settings, redis, running.records, later)

    def compare() -> bool:
        """Whether it could; the relay may be at it, or have been killed at it."""
        came = compare_alone(redis, opened, later() - LOOKS_BACK, clock=later)
        assert came is None or came.broken_off is None, came.broken_off
        return came is not None

    _until(compare, SETTLE_SECONDS + RECONCILE_LEASE_SECONDS)


def _voice(folder: Path) -> Path:
    path = folder / "voice.wav"
    soundfile.write(path, np.zeros(8000 * 2), 8000, subtype="ULAW")
    return path


def _operators(running: Stage, weather: Weather) -> list[Operator]:
    running.carrier.telephones[THIRD] = Answers(after=3, does=Talker(20))
    kept, now = passwords.hashed(PASSWORD), datetime.now(UTC)
    book = running.records.accounts
    with connect(running.settings) as redis:
        for name in list(OPERATORS)[: weather.operators]:
            account = Account(id="", login=name, name=name, role=Role.OPERATOR, operator=name)
            book.set_password(keep_account(running.records, account, now).id, kept)
            reach = DeviceType.BROWSER if name in IN_BROWSER else DeviceType.TELEPHONE
            RedisOperators(redis).sign_on(name, None, now, reach)
    return [
        Operator(name, running.carrier, running.server.url, weather.seed)
        for name in list(OPERATORS)[: weather.operators]
    ]


def _windows(running: Stage, operators: list[Operator], folder: Path) -> dict[str, Any]:
    if not operators:
        return {}
    from tests.chaos.chromium import Window  # only the long form needs a browser

    windows = {
        each.name: Window(each.name, running.server.url, folder / each.name) for each in operators
    }
    for each in operators:
        each.window = windows[each.name]
    return windows


def _wrong(windows: dict[str, Any], redis: Redis) -> list[str]:
    """Windows that do not show what their operator is doing, a while after all is quiet."""

    def wrong() -> list[str]:
        states = {each.operator: each for each in RedisOperators(redis).all(datetime.now(UTC))}
        words = {name: WORDS[states[name].state] for name in windows}
        return [
            f"{name}'s window shows {window.state!r}, opened {window.opened} times"
            for name, window in windows.items()
            if not window.state.startswith(words[name])
        ]

    _until(lambda: not wrong(), 20)
    return wrong()


def _come_and_go(running: Stage, callers: list[Caller]) -> None:
    began = time.monotonic()
    for caller in callers:
        time.sleep(max(0.0, began + caller.after - time.monotonic()))
        running.carrier.telephones[caller.number] = caller.telephone
        caller.call = running.carrier.place(caller.to, caller.number, caller)
        if caller.wish is Wish.GIVE_UP:
            timer = threading.Timer(caller.patience, caller.call.hang_up)
            timer.daemon = True
            timer.start()


def _until(true: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(RedisError, StateUnavailable):  # it is just starting again
            if true():
                return
        time.sleep(0.25)
