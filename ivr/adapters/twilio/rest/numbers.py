"""The clients' numbers at the carrier: where each points, and pointing it at this server.

https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ivr.adapters.twilio.rest.client import asked, rest_client
from ivr.services.calls.links import RETRY
from ivr.settings import Settings

RETRY_VOICE = "#rc=2&rp=all"
"""Fewer tries than elsewhere: a caller listens to silence meanwhile."""

VOICE = "voice"
"""How calls are received, unless a number is set to receive `fax`: then no address is asked.
https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource"""

WORDS = {
    "voice_application_sid": "An application answers instead",
    "trunk_sid": "A SIP trunk answers instead",
    "voice_receive_mode": "Accept incoming",
    "voice_url": "A call comes in",
    "voice_method": "A call comes in, method",
    "voice_fallback_url": "Primary handler fails",
    "voice_fallback_method": "Primary handler fails, method",
    "status_callback": "Call status changes",
    "status_callback_method": "Call status changes, method",
    "sms_application_sid": "An application reads texts instead",
    "sms_url": "A message comes in",
    "sms_method": "A message comes in, method",
}
"""What the carrier's own console calls these settings of a number."""


@dataclass(frozen=True, slots=True)
class HeldNumber:
    """A number that the account holds: E.164, its SID, whether it takes texts, and its settings."""

    number: str
    sid: str
    takes_texts: bool
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """A setting of a number that is not what this server needs. Empty text: nothing is set."""

    setting: str
    now: str
    wanted: str

    @property
    def words(self) -> str:
        """What the carrier's console calls the setting."""
        return WORDS[self.setting]


class NumberStatus(StrEnum):
    """How a number stands, in words that follow it."""

    RIGHT = "reaches Tango"
    ELSEWHERE = "is not set as it should be"
    NOT_HELD = "is not in this account at the carrier"
    NO_CLIENT = "reaches Tango, but stands in no client's file"


@dataclass(frozen=True, slots=True)
class NumberReport:
    """How one number stands. `client` is None for a number that no client has."""

    number: str
    client: str | None
    standing: NumberStatus
    held: HeldNumber | None = None
    differences: tuple[Difference, ...] = ()


def wanted_settings(public_url: str, takes_texts: bool) -> dict[str, str]:
    """What must be set at the carrier for a number to reach the server at `public_url`."""
    wanted = {
        "voice_application_sid": "",
        "trunk_sid": "",
        "voice_receive_mode": VOICE,
        "voice_url": f"{public_url}/twilio/voice{RETRY_VOICE}",
        "voice_method": "POST",
        "voice_fallback_url": f"{public_url}/twilio/fallback",
        "voice_fallback_method": "POST",
        "status_callback": f"{public_url}/twilio/status{RETRY}",
        "status_callback_method": "POST",
    }
    if takes_texts:
        wanted |= {
            "sms_application_sid": "",
            "sms_url": f"{public_url}/twilio/sms",
            "sms_method": "POST",
        }
    return wanted


def compare(
    clients: Mapping[str, str], held: Sequence[HeldNumber], public_url: str
) -> list[NumberReport]:
    """How the numbers stand: each client's, then those that lead here and are nobody's.

    `clients` has the client of each number; numbers are E.164.
    """
    found = {each.number: each for each in held}
    reports = [_report(number, client, found, public_url) for number, client in clients.items()]
    strays = [
        NumberReport(each.number, None, NumberStatus.NO_CLIENT, each)
        for each in held
        if each.number not in clients
        and each.settings.get("voice_url", "").startswith(f"{public_url}/")
    ]
    return reports + strays


def _report(
    number: str, client: str, found: Mapping[str, HeldNumber], public_url: str
) -> NumberReport:
    held = found.get(number)
    if held is None:
        return NumberReport(number, client, NumberStatus.NOT_HELD)
    wanted = wanted_settings(public_url, held.takes_texts)
    differences = tuple(
        Difference(setting, held.settings.get(setting, ""), value)
        for setting, value in wanted.items()
        if held.settings.get(setting, "") != value
    )
    standing = NumberStatus.ELSEWHERE if differences else NumberStatus.RIGHT
    return NumberReport(number, client, standing, held, differences)


class Numbers:
    """The account's numbers. Every method may raise `CarrierError`."""

    def __init__(self, settings: Settings) -> None:
        self._numbers = rest_client(settings).incoming_phone_numbers

    def held(self) -> list[HeldNumber]:
        """Every number of the account."""
        return [_held(each) for each in asked(self._numbers.list)]

    def mend(self, held: HeldNumber, differences: Sequence[Difference]) -> None:
        """Set what differs as this server needs it, and nothing else."""
        changed = {each.setting: each.wanted for each in differences}
        asked(lambda: self._numbers(held.sid).update(**changed))


def _held(number: Any) -> HeldNumber:
    settings = {setting: getattr(number, setting) or "" for setting in WORDS}
    settings["voice_receive_mode"] = settings["voice_receive_mode"] or VOICE
    capabilities = number.capabilities or {}
    return HeldNumber(number.phone_number, number.sid, bool(capabilities.get("sms")), settings)
