"""“Ring”: an operator has their own telephone rung, and then a number that a page shows."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import (
    Blueprint,
    Response,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from ivr.adapters.sql import SqlRecords
from ivr.adapters.sql.search.index import DocumentKind, Hit
from ivr.core.accounts.account import Account
from ivr.core.accounts.roles import Permission
from ivr.core.records.message_words import message_numbers
from ivr.core.records.text_message import TextReceived
from ivr.core.ring_numbers import RingNumber, ring_numbers
from ivr.errors import ConversationError
from ivr.services.operator_calls import OperatorCall, OperatorCalls
from ivr.web.console.access import answer, current_account, needs, note
from ivr.web.console.accounts.way_back import own_page
from ivr.web.console.jobs.pages import JobPages
from ivr.web.console.operator.parts import by_script
from ivr.web.console.pages import notice


@dataclass(frozen=True, slots=True)
class Thing:
    """What a page shows: whose it is, its numbers, and what a call from there follows from."""

    client: str
    numbers: tuple[RingNumber, ...]
    call_sid: str
    job: str | None = None

    def number(self, number: str) -> RingNumber | None:
        """The one of its numbers that is `number` (E.164)."""
        return next((each for each in self.numbers if each.number == number), None)


@dataclass(frozen=True, slots=True)
class RingPages:
    """What the button needs; without `calls` there is none."""

    records: SqlRecords
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
            return Thing(job.client, self.jobs.numbers(job), job.call_sid or "", job.id)
        if page == "message" and (message := self.records.messages.find(id_)):
            of_it = self.records.jobs.of_message(message.id)
            job_id = of_it.id if of_it else None
            return Thing(message.client, message_numbers(message), message.call_sid, job_id)
        if (
            page == "call"
            and (call_detail := self.records.calls.detail(id_))
            and call_detail.call.client
        ):
            other = call_detail.call.to if call_detail.call_back else call_detail.call.from_
            return Thing(call_detail.call.client, self._of_one(other, call_detail.call.client), id_)
        if page == "text":
            hit = Hit(DocumentKind.TEXT, id_, None, self.clock())
            for text in self.records.search.look_up([hit]):
                if isinstance(text, TextReceived) and text.client:
                    return Thing(text.client, self._of_one(text.from_, text.client), "")
        return None

    def _of_one(self, number: str, client: str) -> tuple[RingNumber, ...]:
        return ring_numbers(number, {}, None, self.jobs.language(client))


def _rings(account: Account) -> bool:
    return bool(account.operator) and not account.client and account.may(Permission.WORK_MESSAGES)


def ring_routes(console: Blueprint, pages: RingPages) -> None:
    """Add the address of the button, and what shows it."""
    console.app_template_global("ring_once")(pages.once)

    @console.post("/ring/<page>/<id_>")
    @needs(Permission.WORK_MESSAGES)
    def ring(page: str, id_: str) -> AnyResponse:
        account, thing = current_account(), pages.thing(page, id_)
        wanted, once = request.form.get("number", ""), request.args.get("once", "")
        number = (
            next((each for each in thing.numbers if each.number == wanted), None) if thing else None
        )
        if (
            thing is None
            or number is None
            or not once
            or pages.calls is None
            or not _rings(account)
        ):
            return _nothing()
        by = (account.operator or "", account.name)
        call = OperatorCall(once, *by, thing.client, wanted, thing.call_sid, thing.job)
        problem = ""
        try:
            pages.calls.ring(call, pages.clock())
            note("rang somebody", client=thing.client, about=f"{page} {id_}")
        except ConversationError as error:
            problem = str(error)
        told = f"Your own telephone rings now; take it, and {number.written} is called."
        if by_script():
            shown = {"problem": problem, "told": told, "page": page, "id": id_, "number": number}
            return make_response(render_template("console/rung.html", **shown))
        if problem:
            return notice("Not rung", problem, 409)
        answer(told)
        return redirect(own_page(request.form.get("at", "")) or url_for("console.home"), 303)


def _nothing() -> Response:
    return notice("No such number", "There is no number to ring at this address.", 404)
