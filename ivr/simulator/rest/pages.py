"""Lists in the carrier's REST interface: filtered by time, and read page by page.

https://www.twilio.com/docs/usage/twilios-response#pagination
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

from flask import request

from ivr.simulator.rest.forms import Refused

USUAL_PAGE, LARGEST_PAGE = 50, 1000
PAGING = frozenset({"Page", "PageSize", "PageToken"})


def page_of(key: str, found: Iterable[Mapping[str, object]]) -> dict[str, object]:
    """The page that is asked for of a list, as JSON: `found` in its order.

    The token of a page names the thing before it: what is new meanwhile moves nobody's place.
    """
    everything = list(found)
    size = max(1, min(int(request.args.get("PageSize", USUAL_PAGE)), LARGEST_PAGE))
    number = int(request.args.get("Page", "0"))
    start = _start(everything, request.args.get("PageToken"), number * size)
    shown = everything[start : start + size]
    more = start + size < len(everything)
    after = f"PA{shown[-1]['sid']}" if shown else ""
    return {
        key: shown,
        "first_page_uri": _uri(size, 0),
        "next_page_uri": _uri(size, number + 1, after) if more else None,
        "previous_page_uri": _uri(size, number - 1) if number else None,
        "page": number,
        "page_size": size,
        "start": start,
        "end": start + max(0, len(shown) - 1),
        "uri": request.full_path.rstrip("?"),
    }


def _start(everything: list[Mapping[str, object]], token: str | None, otherwise: int) -> int:
    if token is None:
        return otherwise
    for at, each in enumerate(everything):
        if f"PA{each['sid']}" == token:
            return at + 1
    raise Refused(400, 20001, f"Page token {token} is not known")


def _uri(size: int, number: int, token: str | None = None) -> str:
    kept = {name: value for name, value in request.args.items() if name not in PAGING}
    paging = {"PageSize": size, "Page": number} | ({"PageToken": token} if token else {})
    return f"{request.path}?{urlencode({**kept, **paging})}"


def within(name: str, moment: datetime | None) -> bool:
    """Whether a moment is one that the parameters of this name ask for: on a day, or from
    (`StartTime>`) or until (`StartTime<`) a day or a moment. What has not happened never is."""
    exact, since, until = (_asked(f"{name}{sign}") for sign in ("", ">", "<"))
    if moment is None:
        return not (exact or since or until)
    return (
        (exact is None or moment.date() == exact.date())
        and (since is None or moment >= since)
        and (until is None or moment <= until)
    )


def _asked(name: str) -> datetime | None:
    text = request.args.get(name)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused(400, 20001, f"Invalid {name}: {text}") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def like(name: str, value: str | None) -> bool:
    """Whether a value is the one that the parameter of this name asks for, if any."""
    return request.args.get(name) in (None, "", value)
