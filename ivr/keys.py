"""Every Redis key, in one place. Times to live are given beside each.

All keys begin with `ivr:` so that one server can serve others too. RQ's own keys begin with
`rq:` and are documented by RQ.
"""

from __future__ import annotations

CALL_TTL_SECONDS = 24 * 3600


def call(call_sid: str) -> str:
    """Hash: the state of one call and the answers already given. Kept for a day."""
    return f"ivr:call:{call_sid}"
