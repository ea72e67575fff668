"""A leg that we ring while Redis is just starting again: a moment's music, then the same once more.

Without Redis nobody knows whom somebody was rung for; it is mostly back within a second.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Request

from ivr.adapters.twilio import twiml
from ivr.core.whole_numbers import whole_number
from ivr.services.calls.links import RETRY

MOST = 8
"""Rounds of music, 20 s in all: a caller is kept for an operator no longer than that."""


def once_more(request: Request, **kept: str) -> str | None:
    """The document that asks for the same again; None where that has been done often enough.

    `kept` are values of the form that the next request would not bring.
    """
    return again(request.path, {**request.args, **kept})


def again(path: str, query: Mapping[str, str]) -> str | None:
    """As `once_more`, of any path of ours."""
    rounds = (whole_number(query.get("again")) or 0) + 1
    if rounds > MOST:
        return None
    return twiml.moment(f"{path}?{urlencode({**query, 'again': rounds})}{RETRY}")
