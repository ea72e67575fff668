"""What requests to the carrier's REST interface have in common: their form, and refusals."""

from __future__ import annotations

import re

from flask import request

from ivr.simulator.options import API_VERSION
from ivr.simulator.outgoing import Ringing
from ivr.simulator.wire import Callback

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
BASE = f"/{API_VERSION}/Accounts/<account>"


class Refused(Exception):
    """A request that Twilio would refuse: HTTP status, error code, words."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


def not_found() -> Refused:
    """Twilio's answer about what is not there, or no longer."""
    return Refused(404, 20404, f"The requested resource {request.path} was not found")


def ringing() -> Ringing:
    """Read To, From and Timeout. Raises `Refused` with Twilio's error codes."""
    form = request.form
    to, from_ = form.get("To", ""), form.get("From", "")
    if not to:
        raise Refused(400, 21201, "No 'To' number is specified")
    if not from_:
        raise Refused(400, 21213, "No 'From' number is specified")
    if not (E164.fullmatch(to) or to.startswith(("client:", "sip:"))):
        raise Refused(400, 21211, f"Invalid 'To' phone number: {to}")
    if not (E164.fullmatch(from_) or from_.startswith("client:")):
        raise Refused(400, 21212, f"Invalid 'From' phone number: {from_}")
    timeout = form.get("Timeout", "60")
    if not (timeout.isdecimal() and 5 <= int(timeout) <= 600):
        raise Refused(400, 21216, f"Invalid Timeout: {timeout}; it must be from 5 to 600")
    return Ringing(to, from_, int(timeout))


def leg_callback() -> Callback | None:
    """Read where a call's progress is to be told."""
    form = request.form
    if not form.get("StatusCallback"):
        return None
    events = frozenset(words("StatusCallbackEvent") or {"completed"})
    return Callback(form["StatusCallback"], form.get("StatusCallbackMethod", "POST"), events)


def note_unknown(faults: list[str], known: frozenset[str]) -> None:
    """A field that is not simulated is a fault of the server's, as a misspelt one would be."""
    for name in sorted(request.form.keys() - known):
        faults.append(f"unknown field {name} of {request.method} {request.path}")


def words(name: str) -> frozenset[str]:
    """A field of several words, which may be repeated, or hold spaces between them."""
    return frozenset(word for value in request.form.getlist(name) for word in value.split())


def flag(name: str, default: bool) -> bool:
    """A field that is true or, with any other value, false; `default` where it is not given."""
    value = request.form.get(name)
    return default if value is None else value.lower() == "true"
