"""“Ring”: an operator has their own telephone rung, and then a number that a page shows."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from ivr.accounts.account import Account
from ivr.accounts.roles import Permission
from ivr.console.access import answer, current_account, needs, note
from ivr.console.jobs.pages import JobPages
from ivr.console.pages import notice
from ivr.delivery.email import message_numbers
from ivr.errors import ConversationError
from ivr.records import Records
from ivr.services.operator_calls import OperatorCall, OperatorCalls


@dataclass(frozen=True, slots=True)
class Thing:
    """What a page shows: whose it is, its numbers, and what a call from there follows from."""

    client: str
    numbers: tuple[str, ...]
    call_sid: str
    job: str | None = None


@dataclass(frozen=True, slots=True)
class RingPages:
    """What the button needs; without `calls` there is none."""

    records: Records
    jobs: JobPages
    calls: OperatorCalls | None
    clock: Callable[[], datetime]

    def once(self) -> str:
        """What tells a button from every other, so that pressed twice it rings once; empty for
        whoever is not to ring."""
        account: Account | None = g.get("account")
        return secrets.token_hex(16) if account and self.calls and _rings(account) else ""

    def thing(self, page: str, id_: str) -> Thing | None:
        """What such a page shows, as far as the account sees it."""
        found = self._thing(page, id_)
        return found if found and current_account().sees(found.client) else None

    def _thing(self, page: str, id_: str) -> Thing | None:
        if page == "job" and (job := self.jobs.find(id_)):
            numbers = tuple(each.number for each in self.jobs.numbers(job))
            return Thing(job.client, numbers, job.call_sid or "", job.id)
        if page == "message" and (message := self.records.message(id_)):
            numbers = tuple(each.number for each in message_numbers(message))
            of_it = self.records.jobs.of_message(message.id)
            return Thing(message.client, numbers, message.call_sid, of_it.id if of_it else None)
        if page == "call" and (story := self.records.story(id_)) and story.call.client:
            other = story.call.to if story.call_back else story.call.from_
            return Thing(story.call.client, (other,) if other else (), id_)
        return None


def _rings(account: Account) -> bool:
    return bool(account.operator) and not account.client and account.may(Permission.WORK_MESSAGES)


def ring_routes(console: Blueprint, pages: RingPages) -> None:
    """Add the address of the button, and what shows it."""
    console.app_template_global("ring_once")(pages.once)

    @console.post("/ring/<page>/<id_>")
    @needs(Permission.WORK_MESSAGES)
    def ring(page: str, id_: str) -> AnyResponse:
        account, thing = current_account(), pages.thing(page, id_)
        number, once = request.form.get("number", ""), request.form.get("once", "")
        if thing is None or pages.calls is None or not _rings(account):
            return _nothing()
        if number not in thing.numbers or not once:
            return _nothing()
        by = (account.operator or "", account.name)
        call = OperatorCall(once, *by, thing.client, number, thing.call_sid, thing.job)
        try:
            pages.calls.ring(call, pages.clock())
        except ConversationError as error:
            return notice("Not rung", str(error), 409)
        note("rang somebody", client=thing.client, about=f"{page} {id_}")
        answer("Your own telephone rings now; take it, and the number is called.")
        return redirect(_page(page, id_), 303)


def _page(page: str, id_: str) -> str:
    match page:
        case "job":
            return url_for("console.job", job_id=id_)
        case "message":
            return url_for("console.message", message_id=id_)
        case _:
            return url_for("console.call", call_sid=id_)


def _nothing() -> Response:
    return notice("No such number", "There is no number to ring at this address.", 404)
