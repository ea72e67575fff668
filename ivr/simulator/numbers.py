"""The telephone numbers that the account holds, and where their calls and texts are sent.

https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime

from ivr.simulator.identity import new_sid
from ivr.simulator.options import API_VERSION

SETTINGS = {
    "AddressSid": "",
    "BundleSid": "",
    "EmergencyAddressSid": "",
    "EmergencyStatus": "Inactive",
    "FriendlyName": "",
    "IdentitySid": "",
    "SmsApplicationSid": "",
    "SmsFallbackMethod": "POST",
    "SmsFallbackUrl": "",
    "SmsMethod": "POST",
    "SmsUrl": "",
    "StatusCallback": "",
    "StatusCallbackMethod": "POST",
    "TrunkSid": "",
    "VoiceApplicationSid": "",
    "VoiceCallerIdLookup": "false",
    "VoiceFallbackMethod": "POST",
    "VoiceFallbackUrl": "",
    "VoiceMethod": "POST",
    "VoiceReceiveMode": "voice",
    "VoiceUrl": "",
}
"""What can be set for a number, and what a new number has."""


@dataclass
class Number:
    """A number in E.164, and its settings, by the names of the REST interface's form."""

    number: str
    texts: bool = True
    settings: dict[str, str] = field(default_factory=lambda: dict(SETTINGS))
    sid: str = field(default_factory=lambda: new_sid("PN"))
    bought: datetime = field(default_factory=lambda: datetime.now(UTC))

    def change(self, form: Mapping[str, str]) -> None:
        """Set what the form names. An application and a trunk put each other out."""
        self.settings |= {name: form[name] for name in form.keys() & SETTINGS.keys()}
        if form.get("TrunkSid"):
            self.settings["VoiceApplicationSid"] = ""
        elif form.get("VoiceApplicationSid"):
            self.settings["TrunkSid"] = ""

    def as_json(self, account_sid: str) -> dict[str, object]:
        """The number as the REST interface shows it."""
        shown: dict[str, object] = {
            "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_"): value
            for name, value in self.settings.items()
        }
        nothing = {name for name, value in shown.items() if name.endswith("_sid") and not value}
        date = format_datetime(self.bought)
        return {
            **shown,
            **dict.fromkeys(nothing),
            "account_sid": account_sid,
            "address_requirements": "none",
            "api_version": API_VERSION,
            "beta": False,
            "capabilities": {"voice": True, "sms": self.texts, "mms": False, "fax": False},
            "date_created": date,
            "date_updated": date,
            "emergency_address_status": "unregistered",
            "origin": "twilio",
            "phone_number": self.number,
            "sid": self.sid,
            "status": "in-use",
            "type": None,
            "uri": f"/{API_VERSION}/Accounts/{account_sid}/IncomingPhoneNumbers/{self.sid}.json",
            "voice_caller_id_lookup": self.settings["VoiceCallerIdLookup"] == "true",
        }
