"""A real browser on an operator's console."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser
from redis import Redis

from ivr.settings import Settings
from tests.web.console.operator.operator_room import AtWork, at_work
from tests.web.console.operator.operator_seat import PASSWORD, Seat
from tests.web.console.real_browser import served


@pytest.fixture
def work(request: pytest.FixtureRequest, settings: Settings, redis: Redis) -> Iterator[AtWork]:
    """The room; a parameter may give settings of its own."""
    with at_work(replace(settings, **getattr(request, "param", {})), redis) as work:
        yield work


@pytest.fixture
def address(work: AtWork) -> Iterator[str]:
    with served(work.console.app) as address:
        yield address


@pytest.fixture(params=[(1280, "light")], ids=str)
def seat(
    request: pytest.FixtureRequest, chromium: Browser, work: AtWork, address: str
) -> Iterator[Seat]:
    width, scheme = request.param
    context = chromium.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    with work.console.browser.session_transaction() as session:
        session["sign-in"] = work.session("sam", PASSWORD)
    cookie = work.console.browser.get_cookie("tango_console", path="/console")
    assert cookie is not None
    place = {"domain": "127.0.0.1", "path": "/console"}
    context.add_cookies([{"name": cookie.key, "value": cookie.value, **place}])  # type: ignore[typeddict-item]
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield Seat(work, page, address, complaints)
    context.close()
    assert complaints == []  # such as what the security policy kept from loading
