"""A real Chromium at the operators' screen, killed by SIGKILL and opened again."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path

import psutil
from playwright.sync_api import Error, Page, sync_playwright

from tests.chaos.operators import PASSWORD
from tests.web.console.real_browser import ARGUMENTS, CHROMIUM

LOOK_MS = 500
STATE = "#state .state"


class Window:
    """One operator's window, in a thread of its own from `start` to `end`.

    It keeps its cookie on the disk, so that it is signed in when it is opened again. `state` is
    what it shows of the operator: nothing is loaded anew, so it is right only if it is told.
    """

    def __init__(self, login: str, url: str, folder: Path) -> None:
        self.state, self.opened = "", 0
        self._login, self._url, self._folder = login, url, folder
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._live, name=f"{login}'s window", daemon=True)

    def start(self) -> None:
        """Open it."""
        self._thread.start()

    def end(self) -> None:
        """Close it."""
        self._over.set()
        self._thread.join()

    def kill(self) -> None:
        """End all its processes by force: those that have its folder."""
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                if f"--user-data-dir={self._folder}" in process.cmdline():
                    process.kill()

    def _live(self) -> None:
        while not self._over.is_set():
            with contextlib.suppress(Error), sync_playwright() as playwright:
                context = playwright.chromium.launch_persistent_context(
                    self._folder, executable_path=CHROMIUM, args=[*ARGUMENTS]
                )
                self._stay(context.pages[0])
                context.close()

    def _stay(self, page: Page) -> None:
        page.goto(f"{self._url}/console/operator", wait_until="domcontentloaded")
        if page.locator("input[name=password]").count():
            page.fill("input[name=login]", self._login)
            page.fill("input[name=password]", PASSWORD)
            page.click("main button")
            page.goto(f"{self._url}/console/operator", wait_until="domcontentloaded")
        self.state = page.inner_text(STATE, timeout=5000)
        self.opened += 1
        while not self._over.is_set():
            page.wait_for_timeout(LOOK_MS)
            self.state = page.inner_text(STATE, timeout=5000)
