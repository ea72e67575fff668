"""All times of a page are in one zone, which it names."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from ivr.adapters.redis.queue.operators import RedisOperators
from ivr.core.accounts.roles import Role
from ivr.core.agency import Agency
from tests.adapters.sql.records_samples import snapshot
from tests.flow_files import HEAD, write
from tests.web.console.calls.messages_left import leave
from tests.web.console.small_console import FLOW, NOON, Console, as_role
from tests.web.console.supervisor.test_supervisor_pages import joins

TOKYO = Agency.model_validate({"timezone": "Asia/Tokyo", "operators": {"sam": {"name": "Sam"}}})
"""Far from the clocks of clients, so that no hour is the same."""


@pytest.fixture
def far(console: Console) -> Console:
    """An agency in Tokyo, a client in New York, and something on every page."""
    head = HEAD.replace("name: Acme,", "name: Acme, timezone: America/New_York,")
    write(console.flows, f"{head}{FLOW}")
    console.library.refresh()
    console = replace(console, agency=TOKYO)
    leave(console, timezone="America/New_York", received_at=NOON)
    console.records.calls.note([snapshot(client="acme", started_at=NOON, call_sid="CA" + "1" * 32)])
    RedisOperators(console.redis).sign_on("sam", None, NOON)
    joins(console.redis, "CA9")
    return console


def zone_of(browser: FlaskClient, address: str) -> str:
    """The zone that a page names; it names one."""
    page = browser.get(f"/console/{address}").text
    named = re.findall(r"Times are ([^<]+)\.<", page)
    assert len(named) == 1, address
    hours = set(re.findall(r"\b(\d\d):\d\d", re.sub(r"<[^>]*>", " ", page)))
    right = {"Tokyo time": {"20", "21", "01", "02"}, "New York time": {"06", "07", "11", "12"}}
    assert hours <= right[named[0]], (address, hours)
    assert "UTC" not in page
    return str(named[0])


def test_pages_about_several_clients_show_the_agency_s_time(far: Console) -> None:
    browser = as_role(far, Role.ADMINISTRATOR)
    for address in (
        "messages/",
        "calls/",
        "jobs/",
        "search?q=ring",
        "wallboard",
        "queue",
        "audit/",
    ):
        assert zone_of(browser, address) == "Tokyo time"


def test_a_page_about_one_client_shows_that_client_s_time(far: Console) -> None:
    browser = as_role(far, Role.ADMINISTRATOR)
    [message] = far.records.messages.newest()
    job = far.records.jobs.of_message(message.id)
    assert job
    for address in (f"messages/{message.id}", f"jobs/{job.id}", f"calls/CA{'1' * 32}"):
        assert zone_of(browser, address) == "New York time"


def test_a_client_sees_its_own_time_everywhere(far: Console) -> None:
    browser = as_role(far, Role.CLIENT, client="acme")
    for address in ("client", "messages/", "calls/"):
        assert zone_of(browser, address) == "New York time"


def test_a_page_without_times_names_no_zone(far: Console) -> None:
    page = as_role(far, Role.ADMINISTRATOR).get("/console/account").text
    assert "Times are" not in page
