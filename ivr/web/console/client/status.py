"""What a client's people say of themselves on their page: with what callers will then hear shown
before it is saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from ivr.core.accounts.actor import signed_in
from ivr.core.accounts.roles import Permission
from ivr.core.availability.standing import StatusKind
from ivr.core.availability.status import How, Status, StatusRequest
from ivr.core.availability.words import moment, sentence
from ivr.core.call.engine import CallFlow
from ivr.core.flow.people import EVERYBODY
from ivr.errors import StatusError
from ivr.services.statuses import StatusService
from ivr.web.console.access import answer, current_account, needs
from ivr.web.console.client.client_user import ClientUser
from ivr.web.console.client.pages import ClientPages
from ivr.web.console.client.wishes import (
    KINDS,
    SOON,
    Form,
    Preview,
    allowed,
    name_of,
    preview,
    speaks_for,
    wish_of,
)
from ivr.web.console.page_zone import show_in
from ivr.web.console.pages import notice


@dataclass(frozen=True, slots=True)
class StatusLine:
    """A status as the page shows it."""

    status: Status
    says: str
    is_now: bool
    is_own: bool
    may_end: bool


@dataclass(frozen=True, slots=True)
class StatusPages:
    """What the addresses need."""

    pages: ClientPages
    service: StatusService

    def lines(self) -> list[StatusLine]:
        """What holds now, and what is still to come."""
        visitor, flow, now = self._here()
        theirs = speaks_for(visitor, flow)
        zone = self.pages.jobs.zone(visitor.client)
        return [
            StatusLine(
                status=each,
                says=sentence(each, name_of(each.person, flow, visitor.client_name), now, zone),
                is_now=each.counts(now),
                is_own=visitor.person is not None and each.person == visitor.person.id,
                may_end=(each.person or EVERYBODY) in theirs,
            )
            for each in self.pages.jobs.records.statuses.ahead(visitor.client, now)
        ]

    def words(self) -> dict[str, Any]:
        """What the form is made of."""
        visitor, flow, _ = self._here()
        return {
            "status_lines": self.lines,
            "status_kinds": KINDS,
            "status_soon": SOON,
            "status_whose": speaks_for(visitor, flow),
            "status_form": _form(),
            "has_file": flow is not None,
        }

    def page(self, problem: str = "", status: int = 200) -> Response:
        """The page with the form and, once it is filled in, what would come of it."""
        visitor, _, _ = self._here()
        show_in(self.pages.jobs.zone(visitor.client))
        shown = {} if problem else self._previewed()
        words = {"visitor_": visitor, "problem": problem, **self.words(), **shown}
        return make_response(render_template("console/client/status.html", **words), status)

    def fragment(self) -> str:
        """What would come of it alone, for a page that is open."""
        return render_template("console/client/preview.html", **self._previewed())

    def set(self) -> AnyResponse:
        """Keep what was shown."""
        visitor, flow, now = self._here()
        try:
            wish = allowed(_shown(visitor), visitor, flow, now)
            was = self.service.set(wish, signed_in(current_account(), visitor.name), now)
        except StatusError as error:
            return self.page(str(error), 422)
        who = name_of(wish.person, flow, visitor.client_name)
        answer(f"{sentence(was.status, who, now, self.pages.jobs.zone(visitor.client))}.")
        return redirect(url_for("console.client"), 303)

    def end(self, status_id: str) -> AnyResponse:
        """End one, or call it off."""
        visitor, _, now = self._here()
        line = next((each for each in self.lines() if each.status.id == status_id), None)
        if line is None or not line.may_end:
            text = "It is over already, or was never yours to end."
            return notice("There is nothing to end", text, 404)
        actor = signed_in(current_account(), visitor.name)
        try:
            self.service.end(status_id, visitor.client, How.PAGE, actor, now)
        except StatusError as error:
            return notice("There is nothing to end", str(error), 404)
        back = "You’re back." if line.is_own else "That is over now."
        answer(back if line.is_now else "Called off.")
        return redirect(url_for("console.client"), 303)

    def _previewed(self) -> dict[str, Any]:
        """What would come of the form as it is filled in; nothing while it is empty."""
        shown: dict[str, Any] = {"preview": None, "problem": "", "moment": self._moment}
        if not request.args.get("kind"):
            return shown
        visitor, flow, now = self._here()
        try:
            return shown | {"preview": self._preview(visitor, flow, now)}
        except StatusError as error:
            return shown | {"problem": str(error)}

    def _preview(self, visitor: ClientUser, flow: CallFlow | None, now: datetime) -> Preview:
        if flow is None:
            raise StatusError("Your file is not there at the moment; please ring the agency.")
        wish = wish_of(_form(), visitor, flow, now)
        known = self.pages.jobs.records.statuses.ahead(visitor.client, now)
        return preview(wish, known, flow, now, self.pages.agency)

    def _moment(self, at: datetime) -> str:
        """A moment in words, by the client's clock."""
        zone = self.pages.jobs.zone(current_account().client or "")
        return moment(at.astimezone(zone), self.pages.jobs.clock().astimezone(zone).date())

    def _here(self) -> tuple[ClientUser, CallFlow | None, datetime]:
        visitor = self.pages.visitor()
        return visitor, self.pages.flow_of(visitor.client), self.pages.jobs.clock()


def status_routes(console: Blueprint, pages: StatusPages) -> None:
    """Add the addresses."""

    @console.get("/client/status")
    @needs(Permission.CLIENT_PAGE)
    def client_status() -> Response:
        return pages.page()

    @console.get("/client/status/preview")
    @needs(Permission.CLIENT_PAGE)
    def client_status_preview() -> str:
        return pages.fragment()

    @console.get("/client/status/now")
    @needs(Permission.CLIENT_PAGE)
    def client_status_now() -> str:
        return render_template("console/client/status_now.html", **pages.words())

    @console.post("/client/status")
    @needs(Permission.CLIENT_PAGE)
    def set_client_status() -> AnyResponse:
        return pages.set()

    @console.post("/client/status/<status_id>/end")
    @needs(Permission.CLIENT_PAGE)
    def end_client_status(status_id: str) -> AnyResponse:
        return pages.end(status_id)


def _form() -> Form:
    """The form as it stands in the address. Of several ends the one that was pressed counts."""
    args = request.args
    until = [text.strip() for text in args.getlist("until") if text.strip()]
    return Form(
        kind=args.get("kind", StatusKind.AWAY),
        until=until[-1] if until else "",
        begins=args.get("begins", "").strip(),
        whose=args.get("whose", "").strip(),
    )


def _shown(visitor: ClientUser) -> StatusRequest:
    """What was shown and is to be kept. Raises `StatusError` where that is no status."""
    form = request.form
    person, ends = form.get("whose", ""), form.get("ends", "")
    try:
        return StatusRequest(
            client=visitor.client,
            person=None if person == EVERYBODY else person,
            kind=StatusKind(form.get("kind", "")),
            starts=_aware(form.get("starts", "")),
            ends=_aware(ends) if ends else None,
            by=visitor.name,
            how=How.PAGE,
        )
    except ValueError as error:
        raise StatusError("Nothing was set; please fill in the form once more.") from error


def _aware(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return found
