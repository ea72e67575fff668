"""The wallboard in a real browser: on a desk, on a wall, on a telephone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser
from redis import Redis
from werkzeug.serving import make_server

from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.adapters.redis.queue.operators import RedisOperators
from ivr.core.queue.states import Presence
from ivr.web.console.scripts import mark
from tests.web.console.real_browser import NO_CHROMIUM, Visit, closing_app, violations
from tests.web.console.small_console import NOON, Console
from tests.web.console.supervisor.test_supervisor_pages import AGENCY, joins

pytestmark = NO_CHROMIUM


@pytest.fixture(params=[(1280, "light"), (1920, "dark"), (390, "light")], ids=str)
def visit(
    request: pytest.FixtureRequest, chromium: Browser, console: Console, redis: Redis
) -> Iterator[Visit]:
    if mark("htmx.js") is None:
        pytest.skip("the scripts are not installed; make scripts")
    board = Console(console.settings, console.records, console.library, redis, agency=AGENCY)
    RedisOperators(redis).sign_on("sam", None, NOON - timedelta(seconds=90))
    RedisOperators(redis).wish("joy", Presence.AWAY, NOON, "lunch")
    server = make_server("127.0.0.1", 0, closing_app(board.app), threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    width, scheme = request.param
    context = chromium.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    visit = Visit(context.new_page(), f"http://127.0.0.1:{server.server_port}", board.link())
    yield visit
    context.close()
    board.app.extensions["live_consoles"].stop()
    server.shutdown()
    thread.join()
    server.server_close()
    assert visit.complaints == []


def test_the_wallboard_shows_changes_fits_and_is_fit_for_everybody(
    visit: Visit, redis: Redis
) -> None:
    page = visit.open("/console/wallboard")
    page.locator("[data-live].good").wait_for()
    page.get_by_text("No callers waiting").wait_for()
    joins(redis, "CA1", "CA2")
    page.get_by_role("link", name="acme").nth(1).wait_for()
    page.locator(".figures time.bad", has_text="1:0").wait_for()  # more than 30 s: red
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert violations(page) == []
    page.get_by_role("link", name="Sam Okafor").focus()
    RedisOperators(redis).wish("joy", Presence.AVAILABLE, NOON)
    page.get_by_text("2 available").wait_for()
    focused = page.evaluate("document.activeElement.id")
    assert focused == "operator-sam"  # what changes takes the keyboard from nobody
    page.keyboard.press("Enter")
    page.get_by_label("State").select_option("away")
    assert violations(page) == []
    page.get_by_role("button", name="Change").click()
    page.get_by_text("away: break", exact=True).wait_for()
    page.get_by_role("link", name="acme").last.click()
    assert violations(page) == []
    page.get_by_role("button", name="Move to front").click()
    page.get_by_role("heading", name="Wallboard").wait_for()
    assert [each.ticket.call_sid for each in RedisOperatorQueue(redis).waiting(NOON)] == [
        "CA2",
        "CA1",
    ]
