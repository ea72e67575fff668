"""Sam's chair: a window of a real browser before the console, with Sam signed in."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page

from tests.web.console.operator.operator_room import AtWork

PASSWORD = "a quiet afternoon"


@dataclass
class Seat:
    """Sam's chair: the browser's window, the server's address and the room."""

    work: AtWork
    page: Page
    address: str
    complaints: list[str]

    def open(self, path: str = "") -> Page:
        self.page.goto(f"{self.address}/console/operator{path}", wait_until="load")
        return self.page

    def visit(self, path: str) -> Page:
        """Go to any page of the console."""
        self.page.goto(f"{self.address}/console/{path}", wait_until="load")
        return self.page

    def session_ends(self) -> None:
        """An administrator signs Sam out everywhere."""
        book = self.work.console.records.accounts
        account = book.by_login("sam")
        assert account is not None
        self.work.console.records.sessions.end_all(account.id)

    def on_call(self) -> None:
        self.work.room.caller()
        self.work.room.ring()
        self.work.room.answer()

    def press(self, *pressed: str) -> None:
        for key in pressed:
            self.page.keyboard.press(key)

    @property
    def line(self) -> Locator:
        return self.page.locator("#line")
