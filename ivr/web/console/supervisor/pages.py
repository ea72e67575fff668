"""What supervisors see and do: the wallboard, operators' states, who is next, listening in."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from ivr.core.accounts.roles import Permission
from ivr.core.conversation.commands import Command, Target, Unwatch, Watch, Watching
from ivr.core.queue.states import Presence, StatusRequest
from ivr.core.records.message_words import readable_number
from ivr.core.whole_numbers import whole_number
from ivr.errors import ConversationError, QueueError
from ivr.web.console.access import answer, current_account, needs, note
from ivr.web.console.conversations import Conversations
from ivr.web.console.live.feed import Fragment, LiveFeed
from ivr.web.console.live.routes import rendering
from ivr.web.console.pages import notice
from ivr.web.console.supervisor.wallboard import Wallboard

AT_HOME = "en-GB"
"""How the agency's own numbers are written."""

STATES: dict[str, StatusRequest] = {
    "available": Presence.AVAILABLE,
    "away": Presence.AWAY,
    "offline": Presence.OFFLINE,
}
"""What an operator can be made by hand."""

WATCHING = {
    "listen": ("Listen in", "began to listen to a conversation", "listen: nobody hears you"),
    "coach": (
        "Coach: only the operator hears you",
        "began to coach in a conversation",
        "coach: only the operator hears you",
    ),
    "join": ("Join: both hear you", "joined a conversation", "join: both hear you"),
}
"""How a supervisor can take part: in words, as it is noted, and as it is answered."""


@dataclass(frozen=True, slots=True)
class SupervisorServices:
    """What the pages work with."""

    board: Wallboard
    conversations: Conversations


def supervisor_routes(console: Blueprint, services: SupervisorServices, live: LiveFeed) -> None:
    """Add the addresses."""
    _add_board(console, services, live)
    _add_operator(console, services)
    _add_caller(console, services)


def _add_board(console: Blueprint, services: SupervisorServices, live: LiveFeed) -> None:
    @console.get("/wallboard")
    @needs(Permission.SUPERVISE)
    def wallboard() -> str:
        return render_template("console/wallboard.html", board=services.board.board())

    @console.get("/wallboard/board")
    @needs(Permission.SUPERVISE)
    def board() -> str:
        return render_template("console/board.html", board=services.board.board())

    outside_requests = rendering(console)

    def render() -> str:
        with outside_requests():
            return render_template("console/board.html", board=services.board.board())

    topics = frozenset({"queue", "operator"})
    live.share(Fragment("wallboard", topics, Permission.SUPERVISE, render))


def _add_operator(console: Blueprint, services: SupervisorServices) -> None:
    def page(operator: str, problem: str | None = None, status: int = 200) -> Response:
        state = services.board.state(operator)
        if state is None:
            return notice("No such operator", f"“{operator}” has never signed on.", 404)
        conversation = services.conversations.conversation_of(operator)
        text = render_template(
            "console/steer_operator.html",
            row=services.board.row(state),
            away=services.board.agency.away,
            conversation=services.board.conversation(conversation) if conversation else None,
            watching=WATCHING,
            phone=readable_number(phone, AT_HOME) if (phone := _own_phone(services)) else None,
            problem=problem,
        )
        return make_response(text, status)

    @console.get("/wallboard/operators/<operator>")
    @needs(Permission.SUPERVISE)
    def steer_operator(operator: str) -> Response:
        return page(operator)

    @console.post("/wallboard/operators/<operator>/state")
    @needs(Permission.SUPERVISE)
    def change_state(operator: str) -> AnyResponse:
        wish = STATES.get(request.form.get("state", ""))
        if wish is None:
            return page(operator, "Choose what they are to be.", 422)
        if services.board.state(operator) is None:
            return page(operator)
        reason = request.form.get("reason", "")[:60] if wish is Presence.AWAY else ""
        note(f"made an operator {wish}", about=f"operator {operator}")
        services.board.operators.wish(operator, wish, services.board.clock(), reason)
        if state := services.board.state(operator):
            row = services.board.row(state)
            answer(f"Changed: {row.name} is {row.words}.")
        return redirect(url_for("console.wallboard"), 303)

    @console.post("/wallboard/operators/<operator>/watch")
    @needs(Permission.SUPERVISE)
    def watch(operator: str) -> AnyResponse:
        how, phone = request.form.get("how", ""), _own_phone(services)
        conversation = services.conversations.conversation_of(operator)
        if conversation is None:
            return page(operator, "They are in no conversation any more.", 409)
        command: Command
        if how == "leave":
            command, act = Unwatch(), "left a conversation"
        elif how in WATCHING and phone:
            command = Watch(Target(current_account().name, phone), Watching(how))
            act = WATCHING[how][1]
        else:
            return page(operator, "Choose how to take part.", 422)
        note(act, client=conversation.client, about=f"operator {operator}")
        try:
            services.conversations.command(
                conversation.id, command, current_account().login, services.board.clock()
            )
        except ConversationError as error:
            return page(operator, str(error), 409)
        if how == "leave":
            answer("You have left the conversation.")
        else:
            rung = readable_number(phone, AT_HOME)
            answer(f"Your telephone, {rung}, is being rung. Pick up to {WATCHING[how][2]}.")
        return redirect(url_for("console.steer_operator", operator=operator), 303)


def _own_phone(services: SupervisorServices) -> str | None:
    """Where the supervisor is rung: only a telephone that the agency's file names, never one that
    a form does."""
    supervisor = services.board.agency.supervisors.get(current_account().login)
    return supervisor.phone if supervisor else None


def _add_caller(console: Blueprint, services: SupervisorServices) -> None:
    def page(call_sid: str, problem: str | None = None, status: int = 200) -> Response:
        entry = services.board.entry(call_sid)
        if entry is None:
            return notice("They do not wait", "This caller does not wait any more.", 404)
        operators = services.board.board().operators
        text = render_template(
            "console/steer_caller.html",
            entry=entry,
            caller=services.board.caller(entry),
            operators=operators,
            problem=problem,
        )
        return make_response(text, status)

    @console.get("/wallboard/callers/<call_sid>")
    @needs(Permission.SUPERVISE)
    def steer_caller(call_sid: str) -> Response:
        return page(call_sid)

    @console.post("/wallboard/callers/<call_sid>/<how>")
    @needs(Permission.SUPERVISE)
    def move_caller(call_sid: str, how: str) -> AnyResponse:
        entry = services.board.entry(call_sid)
        if entry is None:
            return page(call_sid)
        queue, now = services.board.queue, services.board.clock()
        value = request.form.get("value", "")
        about = f"call {call_sid}"
        try:
            match how:
                case "head":
                    note("moved a caller to the front", client=entry.ticket.client, about=about)
                    moved, done = queue.to_head(call_sid, now), "is at the front of the queue"
                case "operator" if state := services.board.state(value):
                    act = f"moved a caller to {value}"
                    note(act, client=entry.ticket.client, about=about)
                    moved = queue.to_operator(call_sid, value, now)
                    done = f"is offered to {services.board.row(state).name} first"
                case "priority" if (priority := whole_number(value)) is not None:
                    act = f"gave a caller priority {priority}"
                    note(act, client=entry.ticket.client, about=about)
                    moved = queue.set_priority(call_sid, priority, now)
                    done = f"has priority {priority}"
                case _:
                    return page(call_sid, "Choose where they are to go.", 422)
        except QueueError as error:
            return page(call_sid, str(error), 422)
        if not moved:
            return page(call_sid)
        caller = services.board.caller(entry)
        answer(f"{caller.client}’s caller from {caller.caller} {done}.")
        return redirect(url_for("console.wallboard"), 303)
