"""`/console/operator/rehearsal`: the operators' screen with a made-up caller. Nothing is saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from ivr.adapters.files.flows.library import FolderLibrary
from ivr.core.accounts.roles import Permission
from ivr.core.call.engine import CallFlow
from ivr.core.conversation.machine import possible
from ivr.core.conversation.state import Phase
from ivr.core.jobs.agreement import opening
from ivr.core.nodes.base import Kind
from ivr.core.queue.states import Presence
from ivr.core.records.draft import Draft
from ivr.errors import ConversationError, UnknownClient
from ivr.web.console.access import needs
from ivr.web.console.operator.call_view import CallerContext, call_facts, prefilled
from ivr.web.console.operator.chosen_kind import chosen_kind
from ivr.web.console.operator.drafts import posted
from ivr.web.console.operator.form_view import FormView, form_view
from ivr.web.console.operator.keys import keys_for
from ivr.web.console.operator.made_up import ANSWER, CALL, MadeUp, conversation, made_up_state
from ivr.web.console.operator.parts import as_desk, by_script
from ivr.web.console.operator.screen import CallProgress, OngoingCall, Screen
from ivr.web.console.operator.view import StateView
from ivr.web.console.pages import notice

STAGES = {
    Phase.RINGING: CallProgress.RINGING,
    Phase.TALKING: CallProgress.TALKING,
    Phase.CONSULTING: CallProgress.TALKING,
}
COLLEAGUES = (("joy", "Joy"), ("sam", "Sam"))

STATES = {
    CallProgress.RINGING: (Presence.RINGING, "A call is coming"),
    CallProgress.TALKING: (Presence.ON_CALL, "On a call"),
    CallProgress.WRAP_UP: (Presence.WRAP_UP, "Wrap-up"),
    CallProgress.IDLE: (Presence.AVAILABLE, "Available"),
}


@dataclass(frozen=True, slots=True)
class MadeUpScreen:
    """Puts the made-up screen together."""

    library: FolderLibrary[Kind]
    agency_name: str
    clock: Callable[[], datetime]

    def flow(self, client: str) -> CallFlow | None:
        """The client's flow as it is now."""
        try:
            return self.library.flow(client)
        except UnknownClient:
            return None

    def screen(self, flow: CallFlow, call: MadeUp, form: FormView | None = None) -> Screen:
        """The middle of the screen. Raises `ConversationError` or ValueError where the last act
        was not possible."""
        now = self.clock()
        state, _ = made_up_state(flow, now)
        line = conversation(flow, call, state.caller)
        stage = STAGES.get(line.phase, CallProgress.WRAP_UP)
        caller, called = state.caller, flow.client.numbers[0]
        facts = call_facts(flow, CALL, caller, called, CallerContext(state), now)
        if stage is CallProgress.RINGING:
            keys = keys_for(line, possible(line))
            return Screen(stage, "ringing", facts, line=OngoingCall(line, keys, COLLEAGUES))
        written = form or self.form(flow, {})
        if stage is CallProgress.WRAP_UP:
            return Screen(stage, written.draft.id, facts, written)
        keys = keys_for(line, possible(line))
        return Screen(stage, written.draft.id, facts, written, OngoingCall(line, keys, COLLEAGUES))

    def form(
        self, flow: CallFlow, fields: dict[str, str], kind: str = "", asked: bool = False
    ) -> FormView:
        """The form, as it is filled in in the browser; of no `kind`: of that which the caller
        chose."""
        now = self.clock()
        state, _ = made_up_state(flow, now)
        draft = Draft(
            call_sid=CALL,
            client=flow.client_id,
            flow_version=flow.version,
            operator="you",
            caller=state.caller,
            kind=kind or chosen_kind(flow, state),
            fields=fields,
            outcome=request.form.get("outcome", ""),
            began_at=now,
            updated_at=now,
        )
        return form_view(draft, flow, now, prefilled(flow, state), asked=asked)

    def told(self, form: FormView) -> str:
        """What would have come of sending."""
        flow, now = self.library.flow(form.draft.client), self.clock()
        job = opening(flow, form.draft.kind, now, self.agency_name)
        due = job.due_at.astimezone(flow.client.timezone)
        return f"On a real call {job.owner.name} would have it now, due {due:%A %H:%M}."


def rehearsal_routes(console: Blueprint, stage: MadeUpScreen) -> None:
    """Add the addresses."""
    _add_pages(console, stage)
    _add_acts(console, stage)
    _add_form(console, stage)


def _add_pages(console: Blueprint, stage: MadeUpScreen) -> None:
    @console.get("/operator/rehearsal")
    @needs(Permission.ANSWER_CALLS)
    def rehearsal() -> str:
        flows = sorted(stage.library, key=lambda flow: flow.client.name.lower())
        return render_template("console/operator/rehearsal.html", flows=flows)

    @console.get("/operator/rehearsal/<client>")
    @needs(Permission.ANSWER_CALLS)
    def rehearse(client: str) -> Response:
        flow = stage.flow(client)
        if flow is None:
            return notice("No such client", f"There is no client “{client}”.", 404)
        call = MadeUp.read(request.args.get("so_far", "")) or _begun(stage)
        return _page(stage, flow, call)


def _add_acts(console: Blueprint, stage: MadeUpScreen) -> None:
    @console.post("/operator/rehearsal/<client>/act/<so_far>/<act>")
    @needs(Permission.ANSWER_CALLS)
    def rehearse_act(client: str, so_far: str, act: str) -> AnyResponse:
        flow, before = stage.flow(client), MadeUp.read(so_far)
        if flow is None or before is None:
            return notice("No such rehearsal", "Please begin again.", 404)
        number = request.form.get("number", "")
        whom = request.form.get("to") or number.replace(" ", "")
        after, problem = before.then(act, whom), ""
        try:
            stage.screen(flow, after)
        except (ConversationError, ValueError) as error:
            after, problem = before, str(error)
        if not by_script():
            return _page(stage, flow, after, problem=problem)
        screen = stage.screen(flow, after)
        if screen.of == request.args.get("of") and screen.line is not None:
            typed = (act, number) if problem else ()
            return make_response(_render(flow, "line", screen=screen, problem=problem, typed=typed))
        if screen.of == request.args.get("of"):
            return make_response(_render(flow, "over", screen=screen))
        return as_desk(_render(flow, "desk", screen=screen, problem=problem))


def _add_form(console: Blueprint, stage: MadeUpScreen) -> None:
    @console.post("/operator/rehearsal/<client>/draft/<draft_id>")
    @console.post("/operator/rehearsal/<client>/draft/<draft_id>/<step>")
    @needs(Permission.ANSWER_CALLS)
    def rehearse_form(client: str, draft_id: str, step: str = "check") -> Response:
        flow = stage.flow(client)
        if flow is None:
            return notice("No such rehearsal", "Please begin again.", 404)
        kind = request.form.get("kind", "")
        form = stage.form(flow, posted({}), kind, asked=step == "send")
        if step in ("check", "kind"):
            return make_response(
                _render(flow, "checked" if step == "check" else "fields", form=form)
            )
        if step == "send" and form.wanting:
            ended = _begun(stage).then(ANSWER)
            return _shown(flow, stage.screen(flow, ended, form))
        told = stage.told(form) if step == "send" else "On a real call that would be noted."
        return _shown(flow, Screen(CallProgress.IDLE, "idle"), told)


def _begun(stage: MadeUpScreen) -> MadeUp:
    return MadeUp(int(stage.clock().timestamp()))


def _page(stage: MadeUpScreen, flow: CallFlow, call: MadeUp, problem: str = "") -> Response:
    try:
        screen = stage.screen(flow, call)
    except (ConversationError, ValueError):
        screen = stage.screen(flow, _begun(stage))
    return make_response(_whole(flow, screen, problem=problem))


def _shown(flow: CallFlow, screen: Screen, told: str = "") -> Response:
    if by_script():
        return as_desk(_render(flow, "desk", screen=screen, told=told))
    return make_response(_whole(flow, screen, told=told))


def _whole(flow: CallFlow, screen: Screen, **values: Any) -> str:
    state, words = STATES[screen.stage]
    view = StateView(state, words, None, None, "", "", ())
    return _render(flow, "page", screen=screen, state=view, waiting=(), **values)


def _render(flow: CallFlow, part: str, **values: Any) -> str:
    own = {
        "base": url_for("console.rehearse", client=flow.client_id),
        "operator": "you",
        "rehearsal": True,
    }
    return render_template(f"console/operator/{part}.html", **own, **values)
