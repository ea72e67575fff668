"""The board of jobs in a real browser: worked by keys alone, and renewed by itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from ivr.core.jobs.acts import Hand
from ivr.core.jobs.agreement import the_agency
from ivr.core.jobs.job import Job, Owner, OwnerKind
from tests.job_changes import act_on
from tests.web.console.calls.messages_left import leave
from tests.web.console.jobs.test_job_pages import HOUR, opened
from tests.web.console.real_browser import NO_CHROMIUM, Visit, violations
from tests.web.console.small_console import NOON, Console

IAN = Owner(OwnerKind.PERSON, "ian", "Ian Frost")

pytestmark = NO_CHROMIUM


@pytest.fixture
def three(console: Console) -> list[Job]:
    """Three open jobs of Rainbow Frost: overdue, due soon, and due later with Ian."""
    return [
        opened(console, -1, client="rainbow-frost", summary="Late one"),
        opened(console, 0.5, client="rainbow-frost", summary="Soon one"),
        opened(console, 5, client="rainbow-frost", summary="Ian’s one", owner=IAN),
    ]


def board(visit: Visit) -> Page:
    """The board, once its keys work."""
    page = visit.open("/console/jobs/")
    page.get_by_role("button", name="Keys are").wait_for()
    return page


def owners(console: Console, jobs: list[Job]) -> list[str]:
    found = [console.records.jobs.find(job.id) for job in jobs]
    return [job.owner.id for job in found if job]


def test_the_board_is_worked_by_keys(visit: Visit, console: Console, three: list[Job]) -> None:
    page = board(visit)
    keys = page.keyboard
    keys.press("j")
    expect(page.get_by_role("link", name="Late one")).to_be_focused()
    keys.press("t")
    expect(page.get_by_text("1 job taken.")).to_be_visible()
    page.get_by_role("button", name="Keys are").wait_for()
    assert owners(console, three) == ["server", "agency", "ian"]
    for key in ("j", "x", "j", "j", "x", "k", "h"):
        keys.press(key)
    expect(page.locator("select[name=to]")).to_be_focused()
    page.locator("select[name=to]").select_option("Maya Frost (client)")
    page.locator("input[name=hand_reason]").fill("they know the house")
    keys.press("Enter")
    expect(page.get_by_text("2 jobs assigned.")).to_be_visible()
    assert owners(console, three) == ["maya", "agency", "maya"]


def test_a_job_is_opened_and_closed_by_keys(
    visit: Visit, console: Console, three: list[Job]
) -> None:
    page = board(visit)
    for key in ("j", "j", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("heading", name="Soon one for Rainbow Frost")).to_be_visible()
    page.get_by_role("button", name="Keys are").wait_for()
    page.keyboard.press("c")
    page.keyboard.press("Tab")
    page.keyboard.type("rang back")  # which holds keys that mean something elsewhere
    page.keyboard.press("Enter")
    expect(page.get_by_text("Done: rang back")).to_be_visible()
    found = console.records.jobs.find(three[1].id)
    assert found is not None
    assert not found.is_open


def test_a_recording_is_heard_and_stopped_by_a_key(visit: Visit, console: Console) -> None:
    job = console.records.jobs.of_message(leave(console, client="rainbow-frost", kind="message"))
    assert job is not None
    page = visit.open(f"/console/jobs/{job.id}")
    page.get_by_role("button", name="Keys are").wait_for()
    page.keyboard.press("l")
    page.wait_for_function("() => document.querySelector('audio').currentTime > 0")
    page.keyboard.press("l")
    page.wait_for_function("() => document.querySelector('audio').paused")


def test_keys_can_be_switched_off(visit: Visit, console: Console, three: list[Job]) -> None:
    page = visit.open("/console/jobs/")
    page.get_by_role("button", name="Keys are on").click()
    page.keyboard.press("j")
    page.keyboard.press("t")
    page.reload()
    expect(page.get_by_role("button", name="Keys are off")).to_be_visible()
    assert owners(console, three) == ["agency", "agency", "ian"]


def test_the_board_renews_itself_but_not_under_somebody_s_hands(
    visit: Visit, console: Console, three: list[Job]
) -> None:
    page = visit.open("/console/jobs/")
    page.locator("[data-live].good").wait_for()
    late = page.get_by_role("listitem").filter(has=page.get_by_role("link", name="Late one"))

    def hand(owner: Owner) -> None:
        act_on(console.records, three[0].id, Hand(owner), "Ann", NOON + HOUR)
        with page.expect_response("**/console/jobs/list*"):
            console.redis.publish("ivr:{queue}:changes", "jobs")

    hand(IAN)
    expect(late).to_contain_text("Ian Frost")
    late.get_by_role("checkbox").check()
    hand(the_agency("the agency"))
    page.wait_for_function("() => true")
    expect(late).to_contain_text("Ian Frost")
    expect(late.get_by_role("checkbox")).to_be_checked()


@pytest.mark.parametrize("closed", [False, True])
def test_pages_of_jobs_are_fit_for_everybody_and_fit_the_window(
    closed: bool, visit: Visit, console: Console, three: list[Job]
) -> None:
    message = leave(console, client="rainbow-frost", kind="message")
    job = console.records.jobs.of_message(message)
    assert job is not None
    view = "jobs/?view=closed" if closed else "jobs/"
    for path in (view, f"jobs/{job.id}" if closed else f"jobs/{three[0].id}"):
        page = visit.open(f"/console/{path}")
        for details in page.locator("main details").all():
            details.locator("summary").click()
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert violations(page) == []
