"""Posting to clients' own systems, signed, so that they know who has sent it and when.

The signature is the HMAC-SHA256, by the client's secret, of the time, a full stop and the body,
in hexadecimal: `Tango-Signature: v1=…`, beside `Tango-Timestamp` (seconds since 1970). Every try of
one delivery has the same `Idempotency-Key`. An answer from 200 to 299 acknowledges it.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Collection, Mapping
from datetime import datetime
from hashlib import sha256
from time import monotonic

from ivr.adapters.http.request import request
from ivr.errors import DeliveryError, DeliveryRefused, OutsideError

SECONDS = 10
GONE = 410

SLOW_SECONDS = 2.0
REST_SECONDS = 10.0
"""An address that has failed so slowly is left alone for so long. With the try itself that is less
than passes before the same delivery is tried again (`wait_before`): only others are put off."""


def post(
    url: str,
    secret: str,
    key: str,
    content: Mapping[str, object],
    now: datetime,
    private: Collection[str],
) -> int:
    """Post `content` as JSON; returns the status by which it was taken.

    Raises `DeliveryError` where it was not taken this time, and `DeliveryRefused` where the system
    says that it is gone for good. Hosts in `private` may be in a private network.
    """
    body = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": key,
        "Tango-Timestamp": str(int(now.timestamp())),
        "Tango-Signature": signature(secret, int(now.timestamp()), body),
    }
    try:
        status = request("POST", url, headers, body, SECONDS, private).status
    except OutsideError as error:
        raise DeliveryError(f"The client's system: {error}") from error
    if status == GONE:
        raise DeliveryRefused("The client's system says that it is gone (410).")
    if not 200 <= status < 300:
        raise DeliveryError(f"The client's system answered {status}.")
    return status


class SignedPost:
    """`post` for many clients one after another: a system that does not answer takes the time of
    one try, however much there is to be told, and the others' things go on."""

    def __init__(self, private: Collection[str]) -> None:
        self._private = private
        self._resting: dict[str, float] = {}

    def __call__(
        self, url: str, secret: str, key: str, content: Mapping[str, object], now: datetime
    ) -> int:
        """As `post`; where the address has just failed slowly, `DeliveryError` at once."""
        begun = monotonic()
        self._resting = {each: until for each, until in self._resting.items() if until > begun}
        if url in self._resting:
            raise DeliveryError("The client's system has just not answered; it is asked later.")
        try:
            return post(url, secret, key, content, now, self._private)
        except DeliveryError:
            failed = monotonic()
            if failed - begun >= SLOW_SECONDS:
                self._resting = {**self._resting, url: failed + REST_SECONDS}
            raise


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """What stands in `Tango-Signature`."""
    signed = f"{timestamp}.".encode() + body
    return "v1=" + hmac.new(secret.encode(), signed, sha256).hexdigest()
