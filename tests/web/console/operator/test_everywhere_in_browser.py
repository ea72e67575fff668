"""On every page: an operator's call comes in, and a lost connection or session loses nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from ivr import keys
from ivr.core.jobs.job import Job
from ivr.core.queue.states import Presence
from ivr.web.console.operator.pages import SEEN_LASTS
from tests.web.console.covered import faults
from tests.web.console.jobs.test_job_pages import opened
from tests.web.console.operator.operator_seat import PASSWORD, Seat
from tests.web.console.real_browser import NO_CHROMIUM, violations
from tests.web.console.small_console import NOON

pytestmark = NO_CHROMIUM

EARS = """
window.tones = 0;
window.AudioContext = class {
  state = "running";
  currentTime = 0;
  resume() {}
  createOscillator() {
    tones += 1;
    return {frequency: {}, connect: (next) => next, start() {}, stop() {}};
  }
  createGain() { return {gain: {}, connect: (next) => next}; }
};
window.notices = [];
window.Notification = class {
  static permission = "granted";
  constructor(words) { notices.push(words); }
  close() { notices.push("closed"); }
};
Object.defineProperty(document, "hidden", {get: () => true});
"""
"""What a page needs to be heard and to show notices, written down instead."""


def job_of(seat: Seat) -> Job:
    return opened(seat.work.console, 4, client="rainbow-frost")


def state_of(seat: Seat, later: timedelta) -> Presence | None:
    state = seat.work.room.operators.of("sam", NOON + later)
    return state.state if state else None


def noise(seat: Seat) -> None:
    """The browser complains of what was lost, as it should here."""
    expected = ("Failed to load", "ERR_", "htmx:", "[object", "status", "response")
    assert [each for each in seat.complaints if not any(map(each.__contains__, expected))] == []
    seat.complaints.clear()


def sign_in(page: Page) -> None:
    page.get_by_label("Name").fill("sam")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_a_call_comes_in_on_any_page_and_can_be_declined_there(seat: Seat) -> None:
    page, room = seat.page, seat.work.room
    page.add_init_script(EARS)
    room.operators.sign_on("sam", None, NOON)
    seat.visit("jobs/")
    mine = page.locator("#incoming")
    expect(mine).to_contain_text("Available")
    until = room.redis.zscore(keys.QUEUE_SEEN, "sam")  # the board, too, says that they are there
    assert until == (NOON + SEEN_LASTS).timestamp() * 1000
    page.locator("h1").click()
    room.caller()
    room.ring()
    expect(mine.get_by_role("alert")).to_contain_text("Call for Rainbow Frost")
    expect(mine).to_contain_text("01632 960001")
    page.wait_for_function("document.title.includes('Call for Rainbow Frost')")
    assert page.evaluate("notices") == ["Call for Rainbow Frost"]
    assert page.evaluate("tones") == 2
    assert violations(page) == []
    seat.press("Shift+F2")
    expect(mine).to_contain_text("Declined")
    with page.expect_response("**/console/operator/incoming"):
        room.redis.publish(keys.QUEUE_CHANGES, "operator:sam")
    expect(mine).to_contain_text("Available")
    expect(mine).to_contain_text("Declined")
    assert [each.ticket.call_sid for each in room.queue.waiting(NOON)] == ["CA1"]
    assert page.title().startswith("Jobs")
    assert page.evaluate("notices") == ["Call for Rainbow Frost", "closed"]
    room.operators.sign_on("joy", None, NOON)
    room.ring()
    room.answer()
    expect(mine).to_contain_text("Back to the call")
    seat.press("F2")
    page.wait_for_url("**/console/operator")


def test_a_lost_connection_is_unmistakable_and_loses_nothing(seat: Seat) -> None:
    seat.on_call()
    page = seat.open()
    page.locator("#f-name").press_sequentially("Ann")
    expect(page.locator("#saved")).to_contain_text("Saved")
    page.context.set_offline(True)
    lost = page.locator("#lost")
    expect(lost).to_contain_text("No connection to Tango")
    page.locator("#f-about").fill("Two rooms")
    seat.press("F2")
    expect(lost).to_contain_text("That has done nothing.")
    before = page.locator("#line .timer").inner_text()
    seat.press("Control+Enter")
    expect(page.locator("#saved")).to_contain_text("Not saved yet")
    page.wait_for_timeout(1500)
    assert page.locator("#line .timer").inner_text() == before
    assert seat.work.room.asked == []
    page.context.set_offline(False)
    expect(lost).to_be_hidden()
    expect(page.locator("#saved")).to_contain_text("Saved 12:00:00", timeout=10_000)
    draft = seat.work.console.records.drafts.find("CA1.0")
    assert draft is not None
    assert draft.fields["about"] == "Two rooms"
    seat.press("F2")
    expect(seat.line).to_contain_text("The caller is on hold")
    noise(seat)


def test_a_note_on_a_job_outlives_a_lost_connection_and_a_session(seat: Seat) -> None:
    job = job_of(seat)
    page = seat.visit(f"jobs/{job.id}?from=board")
    page.get_by_text("Note", exact=False).locator("xpath=self::summary").click()
    note = page.locator("input[name=text]")
    note.fill("Rang twice, no answer")
    page.context.set_offline(True)
    expect(page.locator("#lost")).to_contain_text("No connection")
    note.press("Enter")
    expect(page.locator("#lost")).to_contain_text("That has done nothing.")
    expect(note).to_have_value("Rang twice, no answer")
    page.context.set_offline(False)
    expect(page.locator("#lost")).to_be_hidden()
    seat.session_ends()
    note.press("Enter")
    expect(page.locator("#lost")).to_contain_text("You are signed out")
    page.get_by_role("link", name="Sign in again").click()
    sign_in(page)
    page.wait_for_url(f"**/console/jobs/{job.id}?from=board")
    expect(page.locator("#kept")).to_be_visible()
    expect(note).to_be_visible()
    expect(note).to_have_value("Rang twice, no answer")
    note.press("Enter")
    expect(page.locator(".history")).to_contain_text("Rang twice, no answer")
    expect(page.locator("#kept")).to_be_hidden()
    page.reload()
    expect(note).to_have_value("")
    noise(seat)


def test_what_is_written_of_a_call_outlives_the_session(seat: Seat) -> None:
    seat.on_call()
    page = seat.open()
    expect(page.locator("#f-name")).to_be_focused()
    seat.session_ends()
    page.locator("#f-name").press_sequentially("Ann Lee")
    expect(page.locator("#lost")).to_contain_text("You are signed out")
    expect(page.locator("#saved")).to_contain_text("you are signed out")
    page.get_by_role("link", name="Sign in again").click()
    sign_in(page)
    page.wait_for_url("**/console/operator")
    expect(page.locator("#f-name")).to_have_value("Ann Lee")
    expect(page.locator("#saved")).to_contain_text("Saved 12:00:00")
    noise(seat)


def test_typing_on_any_page_keeps_the_wrap_up(seat: Seat) -> None:
    job = job_of(seat)
    seat.on_call()
    seat.open()
    seat.work.room.drop()
    page = seat.visit(f"jobs/{job.id}")
    expect(page.locator("#incoming")).to_contain_text("Wrap-up")
    seat.work.console.now[0] = NOON + timedelta(seconds=28)
    with page.expect_response("**/operator/seen"):
        page.locator("summary", has_text="Note").click()
        page.locator("input[name=text]").press_sequentially("Ra")
    assert state_of(seat, timedelta(seconds=57)) is Presence.WRAP_UP


@pytest.mark.parametrize("seat", [(390, "dark")], indirect=True, ids=str)
def test_on_a_telephone_nothing_covers_anything(seat: Seat) -> None:
    job, room = job_of(seat), seat.work.room
    found: list[str] = []

    def look(name: str, path: str) -> None:
        found.extend(f"{name}: {each}" for each in faults(seat.visit(path)))

    room.caller()
    room.ring()
    for path in ("operator", "jobs/", f"jobs/{job.id}", "queue", "account"):
        look(f"{path} as it rings", path)
    room.answer()
    for path in ("operator", "jobs/", "operator/rehearsal/rainbow-frost"):
        look(f"{path} in a call", path)
    room.drop()
    for path in ("operator", "messages/", "calls/", "search?q=x"):
        look(f"{path} in wrap-up", path)
    assert found == []
