"""Every page of every role on a telephone: nothing covers anything, nothing is too broad, and
numbers are as people write them."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, ViewportSize
from redis import Redis

from ivr.core.accounts.roles import ALLOWED, Permission, Role
from ivr.settings import Settings
from ivr.web.console.accounts.cookie import COOKIE
from tests.web.console.busy_agency import busy
from tests.web.console.covered import faults
from tests.web.console.operator.operator_room import at_work
from tests.web.console.real_browser import NO_CHROMIUM, served
from tests.web.console.test_links import walked

pytestmark = NO_CHROMIUM

TELEPHONE: ViewportSize = {"width": 390, "height": 844}
EACH = {"console.job", "console.client_job"}
"""Addresses whose every page is looked at; of the others one is like the next."""


def pages(app: Flask, addresses: Iterable[str]) -> list[str]:
    """Of the addresses that show a page, one of each kind, alone and with a query."""
    matching, found = app.url_map.bind("localhost"), dict[object, str]()
    for address in sorted(addresses):
        parts = urlsplit(address)
        endpoint, _ = matching.match(parts.path)
        found.setdefault(address if endpoint in EACH else (endpoint, bool(parts.query)), address)
    return list(found.values())


@pytest.mark.parametrize("role", Role)
def test_nothing_covers_anything_on_any_page(
    role: Role, settings: Settings, redis: Redis, chromium: Browser
) -> None:
    with at_work(settings, redis) as work:
        browser, found = busy(work)[role], []
        seen = walked(browser, "/console/")
        if Permission.SEE_MESSAGES in ALLOWED[role]:
            seen["/console/search?q=01632"] = 200  # to which a form leads, not a link
        assert {address: code for address, code in seen.items() if code != 200} == {}
        cookie = browser.get_cookie(COOKIE, path="/console")
        assert cookie
        with served(work.console.app) as url:
            context = chromium.new_context(viewport=TELEPHONE, reduced_motion="reduce")
            context.add_cookies([{"name": COOKIE, "value": cookie.value, "url": f"{url}/console"}])
            page = context.new_page()
            for address in pages(work.console.app, seen):
                page.goto(url + address, wait_until="load")
                if page.locator("main").count():  # a part of a page is looked at on the page
                    found += [f"{address}: {each}" for each in faults(page)]
            context.close()
    assert "\n".join(found) == ""
