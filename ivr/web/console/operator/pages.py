"""The operators' screen, `/console/operator`: one page, and an address for each part of it.

Each part is right by itself; a page with scripts swaps the parts as things change, and one without
shows how things are when it is loaded.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from ivr.core.accounts.people import entry
from ivr.core.accounts.roles import Permission
from ivr.core.queue.states import DeviceType, Presence
from ivr.errors import ConversationError
from ivr.web.console.access import current_account, needs, note
from ivr.web.console.live.feed import Fragment, LiveFeed
from ivr.web.console.live.routes import rendering
from ivr.web.console.operator.drafts import draft_routes
from ivr.web.console.operator.keys import CallAct
from ivr.web.console.operator.parts import (
    CARRIER,
    by_script,
    line_part,
    own_name,
    own_part,
    page,
    render,
    state_part,
)
from ivr.web.console.operator.screens import OperatorScreen
from ivr.web.console.operator.view import EXTENSION
from ivr.web.console.pages import allow

SEEN_LASTS = timedelta(seconds=150)
"""A console says every 30 s that it is there, in the background once a minute at most."""

WAITING = "operator-queue"
"""The fragment with the list of who waits."""


DECLINED = "Declined: the caller is offered to the next operator."

LONGEST_REASON = 100
"""Characters that are taken."""


def operator_routes(console: Blueprint, screens: OperatorScreen, live: LiveFeed) -> None:
    """Add the addresses, and the list of who waits, which is the same for all operators."""
    outside_requests = rendering(console)

    def waiting() -> str:
        with outside_requests():
            return render_template("console/operator/waiting.html", waiting=screens.waiting())

    live.share(Fragment(WAITING, frozenset({"queue"}), Permission.ANSWER_CALLS, waiting))
    _add_telephone(console, screens)
    _add_parts(console, screens)
    _add_state(console, screens)
    _add_acts(console, screens)
    draft_routes(console, screens)


def _add_telephone(console: Blueprint, screens: OperatorScreen) -> None:
    """Where browsers can be rung, an operator's rings on whichever page they are: pages may reach
    the carrier then, as its script needs."""

    @console.before_request
    def may_ring() -> None:
        account = g.get("account")
        operator = account.operator if account and account.may(Permission.ANSWER_CALLS) else None
        g.phone = bool(operator and screens.browser_token(operator))
        if g.phone:
            allow("connect-src", *CARRIER)
            allow("media-src", "mediastream:", *CARRIER)

    console.context_processor(lambda: {"phone": g.get("phone", False)})


def _add_parts(console: Blueprint, screens: OperatorScreen) -> None:
    @console.get("/operator")
    @needs(Permission.ANSWER_CALLS)
    def operator() -> Response:
        if not current_account().operator:
            return make_response(render_template("console/operator/nobody.html"))
        if own_name() not in screens.agency.operators:
            line = entry(current_account())
            return make_response(render_template("console/operator/unknown.html", line=line))
        return page(screens)

    @console.get("/operator/waiting")
    @needs(Permission.ANSWER_CALLS)
    def operator_waiting() -> str:
        return render("waiting", waiting=screens.waiting())

    @console.get("/operator/state")
    @needs(Permission.ANSWER_CALLS)
    def operator_state() -> str:
        return state_part(screens)

    @console.get("/operator/line")
    @needs(Permission.ANSWER_CALLS)
    def operator_line() -> Response:
        return line_part(screens, request.args.get("of", ""))

    @console.get("/operator/incoming")
    @needs(Permission.ANSWER_CALLS)
    def operator_incoming() -> str:
        return own_part(screens)

    @console.get("/operator/colleagues")
    @needs(Permission.ANSWER_CALLS)
    def operator_colleagues() -> str:
        return render("colleagues", colleagues=screens.colleagues(own_name()))

    @console.get("/operator/phone-token")
    @needs(Permission.ANSWER_CALLS)
    def operator_phone_token() -> Response:
        token = screens.browser_token(own_name()) if own_name() else None
        if token is None:
            return Response("Browsers cannot be rung here.\n", 404, content_type="text/plain")
        return Response(token, content_type="text/plain")

    @console.post("/operator/seen")
    @needs(Permission.ANSWER_CALLS)
    def operator_seen() -> Response:
        if own_name():
            screens.operators.seen(own_name(), screens.clock(), SEEN_LASTS)
            if request.form.get("writing"):
                screens.operators.writing(own_name(), screens.clock())
        return Response(status=204)


def _add_state(console: Blueprint, screens: OperatorScreen) -> None:
    def more(name: str) -> None:
        screens.operators.extend_wrap_up(name, EXTENSION, screens.clock())

    def available(name: str) -> None:
        known = screens.agency.operators.get(name)
        reach = (
            DeviceType.BROWSER
            if request.form.get("reach") == DeviceType.BROWSER
            else DeviceType.TELEPHONE
        )
        screens.operators.sign_on(name, known.skills if known else None, screens.clock(), reach)

    def away(name: str) -> None:
        reason = request.form.get("reason", "")[:LONGEST_REASON]
        screens.operators.wish(name, Presence.AWAY, screens.clock(), reason)

    def offline(name: str) -> None:
        screens.operators.wish(name, Presence.OFFLINE, screens.clock())

    wishes = {each.__name__: each for each in (more, available, away, offline)}

    @console.post("/operator/state/<wish>")
    @needs(Permission.ANSWER_CALLS)
    def operator_wish(wish: str) -> AnyResponse:
        if wish in wishes and own_name():
            wishes[wish](own_name())
        if not by_script():
            return redirect(url_for("console.operator"), 303)
        return make_response(state_part(screens))


def _add_acts(console: Blueprint, screens: OperatorScreen) -> None:
    @console.post("/operator/decline/<conversation_id>")
    @needs(Permission.ANSWER_CALLS)
    def operator_decline(conversation_id: str) -> AnyResponse:
        """From a page beside the operator's own screen."""
        told = DECLINED
        try:
            talk = screens.act(own_name(), conversation_id, CallAct.DECLINE, {})
            note("decline in a call", client=talk.client, about=f"call {talk.call_sid}")
        except (ConversationError, ValueError) as error:
            told = str(error)
        if not by_script():
            return redirect(url_for("console.operator"), 303)
        return make_response(own_part(screens, told))

    @console.post("/operator/act/<conversation_id>/<act>")
    @needs(Permission.ANSWER_CALLS)
    def operator_act(conversation_id: str, act: str) -> AnyResponse:
        problem: str = ""
        typed: tuple[str, ...] = ()
        try:
            talk = screens.act(own_name(), conversation_id, CallAct(act), request.form)
            done = f"{act.replace('-', ' ')} in a call"
            note(done, client=talk.client, about=f"call {talk.call_sid}")
        except (ConversationError, ValueError) as error:
            problem, typed = str(error), (act, request.form.get("number", "")[:LONGEST_REASON])
        if not by_script():
            return page(screens, problem=problem, typed=typed)
        told = DECLINED if act == CallAct.DECLINE and not problem else ""
        return line_part(screens, request.args.get("of", ""), problem, typed, told)
