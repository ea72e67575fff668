"""The operators' screen, `/console/operator`: one page, and an address for each part of it.

Each part is right by itself; a page with scripts swaps the parts as things change, and one without
shows how things are when it is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from ivr.accounts.roles import Permission
from ivr.console.access import current_account, needs, note
from ivr.console.form_view import FormView
from ivr.console.live import Fragment, Live
from ivr.console.live_routes import rendering
from ivr.console.operator_desk import OperatorDesk, Screen
from ivr.console.operator_keys import Act
from ivr.console.operator_view import EXTENSION
from ivr.console.pages import allow
from ivr.errors import ConversationError, JobError
from ivr.jobs.job import Job
from ivr.operators.states import Reach, State

SEEN_LASTS = timedelta(seconds=150)
"""A console says every 30 s that it is there, in the background once a minute at most."""

WAITING = "operator-queue"
"""The fragment with the list of who waits."""

FIELD = "field."
"""What begins the names of a form's own fields, which the client's file chooses."""

LONGEST_FIELD, LONGEST_REASON = 5000, 100
"""Characters that are taken."""

CARRIER = (
    "https://eventgw.twilio.com",
    "wss://voice-js.roaming.twilio.com",
    "https://media.twiliocdn.com",
    "https://sdk.twilio.com",
)
"""What the carrier's script connects to (the README of @twilio/voice-sdk)."""

LOST = "Not saved: this was sent already, or another operator has the call now."
NO_OUTCOME = "Please choose how the call ended."


def operator_routes(console: Blueprint, desk: OperatorDesk, live: Live) -> None:
    """Add the addresses, and the list of who waits, which is the same for all operators."""
    outside_requests = rendering(console)

    def waiting() -> str:
        with outside_requests():
            return render_template("console/operator/waiting.html", waiting=desk.waiting())

    live.share(Fragment(WAITING, frozenset({"queue"}), Permission.ANSWER_CALLS, waiting))
    _add_parts(console, desk)
    _add_state(console, desk)
    _add_acts(console, desk)
    _add_drafts(console, desk)


def _add_parts(console: Blueprint, desk: OperatorDesk) -> None:
    @console.get("/operator")
    @needs(Permission.ANSWER_CALLS)
    def operator() -> Response:
        if not current_account().operator:
            return make_response(render_template("console/operator/nobody.html"))
        return _page(desk)

    @console.get("/operator/waiting")
    @needs(Permission.ANSWER_CALLS)
    def operator_waiting() -> str:
        return render("waiting", waiting=desk.waiting())

    @console.get("/operator/state")
    @needs(Permission.ANSWER_CALLS)
    def operator_state() -> str:
        return _state(desk)

    @console.get("/operator/line")
    @needs(Permission.ANSWER_CALLS)
    def operator_line() -> Response:
        return _line(desk, request.args.get("of", ""))

    @console.get("/operator/phone-token")
    @needs(Permission.ANSWER_CALLS)
    def operator_phone_token() -> Response:
        token = desk.browser_token(_name()) if _name() else None
        if token is None:
            return Response("Browsers cannot be rung here.\n", 404, content_type="text/plain")
        return Response(token, content_type="text/plain")

    @console.post("/operator/seen")
    @needs(Permission.ANSWER_CALLS)
    def operator_seen() -> Response:
        desk.operators.seen(_name(), desk.clock(), SEEN_LASTS)
        return Response(status=204)


def _add_state(console: Blueprint, desk: OperatorDesk) -> None:
    def more(name: str) -> None:
        desk.operators.extend_wrap_up(name, EXTENSION, desk.clock())

    def available(name: str) -> None:
        known = desk.agency.operators.get(name)
        reach = Reach.BROWSER if request.form.get("reach") == Reach.BROWSER else Reach.TELEPHONE
        desk.operators.sign_on(name, known.skills if known else None, desk.clock(), reach)

    def away(name: str) -> None:
        reason = request.form.get("reason", "")[:LONGEST_REASON]
        desk.operators.wish(name, State.AWAY, desk.clock(), reason)

    def offline(name: str) -> None:
        desk.operators.wish(name, State.OFFLINE, desk.clock())

    wishes = {each.__name__: each for each in (more, available, away, offline)}

    @console.post("/operator/state/<wish>")
    @needs(Permission.ANSWER_CALLS)
    def operator_wish(wish: str) -> AnyResponse:
        if wish in wishes and _name():
            wishes[wish](_name())
        if not by_script():
            return redirect(url_for("console.operator"), 303)
        return make_response(_state(desk))


def _add_acts(console: Blueprint, desk: OperatorDesk) -> None:
    @console.post("/operator/act/<conversation_id>/<act>")
    @needs(Permission.ANSWER_CALLS)
    def operator_act(conversation_id: str, act: str) -> AnyResponse:
        problem = ""
        try:
            client = desk.act(_name(), conversation_id, Act(act), request.form)
            note(
                f"{act.replace('-', ' ')} in a call", client=client, about=f"call {conversation_id}"
            )
        except (ConversationError, ValueError) as error:
            problem = str(error)
        if not by_script():
            return _page(desk, problem=problem)
        return _line(desk, request.args.get("of", ""), problem)


def _add_drafts(console: Blueprint, desk: OperatorDesk) -> None:
    @console.post("/operator/draft/<draft_id>")
    @needs(Permission.ANSWER_CALLS)
    def operator_save(draft_id: str) -> Response:
        form, kept = _saved(desk, draft_id)
        if form is None:
            return Response(status=404)
        return make_response(render("checked", form=form, lost="" if kept else LOST))

    @console.post("/operator/draft/<draft_id>/kind")
    @needs(Permission.ANSWER_CALLS)
    def operator_kind(draft_id: str) -> Response:
        form, _ = _saved(desk, draft_id)
        return make_response(render("fields", form=form)) if form else Response(status=404)

    @console.post("/operator/draft/<draft_id>/send")
    @needs(Permission.ANSWER_CALLS)
    def operator_send(draft_id: str) -> Response:
        form, kept = _saved(desk, draft_id, asked=True)
        if form is None or not kept:
            return _desk(desk, problem=LOST)
        if form.wanting:
            return _desk(desk, draft_id=draft_id, form=form)
        try:
            job = desk.send(form, _outcome(), current_account().name)
        except JobError as error:
            return _desk(desk, problem=str(error))
        note("wrote a message down", client=form.draft.client, about=f"job {job.id}")
        return _desk(desk, told=_told(form, job))

    @console.post("/operator/draft/<draft_id>/finish")
    @needs(Permission.ANSWER_CALLS)
    def operator_finish(draft_id: str) -> Response:
        form, kept = _saved(desk, draft_id)
        if form is None or not kept:
            return _desk(desk, problem=LOST)
        if not _outcome():
            return _desk(desk, draft_id=draft_id, form=replace(form, problem=NO_OUTCOME))
        desk.records.drafts.close(draft_id, _name(), _outcome(), desk.clock())
        return _desk(desk, told=f"Noted: {_outcome()}.")


# What is answered


def render(part: str, **values: Any) -> str:
    """A part of the screen."""
    own = {"base": url_for("console.operator"), "operator": _name()}
    return render_template(f"console/operator/{part}.html", **own, **values)


def by_script() -> bool:
    """Whether a script asks, for a part of the page it shows (https://htmx.org/docs/#requests)."""
    return "HX-Request" in request.headers


def _name() -> str:
    """Whose screen it is, by short name; empty for an account that takes no calls."""
    return current_account().operator or ""


def _state(desk: OperatorDesk) -> str:
    phone = desk.browser_token(_name()) is not None
    return render("state", state=desk.state(_name()), phone=phone)


def _page(desk: OperatorDesk, problem: str = "") -> Response:
    screen = _noted(desk.screen(_name(), request.args.get("draft")))
    return _whole(desk, screen=screen, problem=problem)


def _whole(desk: OperatorDesk, **values: Any) -> Response:
    """The whole page; where browsers can be rung it may reach the carrier, as its script needs."""
    phone = desk.browser_token(_name()) is not None
    if phone:
        allow("connect-src", *CARRIER)
        allow("media-src", "mediastream:", *CARRIER)
    own = {"phone": phone, "state": desk.state(_name()), "waiting": desk.waiting()}
    return make_response(render("page", **own, **values))


def _line(desk: OperatorDesk, of: str, problem: str = "") -> Response:
    """The line of the call that the page shows; or, where that is another by now, all of it."""
    screen = _noted(desk.screen(_name(), of))
    if screen.of != of:
        return as_desk(render("desk", screen=screen, problem=problem))
    part = "line" if screen.line else "over" if screen.facts else "none"
    return make_response(render(part, screen=screen, problem=problem))


def _desk(
    desk: OperatorDesk,
    *,
    draft_id: str | None = None,
    form: FormView | None = None,
    told: str = "",
    problem: str = "",
) -> Response:
    """The middle of the screen, with the form as it was sent where it was not taken."""
    screen = _noted(desk.screen(_name(), draft_id))
    if form is not None and screen.form is not None and screen.form.draft.id == form.draft.id:
        screen = replace(screen, form=form)
    if by_script():
        return as_desk(render("desk", screen=screen, told=told, problem=problem))
    return _whole(desk, screen=screen, told=told, problem=problem)


def as_desk(text: str) -> Response:
    """Put in the place of the whole middle, whichever part had asked."""
    response = make_response(text)
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#desk", "outerHTML"
    return response


def _noted(screen: Screen) -> Screen:
    """Keep in the audit trail that the operator sees what is known of a caller."""
    if screen.first_seen and screen.form is not None:
        draft = screen.form.draft
        note("answered a call", client=draft.client, about=f"call {draft.call_sid}")
    return screen


# What was written


def posted(kept: Mapping[str, str]) -> dict[str, str]:
    """What was typed, over what was `kept` of other kinds of job."""
    typed = {
        name.removeprefix(FIELD): value[:LONGEST_FIELD]
        for name, value in request.form.items()
        if name.startswith(FIELD) and len(name) <= LONGEST_REASON
    }
    return {**kept, **typed}


def _saved(
    desk: OperatorDesk, draft_id: str, *, asked: bool = False
) -> tuple[FormView | None, bool]:
    """The form as it was posted, and whether that is kept: not where the draft was sent already
    or is somebody else's by now."""
    draft = desk.records.drafts.find(draft_id)
    if draft is None:
        return None, False
    kind = request.form.get("kind", draft.kind)
    fields, now = posted(draft.fields), desk.clock()
    kept = desk.records.drafts.save(draft_id, _name(), kind, fields, now)
    if not kept and draft.operator != _name():
        return None, False
    draft = replace(draft, kind=kind, fields=fields, updated_at=now, outcome=_outcome())
    return desk.form(draft, asked=asked), kept


def _outcome() -> str:
    return request.form.get("outcome", "")[:LONGEST_REASON]


def _told(form: FormView, job: Job) -> str:
    due = job.due_at.astimezone(form.zone_time.tzinfo)
    return f"Sent: {job.owner.name} has it, due {due:%A %H:%M}."
