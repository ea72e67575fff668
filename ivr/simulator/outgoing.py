"""Calls that the server asks the carrier to make."""

from __future__ import annotations

from ivr.simulator.call import Call
from ivr.simulator.caller import Script
from ivr.simulator.exchange import Exchange
from ivr.simulator.targets import Target
from ivr.simulator.telephones import Answers, person
from ivr.simulator.verbs.ringing import unanswered
from ivr.simulator.wire import Callback


def place_outgoing(
    exchange: Exchange,
    to: str,
    from_: str,
    target: Target,
    *,
    timeout: int = 60,
    callback_url: str | None = None,
    callback_method: str = "POST",
    events: frozenset[str] = frozenset({"completed"}),
    fallback_url: str | None = None,
) -> Call:
    """Ring a telephone for at most `timeout` seconds, and run `target` with who answers."""
    telephone = exchange.telephones.ring(to, from_)
    answers = telephone if isinstance(telephone, Answers) and telephone.after <= timeout else None

    def life(call: Call) -> None:
        call.wire.progress("initiated", "initiated")
        call.wire.progress("ringing", "ringing")
        call.note("rang", to)
        call.spend(answers.after if answers else 0)
        if answers is None:
            call.wire.tell_the_end(unanswered(telephone))
            return
        call.answer()
        call.note("answered", to)
        call.run(target)

    return Call(
        exchange,
        to=to,
        from_=from_,
        behaviour=person(answers) if answers else Script(()),
        life=life,
        direction="outbound-api",
        callback=Callback(callback_url, callback_method, events) if callback_url else None,
        fallback_url=fallback_url,
    ).start()
