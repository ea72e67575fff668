"""An operator whom the agency's file does not name is told kindly what is missing."""

from __future__ import annotations

from dataclasses import replace
from html import unescape

from ivr.core.accounts.roles import Role
from tests.web.console.small_console import Console, as_role
from tests.web.console.supervisor.test_supervisor_pages import AGENCY


def test_their_page_says_what_is_missing_and_what_to_write(console: Console) -> None:
    browser = as_role(console, Role.OPERATOR, operator="sam")
    answer = browser.get("/console/", follow_redirects=True)
    assert answer.status_code == 200
    said = unescape(answer.text)
    assert "has no operator “sam”" in said
    assert 'sam: {name: "X", phone: "+44 …"}' in said
    for page in ("messages/", "jobs/", "operator/rehearsal", "queue", "account"):
        assert browser.get(f"/console/{page}", follow_redirects=True).status_code == 200


def test_whom_the_file_names_sees_the_screen(console: Console) -> None:
    browser = as_role(replace(console, agency=AGENCY), Role.OPERATOR, operator="sam")
    assert "Nobody is on the line" in browser.get("/console/operator").text
