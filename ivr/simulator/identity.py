"""Twilio's identifiers, and the names of callers who withhold their number."""

from __future__ import annotations

import uuid

ANONYMOUS = "anonymous"
# "ANONYMOUS" on a telephone's keys: what Twilio gives as From for some withheld numbers.
# https://help.twilio.com/articles/223179988
ANONYMOUS_NUMBER = "+266696687"

_COUNTRIES = {"+44": "GB", "+49": "DE", "+33": "FR", "+82": "KR", "+1": "US"}


def new_sid(prefix: str) -> str:
    """A new identifier, such as CA… for a call: two letters and 32 hexadecimal digits."""
    return prefix + uuid.uuid4().hex


def geography(role: str, number: str) -> dict[str, str]:
    """What Twilio adds about where a number is: Country, State, City, Zip of a role.

    The parts it does not know are empty text; a withheld caller has none of them.
    """
    if number == ANONYMOUS:
        return {}
    country = next((code for prefix, code in _COUNTRIES.items() if number.startswith(prefix)), "")
    return {f"{role}Country": country, f"{role}State": "", f"{role}City": "", f"{role}Zip": ""}
