"""Twilio's identifiers, and the names of callers who withhold their number."""

from __future__ import annotations

import uuid

ANONYMOUS = "anonymous"
# "ANONYMOUS" on a telephone's keys: what Twilio gives as From for some withheld numbers.
# https://help.twilio.com/articles/223179988
ANONYMOUS_NUMBER = "+266696687"

_PLACES = {
    "+441604": ("GB", "", "Northampton", ""),
    "+442079": ("GB", "", "London", ""),
    "+1415": ("US", "CA", "SAN FRANCISCO", "94103"),
    "+44": ("GB", "", "", ""),
    "+49": ("DE", "", "", ""),
    "+33": ("FR", "", "", ""),
    "+82": ("KR", "", "", ""),
    "+1": ("US", "", "", ""),
}
"""Country, state, city and postal code of numbers that begin so; the first that fits counts."""


def new_sid(prefix: str) -> str:
    """A new identifier, such as CA… for a call: two letters and 32 hexadecimal digits."""
    return prefix + uuid.uuid4().hex


def geography(role: str, number: str) -> dict[str, str]:
    """What Twilio adds about where a number is: Country, State, City, Zip of a role.

    The parts it does not know are empty text; a withheld caller has none of them.
    """
    if number == ANONYMOUS:
        return {}
    fits = (place for prefix, place in _PLACES.items() if number.startswith(prefix))
    known = next(fits, ("", "", "", ""))
    names = ("Country", "State", "City", "Zip")
    return {f"{role}{name}": value for name, value in zip(names, known, strict=True)}
