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

from ivr.adapters.http.request import request
from ivr.errors import DeliveryError, DeliveryRefused, OutsideError

SECONDS = 10
GONE = 410


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


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """What stands in `Tango-Signature`."""
    signed = f"{timestamp}.".encode() + body
    return "v1=" + hmac.new(secret.encode(), signed, sha256).hexdigest()
