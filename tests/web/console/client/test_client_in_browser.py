"""The client's page in a real browser, on a telephone and on a desk, light and dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from ivr.adapters.redis.changes import jobs_changed
from ivr.core.availability.standing import StatusKind
from ivr.core.availability.status import How, StatusRequest
from ivr.core.jobs.acts import Close, Hand
from ivr.core.jobs.job import Job, Outcome
from ivr.web.console.accounts.cookie import COOKIE
from tests.job_changes import act_on
from tests.statuses import keep_status, standing_of
from tests.web.console.client.client_inbox import (
    AGENCY,
    CLIENT,
    HOUR,
    IAN,
    MAYA,
    PAGE,
    brought,
    left,
    now,
    signed_in,
)
from tests.web.console.real_browser import NO_CHROMIUM, violations
from tests.web.console.small_console import NOON, Console

pytestmark = NO_CHROMIUM


@pytest.fixture
def jobs(console: Console, address: str) -> dict[str, Job]:
    """What stands in the inbox of Rainbow Frost."""
    found = {
        "late": left(console, IAN, -1, fields={"about": "the ceiling"}),
        "hers": left(console, MAYA, 1, kind="emergency", caller="+447700900888"),
        "ours": left(console, AGENCY, 2, kind="booking", heard=None),
        "done": left(console, IAN),
    }
    brought(console, found["late"])
    act_on(console.records, found["done"].id, Close(Outcome.DONE, "rang"), "Ian Frost", NOON)
    return found


@pytest.fixture(params=[(1280, "dark"), (390, "light")], ids=str)
def page(
    request: pytest.FixtureRequest,
    chromium: Browser,
    console: Console,
    address: str,
    jobs: dict[str, Job],
) -> Iterator[Page]:
    """Ian's window."""
    yield from window(chromium, console, address, *request.param)


@pytest.fixture
def bare(chromium: Browser, console: Console, address: str, jobs: dict[str, Job]) -> Iterator[Page]:
    """Ian's telephone, on which no script runs."""
    yield from window(chromium, console, address, 390, "light", scripts=False)


def window(
    chromium: Browser, console: Console, address: str, width: int, scheme: str, scripts: bool = True
) -> Iterator[Page]:
    context = chromium.new_context(
        viewport={"width": width, "height": 844},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        java_script_enabled=scripts,
    )
    cookie = signed_in(console).get_cookie(COOKIE, path="/console")
    assert cookie
    context.add_cookies([{"name": COOKIE, "value": cookie.value, "url": f"{address}/console"}])
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address + PAGE)
    yield page
    context.close()
    assert complaints == []


def status_of(person: str, kind: StatusKind) -> StatusRequest:
    """What somebody has said by text, from noon on until further notice."""
    return StatusRequest(
        client=CLIENT,
        person=person,
        kind=kind,
        starts=NOON,
        ends=None,
        by=person.capitalize(),
        how=How.TEXT,
    )


def item(page: Page, job: Job) -> Locator:
    """A job's part of the list."""
    return page.locator(f"article[aria-labelledby='job-{job.id}']")


def test_a_message_is_read_and_marked_done_from_the_list(
    page: Page, console: Console, jobs: dict[str, Job]
) -> None:
    late = item(page, jobs["late"])
    expect(late).to_contain_text("You have this")
    expect(late).to_contain_text("not read yet")
    late.get_by_role("button", name="I have read it").click()
    heading = page.get_by_role("heading", name="Message from 01632 960009", level=1)
    expect(heading).to_be_visible()
    expect(page.get_by_text("read 12:00 by Ian Frost")).to_be_visible()
    page.get_by_role("link", name="Inbox").first.click()
    late.locator("summary", has_text="Done").click()
    late.locator("select[name=outcome]").select_option("Nobody could be reached")
    late.get_by_label("In a few words", exact=True).fill("three tries")
    late.get_by_role("button", name="Mark it done").click()
    expect(page.get_by_role("status").filter(has_text="Marked done")).to_be_visible()
    expect(page.locator("section[aria-labelledby=done]")).to_contain_text("three tries")
    assert not now(console, jobs["late"]).is_open


def test_one_takes_over_and_hands_on(page: Page, console: Console, jobs: dict[str, Job]) -> None:
    item(page, jobs["hers"]).get_by_role("button", name="Take over").click()
    expect(page.get_by_role("status").filter(has_text="You have it now")).to_be_visible()
    waiting = page.locator("section[aria-labelledby=waiting]")
    expect(waiting.get_by_text("You have this")).to_have_count(2)
    hers = item(page, jobs["hers"])
    hers.locator("summary", has_text="Pass on").click()
    hers.get_by_role("button", name="Pass back to").click()
    expect(page.get_by_role("status").filter(has_text="back to the agency")).to_be_visible()
    assert now(console, jobs["hers"]).owner.is_same(AGENCY)
    ours = item(page, jobs["ours"])
    ours.locator("summary", has_text="Pass on").click()
    ours.locator("select[name=to]").select_option("Maya Frost")
    ours.get_by_role("button", name="Pass on").click()
    expect(page.get_by_role("status").filter(has_text="Passed on")).to_be_visible()
    assert now(console, jobs["ours"]).owner.is_same(MAYA)


def test_the_page_works_without_any_script(
    bare: Page, console: Console, jobs: dict[str, Job]
) -> None:
    item(bare, jobs["hers"]).get_by_role("button", name="Take over").click()
    expect(bare.get_by_text("You have it now.")).to_be_visible()
    bare.get_by_label("Search your messages").fill("ceiling")
    bare.get_by_role("button", name="Search").click()
    expect(bare.get_by_role("heading", name="Found: 1")).to_be_visible()
    assert now(console, jobs["hers"]).owner.is_same(IAN)


def test_a_recording_is_heard_from_the_list_one_at_a_time(page: Page, jobs: dict[str, Job]) -> None:
    first, second = (item(page, jobs[name]).locator("audio") for name in ("late", "hers"))
    first.evaluate("audio => audio.play()")
    page.wait_for_function(
        "() => [...document.querySelectorAll('audio')].some(a => a.currentTime > 0)"
    )
    second.evaluate("audio => audio.play()")
    page.wait_for_function(
        "() => [...document.querySelectorAll('audio')].filter(a => !a.paused).length === 1"
    )
    assert first.evaluate("audio => audio.paused")


def test_the_list_renews_itself_but_not_under_somebody_s_hands(
    page: Page, console: Console, jobs: dict[str, Job]
) -> None:
    page.locator("[data-live].good").wait_for()
    hers = item(page, jobs["hers"])

    def change(to: str) -> None:
        owner = {"agency": AGENCY, "maya": MAYA}[to]
        act_on(console.records, jobs["hers"].id, Hand(owner), "Ann", NOON)
        with page.expect_response("**/console/client/list*"):
            jobs_changed(console.redis, CLIENT)

    change("agency")
    expect(hers).to_contain_text("The agency has this")
    expect(page.locator("#news")).to_be_hidden()
    hers.locator("summary", has_text="Done").click()
    hers.get_by_label("In a few words", exact=True).fill("half a sent")
    change("maya")
    expect(page.locator("#news")).to_be_visible()
    expect(hers).to_contain_text("The agency has this")
    expect(hers.get_by_label("In a few words", exact=True)).to_have_value("half a sent")
    page.locator("#news a").click()
    expect(hers).to_contain_text("Maya Frost has this")


def test_one_says_that_one_is_away_sees_what_callers_hear_and_comes_back(
    page: Page, console: Console
) -> None:
    page.get_by_text("Say that you are away").click()
    page.get_by_label("Until").fill("3pm")
    shown = page.locator("#preview")
    expect(shown.get_by_role("heading", name="Ian Frost is away until 3 pm")).to_be_visible()
    expect(shown).to_contain_text("or else leave a message for the agency")
    assert console.records.statuses.ahead(CLIENT, NOON) == ()
    shown.get_by_role("button", name="Set it").click()
    expect(page.locator(".answer")).to_contain_text("Ian Frost is away until 3 pm")
    status = page.locator("section[aria-labelledby=status]")
    expect(status).to_contain_text("Ian Frost is away until 3 pm")
    assert standing_of(console.records, CLIENT, NOON).of("ian") is StatusKind.AWAY
    status.get_by_role("button", name="I am back").click()
    expect(status).to_contain_text("Callers reach you as usual")
    assert console.records.statuses.ahead(CLIENT, NOON) == ()


def test_what_is_pressed_is_done_though_the_page_updates_in_that_moment(
    page: Page, console: Console
) -> None:
    keep_status(console.records, status_of("ian", StatusKind.AWAY), NOON)
    held: list[Route] = []
    page.route("**/console/here", lambda route: held.append(route))
    with page.expect_request("**/console/here"):
        page.reload()
    status = page.locator("section[aria-labelledby=status]")
    status.get_by_role("button", name="I am back").click()
    page.evaluate(
        "const shown = document.querySelector('section[aria-labelledby=status]');"
        "shown.innerHTML = shown.innerHTML"
    )
    held[0].continue_()
    page.unroute("**/console/here")
    expect(status).to_contain_text("Callers reach you as usual")
    assert console.records.statuses.ahead(CLIENT, NOON) == ()


def test_what_is_not_clear_is_said_while_one_writes(page: Page) -> None:
    page.get_by_text("Say that you are away").click()
    page.get_by_label("Until").fill("9am")
    expect(page.locator("#preview").get_by_role("alert")).to_contain_text("9AM has passed")
    expect(page.get_by_role("button", name="Set it")).to_have_count(0)


def test_a_status_set_elsewhere_appears_by_itself(page: Page, console: Console) -> None:
    page.locator("[data-live].good").wait_for()
    keep_status(console.records, status_of("maya", StatusKind.EMERGENCIES), NOON)
    jobs_changed(console.redis, CLIENT)
    expect(page.locator("#now")).to_contain_text("Maya Frost takes only emergencies")


def test_what_ends_by_itself_goes_from_the_page_by_itself(page: Page, console: Console) -> None:
    page.goto(f"{page.url}/status?kind=away&until=1h")
    page.get_by_role("button", name="Set it").click()
    status = page.locator("section[aria-labelledby=status]")
    expect(status).to_contain_text("Ian Frost is away until 1 pm")
    page.locator("[data-live].good").wait_for()
    page.clock.install()
    page.reload()
    console.now[0] = NOON + HOUR
    page.clock.run_for(61_000)
    expect(status).to_contain_text("Callers reach you as usual")


def test_a_status_is_set_without_any_script(bare: Page, console: Console) -> None:
    bare.get_by_text("Say that you are away").click()
    bare.get_by_role("button", name="2 hours").click()
    expect(bare.get_by_role("heading", name="Ian Frost is away until 2 pm")).to_be_visible()
    bare.get_by_role("button", name="Set it").click()
    expect(bare.get_by_role("status").first).to_contain_text("Ian Frost is away until 2 pm")
    assert standing_of(console.records, CLIENT, NOON).of("ian") is StatusKind.AWAY


def test_the_pages_are_fit_for_everybody_and_fit_the_window(
    page: Page, address: str, jobs: dict[str, Job]
) -> None:
    status = f"{PAGE}/status?kind=messages&whose=everybody&begins=tomorrow+9am"
    paths = [PAGE, f"{PAGE}?q=please", status, *(f"{PAGE}/jobs/{job.id}" for job in jobs.values())]
    for path in paths:
        page.goto(address + path)
        for details in page.locator("main details").all():
            details.evaluate("each => { each.open = true }")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        assert violations(page) == [], path
