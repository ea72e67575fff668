"""The parts of the operators' screen, rendered: each is right by itself, and swapped alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import Response, make_response, render_template, request, url_for

from ivr.core.queue.states import LONGEST_WRITING
from ivr.core.records.draft import Draft
from ivr.web.console.access import current_account, note
from ivr.web.console.operator.form_view import FormView
from ivr.web.console.operator.screen import Screen
from ivr.web.console.operator.screens import OperatorScreen
from ivr.web.console.page_zone import show_in

CARRIER = (
    "https://eventgw.twilio.com",
    "wss://voice-js.roaming.twilio.com",
    "https://media.twiliocdn.com",
    "https://sdk.twilio.com",
)
"""What the carrier's script connects to (the README of @twilio/voice-sdk)."""


def render(part: str, **values: Any) -> str:
    """A part of the screen."""
    own = {
        "base": url_for("console.operator"),
        "operator": own_name(),
        "longest_writing": LONGEST_WRITING // timedelta(minutes=1),
    }
    return render_template(f"console/operator/{part}.html", **own, **values)


def by_script() -> bool:
    """Whether a script asks, for a part of the page it shows (https://htmx.org/docs/#requests)."""
    return "HX-Request" in request.headers


def own_name() -> str:
    """Whose screen it is, by short name; empty for an account that takes no calls."""
    return current_account().operator or ""


def state_part(screens: OperatorScreen) -> str:
    """What the operator is doing."""
    return render("state", state=screens.state(own_name()))


def own_part(screens: OperatorScreen, told: str = "") -> str:
    """What every other page shows an operator: what they are doing, and their call."""
    if draft := screens.begin_draft(own_name()):
        _note_answered(draft)
    state, call = screens.state(own_name()), screens.own_call(own_name())
    return render("incoming", state=state, call=call, told=told)


def page(screens: OperatorScreen, problem: str = "", typed: tuple[str, ...] = ()) -> Response:
    """The page as it is opened; `typed` as `line_part` has it."""
    screen = noted(screens.screen(own_name(), request.args.get("draft")))
    return whole(screens, screen=screen, problem=problem, typed=typed)


def whole(screens: OperatorScreen, **values: Any) -> Response:
    """The whole page."""
    show_in(screens.agency.timezone)
    own = {"state": screens.state(own_name()), "waiting": screens.waiting()}
    return make_response(render("page", **own, **values))


def line_part(
    screens: OperatorScreen,
    of: str,
    problem: str = "",
    typed: tuple[str, ...] = (),
    told: str = "",
) -> Response:
    """The line of the call that the page shows; or, where that is another by now, all of it.

    `typed` is an act that was refused and the number given for it, which stays to be mended;
    `told` is what has been done.
    """
    screen = noted(screens.screen(own_name(), of))
    if screen.of != of:
        return as_desk(render("desk", screen=screen, problem=problem, told=told))
    part = "line" if screen.line else "over" if screen.facts else "none"
    return make_response(render(part, screen=screen, problem=problem, typed=typed))


def desk_part(
    screens: OperatorScreen,
    *,
    draft_id: str | None = None,
    form: FormView | None = None,
    told: str = "",
    problem: str = "",
) -> Response:
    """The middle of the screen, with the form as it was sent where it was not taken."""
    screen = noted(screens.screen(own_name(), draft_id))
    if form is not None and screen.form is not None and screen.form.draft.id == form.draft.id:
        screen = replace(screen, form=form)
    if by_script():
        return as_desk(render("desk", screen=screen, told=told, problem=problem))
    return whole(screens, screen=screen, told=told, problem=problem)


def as_desk(text: str) -> Response:
    """Put in the place of the whole middle, whichever part had asked."""
    response = make_response(text)
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#desk", "outerHTML settle:0s"
    return response


def noted(screen: Screen) -> Screen:
    """Keep in the audit trail that the operator sees what is known of a caller."""
    if screen.first_seen and screen.form is not None:
        _note_answered(screen.form.draft)
    return screen


def _note_answered(draft: Draft) -> None:
    note("answered a call", client=draft.client, about=f"call {draft.call_sid}")
