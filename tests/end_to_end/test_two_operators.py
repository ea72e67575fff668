"""Two operators at two consoles, a supervisor at the wallboard, and callers for three clients; with
the keyboard alone, on a running system, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from ivr.cli._demo.stage import stage
from ivr.core.accounts.roles import Role
from ivr.simulator import Answers, Hears, Press, WaitUntilHears
from ivr.simulator.caller import Step
from ivr.web.console.scripts import mark
from tests.end_to_end.operators_at_work import (
    ANN,
    POCKET,
    SAM,
    STAYS,
    Agency,
    account,
    sits_down,
    until,
)
from tests.web.console.real_browser import ARGUMENTS, CHROMIUM, NO_CHROMIUM

CLIENTS = Path(__file__).parent / "larkfield"
DECORATOR, DENTIST, SOLICITORS = "+441604529170", "+442079460321", "+441632960480"
IAN, NOOR = "+447700900123", "+447700900231"
LEE, BROWN, COLE, DIAZ = "+441632960001", "+441632960002", "+441632960003", "+441632960004"

pytestmark = [
    NO_CHROMIUM,
    pytest.mark.skipif(not mark("htmx.js"), reason="the scripts are not installed; make scripts"),
]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agency]:
    """The running system, and three people who have signed in; none loads a page again."""
    folder, pictures = tmp_path_factory.mktemp("larkfield"), tmp_path_factory.mktemp("pictures")
    expect.set_options(timeout=20_000)
    with (
        stage(folder, more={"IVR_FLOWS": str(CLIENTS)}) as running,
        sync_playwright() as playwright,
    ):
        account(running, "sam", "Sam Okafor", Role.OPERATOR, operator="sam")
        account(running, "ann", "Ann Whitlock", Role.OPERATOR, operator="ann")
        account(running, "lena", "Lena Marsh", Role.SUPERVISOR)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        sam = sits_down(browser, running, "sam", "operator", pictures)
        ann = sits_down(browser, running, "ann", "operator", pictures)
        lena = sits_down(browser, running, "lena", "wallboard", pictures)
        yield Agency(running, sam, ann, lena)
        browser.close()
    expect.set_options(timeout=5_000)


@pytest.fixture
def agency(house: Agency) -> Iterator[Agency]:
    """Both operators at work though on their break, and no caller; what was found wrong fails."""
    for seat in (house.sam, house.ann):
        seat.takes_a_break()
    yield house
    for call in house.stage.carrier.calls:
        call.hang_up()
    for seat in (house.sam, house.ann):
        expect(seat.state).to_contain_text(re.compile("Wrap-up|Away|Available"))
    expect(house.supervisor.page.get_by_text("No callers waiting")).to_be_visible()
    house.stage.carrier.check()
    faults = house.faults[:]
    for seat in (house.sam, house.ann, house.supervisor):
        seat.faults.clear()
    assert faults == []


def test_a_call_is_offered_answered_held_put_through_and_its_message_arrives(
    agency: Agency,
) -> None:
    sam, ann, board = agency.sam, agency.ann, agency.supervisor.page
    sam.shown("10-before")
    sam.press("Shift+F3")
    expect(sam.state).to_contain_text("Available")
    ann.press("Shift+F3")
    expect(ann.state).to_contain_text("Available")
    expect(board.get_by_text("2 available")).to_be_visible()
    sam.shown("11-available")

    telephone, ians = agency.telephone(SAM), agency.telephone(IAN)
    caller = agency.calls(DECORATOR, LEE)
    expect(sam.page.locator("#phrase")).to_have_text(re.compile("Good .*, Rainbow Frost, how may"))
    expect(sam.page.locator("#phrase")).to_be_focused()
    expect(sam.page.locator("#announce")).to_contain_text("Call for Rainbow Frost")
    expect(sam.line).to_contain_text("Your telephone is ringing")
    expect(ann.page.get_by_text("Nobody is on the line")).to_be_visible()
    expect(board.get_by_text("being rung").first).to_be_visible()
    sam.shown("12-ringing")

    telephone.answer()
    expect(sam.page.locator("#f-name")).to_be_focused()
    expect(sam.page.locator(".tint rect")).to_have_attribute("fill", "#7a3fb5")
    expect(sam.page.locator(".notes")).to_contain_text("Ian is on ladders")
    expect(sam.page.locator(".known")).to_contain_text("booking")
    assert "Call for Rainbow Frost" in agency.leg(SAM).heard
    expect(sam.page.get_by_label("Booking")).to_be_checked()
    sam.page.get_by_label("Message", exact=True).check()  # she only wants to be rung back
    expect(sam.page.locator("#f-about")).to_be_visible()
    sam.page.locator("#f-name").focus()
    sam.type("Ann Lee")
    sam.press("Tab")
    sam.type("=")
    expect(sam.page.locator("#s-number")).to_contain_text("the number they ring from")
    sam.press("Tab")
    sam.type("Two rooms and a ceiling, before Christmas.")
    expect(sam.page.locator("#saved")).to_contain_text(re.compile("^Saved [0-9]"))
    sam.shown("13-talking")
    expect(board.get_by_text("on a call").first).to_be_visible()

    sam.press("F2")
    expect(sam.line).to_contain_text("The caller is on hold")
    until(lambda: caller.transcript.of("held"), lambda: caller.transcript)
    sam.shown("14-on-hold")
    sam.press("F2")
    expect(sam.line).to_contain_text("Talking")
    until(lambda: caller.transcript.of("resumed"))
    kinds = [entry.kind for entry in caller.transcript]
    while_held = list(caller.transcript)[kinds.index("held") : kinds.index("resumed")]
    assert any("hold.wav" in entry.text for entry in while_held)

    sam.press("F9")
    expect(sam.page.get_by_role("button", name="Ian Frost")).to_be_focused()
    sam.shown("15-whom")
    sam.press("Enter")
    expect(sam.line).to_contain_text("Ringing Ian Frost; the caller is on hold")
    until(lambda: agency.rang(IAN))
    sam.shown("16-ringing-ian")
    ians.answer()
    expect(sam.line).to_contain_text("Talking with Ian Frost; the caller is on hold")
    ian = agency.leg(IAN)
    assert "A call for Rainbow Frost" in ian.heard
    assert "Two rooms and a ceiling" in ian.heard
    sam.shown("17-consulting")
    sam.press("F8")
    expect(sam.state).to_contain_text("Wrap-up")
    until(lambda: len(caller.transcript.of("resumed")) == 2)
    assert not caller.is_over, "the caller talks with Ian"
    assert not ian.is_over

    expect(sam.page.locator("#f-name")).to_have_value("Ann Lee")
    sam.shown("18-wrap-up")
    sam.tab_to("#outcome")
    sam.type("put")
    sam.press("Control+Enter")
    expect(sam.page.locator(".told")).to_contain_text("Sent: Ian Frost has it")
    sam.shown("19-sent")
    until(lambda: agency.mail_to("ian@rainbowfrost.example"))
    [mail] = agency.mail_to("ian@rainbowfrost.example")
    assert "Ann Lee" in mail
    assert "Two rooms and a ceiling" in mail
    jobs = sam.page.context.new_page()
    jobs.goto(f"{agency.stage.server.url}/console/jobs", wait_until="load")
    expect(jobs.locator("main")).to_contain_text("Ian Frost")
    expect(jobs.locator("main")).to_contain_text("Ann Lee")
    jobs.close()


def test_a_third_party_declines_and_a_colleague_goes_on_with_what_was_written(
    agency: Agency,
) -> None:
    sam, ann = agency.sam, agency.ann
    ann.press("Shift+F3")
    expect(ann.state).to_contain_text("Available")
    agency.stage.carrier.telephones[ANN] = STAYS
    agency.stage.carrier.telephones[SAM] = STAYS
    caller = agency.calls(DENTIST, BROWN)
    expect(ann.page.locator("#f-name")).to_be_focused()
    ann.type("Bo Brown")

    declining = agency.telephone(NOOR, Answers(after=1, keys="2"))
    expect(ann.line).to_contain_text("Talking")
    ann.press("F9", "Enter")  # at once, with no look at the choice
    expect(ann.line).to_contain_text("Ringing Noor Haddad")
    declining.answer()
    expect(ann.line).to_contain_text("Talking; Noor Haddad has not taken the call")
    until(lambda: caller.transcript.of("resumed"), lambda: caller.transcript)
    assert not caller.is_over
    ann.shown("20-declined")

    sam.press("Shift+F3")
    expect(sam.state).to_contain_text("Available")
    ann.press("F10")
    expect(ann.page.get_by_role("button", name="Whoever is next")).to_be_focused()
    ann.shown("21-hand-over")
    expect(ann.page.get_by_role("button", name="Sam Okafor")).to_be_visible()
    ann.press("Tab", "Enter")
    expect(sam.page.locator("#f-name")).to_have_value("Bo Brown")
    expect(ann.state).to_contain_text("Wrap-up")
    ann.shown("22-handed-over")
    sam.shown("22-taken-over")
    until(lambda: caller.connections == 2)
    expect(sam.line.locator("[role=timer]")).to_contain_text(re.compile("0:0[2-9]"))
    sam.press("Shift+F2")
    expect(sam.state).to_contain_text("Wrap-up")
    caller.join()
    assert "Thank you. Goodbye." in caller.heard
    sam.tab_to("#outcome")
    sam.type("answered")
    sam.press("Control+Shift+Enter")
    expect(sam.page.locator(".told")).to_contain_text("Noted: answered")


def test_who_is_not_answered_goes_to_the_other_operator_from_their_old_place(
    agency: Agency,
) -> None:
    sam, ann, board = agency.sam, agency.ann, agency.supervisor.page
    first = agency.calls(SOLICITORS, COLE)
    expect(sam.queue.locator("li")).to_have_count(1)
    second = agency.calls(DENTIST, DIAZ)
    waiting = sam.queue.locator("li")
    expect(waiting).to_have_count(2)
    expect(waiting.first.locator("time.warned")).to_be_visible()  # after 3 s
    sam.shown("30-amber")
    expect(waiting.first.locator("time.bad")).to_be_visible()  # after 6 s
    expect(ann.queue.locator("li").first.locator("time.bad")).to_be_visible()
    expect(board.locator("#callers ~ ol li")).to_have_count(2)
    sam.shown("31-red")
    agency.supervisor.shown("31-red")

    missed, answered = agency.telephone(ANN), agency.telephone(SAM)
    ann.press("Shift+F3")
    expect(ann.line).to_contain_text("Your telephone is ringing")
    expect(ann.page.locator("#phrase")).to_contain_text("Ashby and Quill, good")
    ann.shown("32-ringing")
    missed.give_up()
    expect(ann.state).to_contain_text("Away: no answer")
    expect(board.get_by_text("away: no answer")).to_be_visible()
    expect(waiting.first).to_contain_text("Ashby")
    ann.shown("33-no-answer")
    sam.press("Shift+F3")
    expect(sam.page.locator("#phrase")).to_contain_text("Ashby and Quill, good")
    answered.answer()
    until(lambda: first.connections == 1)
    assert second.connections == 0
    expect(waiting).to_have_count(1)
    sam.shown("34-taken")


def test_a_caller_who_drops_half_way_leaves_the_draft_to_be_sent(agency: Agency) -> None:
    sam = agency.sam
    agency.stage.carrier.telephones[SAM] = STAYS
    sam.press("Shift+F3")
    caller = agency.calls(SOLICITORS, COLE)
    expect(sam.page.locator("#f-name")).to_be_focused()
    sam.type("Cy Cole")
    caller.hang_up()
    expect(sam.line).to_contain_text("The call is over")
    expect(sam.state).to_contain_text("Wrap-up")
    expect(sam.page.locator("#f-name")).to_have_value("Cy Cole")
    sam.shown("40-dropped")
    sam.press("Control+Enter")
    expect(sam.page.get_by_role("alert")).to_contain_text("Not sent yet")
    sam.shown("41-not-sent-yet")
    sam.page.set_viewport_size(POCKET)
    sam.shown("42-in-the-pocket")
    sam.page.set_viewport_size({"width": 1280, "height": 800})
    sam.press("Shift+F7")
    expect(sam.page.locator("#state [data-until]")).to_have_text(re.compile("^[2-9]:"))
    sam.tab_to("#f-number")
    sam.type("=")
    sam.press("Tab")
    sam.type("Was cut off; asks about the lease of a shop.")
    sam.tab_to("#outcome")
    sam.type("rang")
    sam.press("Control+Enter")
    expect(sam.page.locator(".told")).to_contain_text("Sent: Josie Marsh has it")
    expect(sam.page.get_by_text("Nobody is on the line")).to_be_visible()  # and no older draft
    until(lambda: agency.mail_to("clerk@ashbyquill.example"))
    assert "lease of a shop" in agency.mail_to("clerk@ashbyquill.example")[-1]


def test_a_call_back_is_asked_for_with_a_key_and_carried_out(agency: Agency) -> None:
    sam, board = agency.sam, agency.supervisor.page
    asks: list[Step] = [
        Press("1"),
        WaitUntilHears("Please hold"),
        Press("2"),
        Hears("We can call you back on 0 1 6 3 2"),
        Press("1"),
        WaitUntilHears("keep your place in line"),
    ]
    agency.stage.carrier.place(DECORATOR, DIAZ, asks).join()
    expect(sam.queue).to_contain_text("call back")
    expect(board.locator("#callers ~ ol")).to_contain_text("call back")
    sam.shown("50-call-back-waits")
    telephone = agency.telephone(DIAZ)
    agency.stage.carrier.telephones[SAM] = STAYS
    sam.press("Shift+F3")
    until(lambda: agency.rang(DIAZ))
    expect(sam.line).to_contain_text("Ringing the caller back")
    expect(sam.page.locator("#phrase")).to_have_text("This is Rainbow Frost, calling you back.")
    sam.shown("51-they-are-rung")
    telephone.answer()
    expect(sam.page.locator("#f-name")).to_be_focused()
    expect(sam.line).to_contain_text("Talking")
    assert agency.leg(DIAZ).heard.startswith("This is Rainbow Frost Decorators, calling you back.")
    sam.shown("52-called-back")
    # Who leaves within a second has not spoken with them.
    expect(sam.line.locator("[role=timer]")).to_contain_text(re.compile("0:0[2-9]"))
    sam.press("Shift+F2")
    expect(sam.state).to_contain_text("Wrap-up")
    agency.leg(DIAZ).join()
    expect(sam.queue).to_contain_text("No callers waiting")
