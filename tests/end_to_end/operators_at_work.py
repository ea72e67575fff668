"""An agency at work: a running system, its operators and supervisor at their windows, telephones
that a test lets be answered, and callers."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from ivr.cli._demo.stage import Stage
from ivr.core.accounts.account import Account
from ivr.core.accounts.passwords import hashed
from ivr.core.accounts.roles import Role
from ivr.simulator import Answers, Call, Moment, Press, Rings
from ivr.simulator.caller import Act
from tests.accounts import keep_account
from tests.web.console.real_browser import violations

PASSWORD = "three old kettles"
SAM, ANN = "+447700900301", "+441632960302"
PATIENCE_SECONDS = 20.0
DESK: ViewportSize = {"width": 1280, "height": 800}
POCKET: ViewportSize = {"width": 390, "height": 844}
STAYS = Answers(after=1, talks_for=None)


def until(true: Callable[[], object], why: Callable[[], object] = lambda: "") -> None:
    """Wait until it is so."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < end, f"it did not come about\n{why()}"
        time.sleep(0.05)


@dataclass
class Patient:
    """A caller who presses 1 and then stays until they are sent away."""

    pressed: bool = False

    def choose(self, moment: Moment) -> Act | None:
        if moment.kind != "gather" or self.pressed:
            return None
        self.pressed = True
        return Press("1")

    def finish(self, moment: Moment) -> None:
        """Nothing was expected."""


@dataclass
class Seat:
    """Somebody's window of the console. `pictures` is where it is drawn, `faults` what was found
    wrong with what it showed."""

    name: str
    page: Page
    pictures: Path
    faults: list[str] = field(default_factory=list)

    def press(self, *pressed: str) -> None:
        for key in pressed:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def takes_a_break(self) -> None:
        """Be away, for the first of the reasons."""
        self.press("Escape", "Shift+F4", "Enter")
        expect(self.state).to_contain_text("Away: break")

    def tab_to(self, selector: str) -> None:
        """Go to a field as one does without a mouse."""
        focused = f"document.activeElement.matches({selector!r})"
        for _ in range(60):
            if self.page.evaluate(focused):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to {selector}")

    @property
    def state(self) -> Locator:
        return self.page.locator("#state .now > .state").first

    @property
    def line(self) -> Locator:
        return self.page.locator("#line")

    @property
    def queue(self) -> Locator:
        return self.page.locator(".queue")

    def shown(self, step: str) -> None:
        """Draw how it looks now, by day and by night, and look for what is wrong with it."""
        for scheme in ("dark", "light"):
            self.page.emulate_media(color_scheme=scheme)
            picture = self.pictures / f"{step}-{self.name}-{scheme}.png"
            self.page.screenshot(path=picture, caret="initial")  # it would be hidden by a style
            self.faults += [f"{step}, {scheme}: {each}" for each in violations(self.page)]
        over = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        self.faults += [f"{step}: too broad by {over}"] if over > 0 else []


@dataclass
class Agency:
    """The running system, and who sits at it."""

    stage: Stage
    sam: Seat
    ann: Seat
    supervisor: Seat

    def telephone(self, number: str, then: Answers = STAYS) -> Rings:
        """A telephone that rings from now on until the test lets it be answered."""
        rings = Rings(then)
        self.stage.carrier.telephones[number] = rings
        return rings

    def calls(self, client: str, caller: str) -> Call:
        """Somebody calls, and stays for as long as it takes."""
        return self.stage.carrier.place(client, caller, Patient())

    def leg(self, number: str) -> Call:
        """The latest call of somebody who was rung."""
        return [call for call in self.stage.carrier.calls if call.to == number][-1]

    def rang(self, number: str, times: int = 1) -> bool:
        """Whether a telephone was rung so often."""
        return sum(to == number for to, _ in self.stage.carrier.telephones.rung) >= times

    def mail_to(self, address: str) -> list[str]:
        """The text of what was sent there."""
        mails = [mail for mail in self.stage.mailbox.mails if address in mail["To"]]
        return [f"{mail['Subject']}\n{mail.get_body(('plain',))}" for mail in mails]

    @property
    def faults(self) -> list[str]:
        return [*self.sam.faults, *self.ann.faults, *self.supervisor.faults]


def account(stage: Stage, login: str, name: str, role: Role, **whose: Any) -> None:
    """Somebody who signs in with `PASSWORD`."""
    book, now = stage.records.accounts, datetime.now(UTC)
    new = Account(id="", login=login, name=name, role=role, **whose)
    made = keep_account(stage.records, new, now)
    book.set_password(made.id, hashed(PASSWORD))


def sits_down(
    browser: Browser, stage: Stage, login: str, path: str, pictures: Path, **window: Any
) -> Seat:
    """Open a window and sign in, by the keyboard."""
    context = browser.new_context(viewport=DESK, reduced_motion="reduce", **window)
    page = context.new_page()
    seat = Seat(login, page, pictures)
    page.on("console", lambda message: seat.faults.append(message.text))
    page.on("pageerror", lambda error: seat.faults.append(str(error)))
    page.goto(f"{stage.server.url}/console/{path}", wait_until="load")
    seat.faults.clear()  # that one must sign in first is a 403, which the browser tells
    seat.tab_to("[name=login]")
    seat.type(login)
    seat.press("Tab")
    seat.type(PASSWORD)
    seat.press("Enter")
    expect(page.locator("#state, #board")).to_be_visible()
    return seat
