"""The operators' screen in a real browser: with the keyboard alone, live, and losing nothing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

from ivr import keys
from ivr.core.conversation.commands import Transfer
from tests.web.console.operator.operator_seat import Seat
from tests.web.console.real_browser import NO_CHROMIUM, violations
from tests.web.console.small_console import NOON

pytestmark = NO_CHROMIUM

SCRIPT = "text/javascript"
KEY = {"api_key_sid": "SK" + "1" * 32, "api_key_secret": "2" * 32}
WINDOWS = [(1280, "light"), (1280, "dark"), (390, "light")]


def test_a_call_from_ringing_to_sent_with_the_keyboard_alone(seat: Seat) -> None:
    page, room = seat.open(), seat.work.room
    seat.press("Shift+F3")
    expect(page.locator("#state .state")).to_contain_text("Available")
    room.caller()
    room.ring()
    expect(page.locator("#phrase")).to_have_text("Good afternoon, Rainbow Frost, how may I help?")
    expect(page.locator("#announce")).to_contain_text("Call for Rainbow Frost")
    room.answer()
    expect(page.locator("#f-name")).to_be_focused()
    page.keyboard.type("Ann Lee")
    seat.press("Tab")
    page.keyboard.type("=")
    expect(page.locator("#s-number")).to_contain_text("the number they ring from")
    seat.press("F2")
    expect(seat.line).to_contain_text("The caller is on hold")
    expect(page.locator("#announce")).to_contain_text("on hold")
    seat.press("F2", "F9")
    expect(page.get_by_role("button", name="Ian Frost")).to_be_focused()
    seat.press("Enter")
    expect(seat.line).to_contain_text("Talking with Ian Frost")
    seat.press("F6")
    expect(seat.line).to_contain_text("Three-way with Ian Frost")
    seat.press("F9")
    expect(seat.line).to_contain_text("Talking")
    seat.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("Not sent yet")
    expect(page.get_by_role("alert")).to_be_focused()
    page.locator("#f-about").focus()
    page.keyboard.type("Two rooms and a ceiling")
    seat.press("Control+Enter")
    expect(page.locator(".told")).to_contain_text("Sent: Ian Frost has it")
    seat.press("Shift+F2")
    expect(page.locator("#state .state")).to_contain_text("Wrap-up")


def test_what_is_typed_survives_a_reload_at_once_and_a_dropped_call(seat: Seat) -> None:
    seat.on_call()
    page = seat.open()
    page.locator("#f-name").press_sequentially("Ann Lee")
    page.reload(wait_until="load")  # before anything was due to be saved
    expect(page.locator("#f-name")).to_have_value("Ann Lee")
    page.locator("#f-about").fill("Two rooms")
    seat.work.room.drop()
    expect(seat.line).to_contain_text("The call is over")
    expect(page.locator("#f-about")).to_have_value("Two rooms")
    expect(page.locator("#f-about")).to_be_focused()


def test_a_lost_connection_is_said_and_made_good(seat: Seat) -> None:
    seat.on_call()
    page = seat.open()

    def lost(route: Route) -> None:
        route.abort()

    page.route("**/draft/CA1.0", lost)
    page.locator("#f-name").press_sequentially("Ann")
    expect(page.locator("#saved")).to_contain_text("Not saved yet")
    page.unroute("**/draft/CA1.0")
    expect(page.locator("#saved")).to_contain_text("Saved 12:00:00")
    draft = seat.work.console.records.drafts.find("CA1.0")
    assert draft is not None
    assert draft.fields["name"] == "Ann"
    assert any("ERR_FAILED" in each for each in seat.complaints)
    seat.complaints.clear()


def test_nothing_moves_while_somebody_is_chosen(seat: Seat) -> None:
    seat.on_call()
    page = seat.open()
    seat.press("F8")
    expect(page.get_by_role("button", name="Ian Frost")).to_be_focused()
    seat.work.room.redis.publish(keys.QUEUE_CHANGES, "operator:sam")
    page.wait_for_timeout(300)
    expect(page.get_by_role("button", name="Ian Frost")).to_be_focused()
    seat.press("Escape")
    expect(page.get_by_role("button", name="Ian Frost")).not_to_be_visible()


def test_enter_in_a_number_rings_that_number(seat: Seat) -> None:
    seat.on_call()
    page = seat.open()
    seat.press("F8")
    expect(page.get_by_role("button", name="Ian Frost")).to_be_focused()
    page.locator("#ask-transfer").get_by_label("Or a number").focus()
    page.keyboard.type("01632 9")
    seat.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Whom shall we ring?")
    number = page.locator("#ask-transfer").get_by_label("Or a number")
    expect(number).to_be_focused()
    number.fill("01632 960009")
    seat.press("Enter")
    expect(seat.line).not_to_contain_text("Whom shall we ring?")
    [command] = seat.work.room.asked
    assert isinstance(command, Transfer)
    assert command.to.address == "+441632960009"


def test_the_queue_and_the_state_change_without_a_reload(seat: Seat) -> None:
    page = seat.open()
    expect(page.locator(".queue")).to_contain_text("No callers waiting")
    seat.work.room.caller(waited=20)
    expect(page.locator(".waiting li.amber")).to_contain_text("Rainbow Frost")
    seat.press("Shift+F4")
    expect(page.get_by_role("button", name="Break")).to_be_focused()
    seat.press("Tab", "Enter")
    expect(page.locator("#state .state")).to_contain_text("Away: lunch")


@pytest.mark.parametrize("seat", WINDOWS, indirect=True, ids=str)
def test_it_fits_and_axe_finds_nothing_at_any_stage(seat: Seat) -> None:
    room, found = seat.work.room, []

    def look(stage: str) -> None:
        page = seat.open()
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        found.extend([f"{stage}: too broad"] if over > 0 else [])
        found.extend(f"{stage}: {each}" for each in violations(page))

    room.caller("CA0", waited=45)
    look("idle")
    room.queue.hang_up("CA0", NOON)
    room.caller()
    room.ring()
    look("ringing")
    room.answer()
    look("on a call")
    room.drop()
    look("wrap-up")
    assert found == []


TWILIO = """
window.Twilio = {Device: class {
  constructor(token) { this.token = token; this.heard = {}; window.device = this; }
  on(name, hear) { this.heard[name] = hear; }
  async register() { this.heard.registered(); }
  destroy() { window.destroyed = true; }
}};
"""
"""Of the carrier's script only what our own relies on
(https://www.twilio.com/docs/voice/sdks/javascript/twiliodevice)."""


@pytest.mark.parametrize("work", [KEY], indirect=True, ids=["with a key"])
def test_a_browser_that_is_rung_answers_by_key(seat: Seat) -> None:
    page, room = seat.page, seat.work.room
    page.route("**/twilio.js", lambda route: route.fulfill(body=TWILIO, content_type=SCRIPT))
    seat.open()
    page.get_by_label("How you are rung").select_option("browser")
    seat.press("Shift+F3")
    expect(page.locator("#phone")).to_have_text("This browser rings for you.")
    room.caller()
    room.ring(address="client:sam")
    page.evaluate("device.heard.incoming({on() {}, accept() { window.answered = true; }})")
    expect(page.get_by_role("button", name="Answer")).to_be_visible()
    seat.press("F2")
    assert page.evaluate("window.answered")


def test_a_rehearsal_takes_the_same_keys(seat: Seat) -> None:
    page = seat.open("/rehearsal/rainbow-frost")
    seat.press("F2")
    expect(page.locator("#f-name")).to_be_focused()
    seat.press("F2")
    expect(seat.line).to_contain_text("The caller is on hold")
    page.keyboard.type("Ann")
    page.locator("#f-number").fill("01604")
    expect(page.locator("#s-number")).to_contain_text(re.compile("cannot be a telephone number"))
    assert violations(page) == []
