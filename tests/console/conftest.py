"""A console on real parts: client files on disk, Redis, SQLite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright
from redis import Redis

from ivr.flow.library import Library
from ivr.nodes import KINDS
from ivr.records import migrate, open_records
from ivr.settings import Settings
from tests.console.real_browser import ARGUMENTS, CHROMIUM
from tests.console.small_console import FLOW, TEMPLATE, Console
from tests.flow_files import write


@pytest.fixture
def console(settings: Settings, redis: Redis) -> Iterator[Console]:
    settings.flows.mkdir()
    write(settings.flows, FLOW, {"templates/nights.yaml": TEMPLATE})
    settings.data.mkdir(exist_ok=True)
    migrate(settings.database_url)
    records = open_records(settings.database_url)
    yield Console(settings, records, Library(settings.flows, KINDS), redis)
    records.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A real browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()
