"""A console on real parts: client files on disk, Redis, SQLite."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright
from redis import Redis

from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.sql import migrate, open_records
from ivr.core.nodes import KINDS
from ivr.settings import Settings
from tests.adapters.sql.records_samples import snapshot
from tests.flow_files import EXAMPLES, write
from tests.web.console.real_browser import ARGUMENTS, CHROMIUM, Visit, served
from tests.web.console.small_console import FLOW, NOON, TEMPLATE, Console


@pytest.fixture
def console(settings: Settings, redis: Redis) -> Iterator[Console]:
    settings.flows.mkdir()
    write(settings.flows, FLOW, {"templates/nights.yaml": TEMPLATE})
    settings.data.mkdir(exist_ok=True)
    migrate(settings.database_url)
    records = open_records(settings.database_url)
    yield Console(settings, records, FolderLibrary(settings.flows, KINDS), redis)
    records.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A real browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def address(console: Console) -> Iterator[str]:
    """Where a console with the example clients answers."""
    shutil.copytree(EXAMPLES, console.flows, dirs_exist_ok=True)
    console.library.refresh()
    path = ("greet", "open", "main", "urgent")
    console.records.calls.note([snapshot(started_at=NOON, path=path)])
    with served(console.app) as address:
        yield address


@pytest.fixture(params=[(1280, "dark"), (390, "light")], ids=str)
def visit(
    request: pytest.FixtureRequest, chromium: Browser, console: Console, address: str
) -> Iterator[Visit]:
    width, scheme = request.param
    context = chromium.new_context(
        viewport={"width": width, "height": 844}, color_scheme=scheme, reduced_motion="reduce"
    )
    visit = Visit(context.new_page(), address, console.link())
    yield visit
    context.close()
    assert visit.complaints == []  # such as what the security policy kept from loading
