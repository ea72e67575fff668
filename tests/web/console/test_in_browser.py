"""The console in a real browser: it may load what it needs, and fits a desk and a telephone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from redis import Redis

from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.core.queue.entry import QueueEntry
from ivr.web.console.scripts import mark
from tests.web.console.calls.calls_kept import came_in
from tests.web.console.calls.messages_left import leave
from tests.web.console.real_browser import NO_CHROMIUM, Visit, violations
from tests.web.console.small_console import NOON, Console

PAGES = ("flows/", "flows/rainbow-frost", "flows/rainbow-frost/source", "messages/", "calls/")

pytestmark = NO_CHROMIUM


def test_every_page_fits_the_window(visit: Visit) -> None:
    for path in PAGES:
        page = visit.open(f"/console/{path}")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        style = "getComputedStyle(document.querySelector('.bar')).borderBottomStyle"
        assert page.evaluate(style) == "solid"


def test_a_box_of_the_picture_leads_to_its_line(visit: Visit) -> None:
    page = visit.open("/console/flows/")
    page.get_by_role("link", name="Rainbow Frost").click()
    page.locator(".picture a", has_text="take_urgent").click()
    assert "take_urgent:" in page.locator("li:target").inner_text()


def test_text_stays_inside_its_box_and_the_picture_has_its_style(visit: Visit) -> None:
    page = visit.open("/console/flows/rainbow-frost")
    over = page.evaluate(
        """[...document.querySelectorAll('.node')].flatMap(node => {
          const box = node.querySelector('rect').getBBox();
          return [...node.querySelectorAll('text')].filter(text => {
            const {x, y, width, height} = text.getBBox();
            return x < box.x || x + width > box.x + box.width || y + height > box.y + box.height;
          }).map(text => text.textContent);
        })"""
    )
    assert over == []
    fill = "getComputedStyle(document.querySelector('.node.start rect')).strokeWidth"
    assert page.evaluate(fill) == "2px"


def test_the_keyboard_reaches_every_box(visit: Visit) -> None:
    page = visit.open("/console/flows/rainbow-frost")
    page.locator(".picture").focus()
    page.keyboard.press("Tab")
    focused = "document.activeElement.getAttribute('href')"
    assert str(page.evaluate(focused)).startswith("/console/flows/rainbow-frost/source#L")


def test_a_word_is_heard_when_it_is_chosen(visit: Visit, console: Console) -> None:
    message = leave(console)
    page = visit.open(f"/console/messages/{message}")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    for word, key in (("01632 960001.", "Enter"), ("Please", " ")):
        page.get_by_role("button", name=word).focus()
        page.keyboard.press(key)
        expect(page.locator("[data-now]")).to_have_text(word)
    assert page.evaluate("document.querySelector('audio').played.length") > 0
    for summary in page.locator("summary").all():
        summary.click()
    assert violations(page) == []
    (act,), _ = console.records.audit.page(act="heard a message")
    assert act.about == f"message {message}"


def test_who_waits_is_shown_without_loading_the_page_again(visit: Visit, redis: Redis) -> None:
    if mark("htmx.js") is None:
        pytest.skip("the scripts are not installed; make scripts")
    page = visit.open("/console/queue")
    page.get_by_text("No callers waiting").wait_for()
    page.locator("[data-live].good").wait_for()
    ticket = QueueEntry("CA1", "acme", "+441632960001", "+442079460018", 0, (), NOON, 600)
    RedisOperatorQueue(redis).wait(ticket, NOON)
    page.get_by_role("cell", name="01632 960001").wait_for()
    page.get_by_text("0:00").wait_for()


@pytest.mark.parametrize("path", [*PAGES, "queue", "accounts/", "audit/", "account", "sign-in"])
def test_pages_are_fit_for_everybody(path: str, visit: Visit) -> None:
    page = visit.open(f"/console/{path}")
    assert violations(page) == []


def test_a_call_and_what_is_found_fit_the_window_and_everybody(
    visit: Visit, console: Console
) -> None:
    came_in(console)
    leave(console, call_sid="CA1")
    for path in ("calls/", "calls/CA1", "search?q=01632+960009", "search?q="):
        page = visit.open(f"/console/{path}")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert violations(page) == []
