"""Calls that the server asks the carrier to make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ivr.errors import SimulatorError
from ivr.simulator.call import Call, Life
from ivr.simulator.caller import Script
from ivr.simulator.exchange import CarrierAccount
from ivr.simulator.telephones import Answers, Busy, Rings, Telephone, person
from ivr.simulator.verbs.ringing import unanswered
from ivr.simulator.wire import Callback


@dataclass(frozen=True, slots=True)
class Ringing:
    """Whom to ring, showing which number, for how many seconds."""

    to: str
    from_: str
    timeout: int


def outgoing(
    exchange: CarrierAccount,
    ringing: Ringing,
    then: Life,
    *,
    otherwise: Callable[[], None] = lambda: None,
    callback: Callback | None = None,
    fallback_url: str | None = None,
) -> Call:
    """A call that rings a telephone, not yet started.

    `then` is what it does with who answers; `otherwise` follows where nobody does, or the
    ringing is broken off.
    """
    telephone = exchange.telephones.ring(ringing.to, ringing.from_)
    answers = _who_answers(telephone, ringing.timeout)

    def life(call: Call) -> None:
        call.wire.progress("initiated", "initiated")
        call.wire.progress("ringing", "ringing")
        call.note("rang", ringing.to)
        try:
            _ring(call, telephone, answers)
            if answers is None or (isinstance(telephone, Rings) and not telephone.answered):
                call.wire.tell_the_end(unanswered(telephone))
                return
            call.answer()
            call.note("answered", ringing.to)
        finally:
            if call.answered_at is None:
                otherwise()
        then(call)

    return Call(
        exchange,
        to=ringing.to,
        from_=ringing.from_,
        behaviour=person(answers) if answers else Script(()),
        life=life,
        direction="outbound-api",
        callback=callback,
        fallback_url=fallback_url,
    )


def _who_answers(telephone: Telephone, timeout: int) -> Answers | None:
    if isinstance(telephone, Rings):
        return telephone.then
    return telephone if isinstance(telephone, Answers) and telephone.after <= timeout else None


def _ring(call: Call, telephone: Telephone, answers: Answers | None) -> None:
    """Let it ring. Raises `CallOver` if whoever rings breaks it off."""
    if isinstance(telephone, Rings):
        patience = call.exchange.options.patience_seconds
        telephone.watch(call.interrupts.nudge)
        if not call.interrupts.wait(lambda: telephone.decided, patience):
            raise SimulatorError(f"The telephone {call.to} rang for {patience:g} s.")
    elif isinstance(telephone, Busy):
        call.spend(telephone.after)
    else:
        call.spend(answers.after if answers else 0)
