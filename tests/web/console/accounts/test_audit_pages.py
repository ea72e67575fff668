"""The audit log names people and clients, and leads to what an act was about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.core.accounts.roles import Role
from tests.web.console.client.client_inbox import IAN, left, with_examples
from tests.web.console.small_console import Console, as_role
from tests.web.console.supervisor.test_supervisor_pages import AGENCY

PAGE = "/console/audit/"


def test_people_clients_and_things_are_named(console: Console) -> None:
    with_examples(console)
    console = replace(console, agency=AGENCY)
    browser = as_role(console, Role.SUPERVISOR)
    job = left(console, IAN)
    browser.get(f"/console/jobs/{job.id}")
    page = browser.get(PAGE).text
    assert f'<td>Rainbow Frost</td><td><a href="/console/jobs/{job.id}"' in page
    assert ">job</a>" in page
    assert "<td>X</td><td>saw a job</td>" in page, "the account's name, not its login"


@pytest.mark.parametrize(
    ("query", "found"),
    [("?act=a+job", True), ("?client=rainbow-frost", True), ("?client=acme", False)],
)
def test_the_log_is_narrowed_by_a_part_of_an_act_or_a_client(
    query: str, found: bool, console: Console
) -> None:
    with_examples(console)
    browser = as_role(console, Role.SUPERVISOR)
    browser.get(f"/console/jobs/{left(console, IAN).id}")
    assert ("<td>saw a job</td>" in browser.get(PAGE + query).text) is found
