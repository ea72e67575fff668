"""Where somebody is reached, and how they wish to be: as the client's file said when something was
promised to them. Pure values; they are kept beside what was promised."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter

from ivr.core.delivery.plan import Channel, DeliveryPreferences


@dataclass(frozen=True, slots=True)
class Hook:
    """Where the client's own system takes messages. `secret` names the secret that signs."""

    url: str
    secret: str


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """Everything but the name and the e-mail address.

    `person` is the short name in the client's file. `phone` takes texts, which come from `number`;
    both are E.164. `full_texts` says whether the caller's words may stand in them. `agency` is the
    e-mail address that stands in where nothing gets through.
    """

    person: str = ""
    phone: str | None = None
    number: str = ""
    full_texts: bool = False
    hook: Hook | None = None
    agency: str | None = None
    agency_name: str = "the agency"
    wishes: DeliveryPreferences = field(default_factory=DeliveryPreferences)


_kept: TypeAdapter[ContactPoint] = TypeAdapter(ContactPoint)


def to_data(reach: ContactPoint) -> dict[str, Any]:
    """The reach as JSON data."""
    data: dict[str, Any] = _kept.dump_python(reach, mode="json")
    return data


def from_data(data: Any) -> ContactPoint:
    """The reach of which `to_data` made `data`; of what was promised before there was one, none."""
    return _kept.validate_python(data) if data else ContactPoint()


def usable(reach: ContactPoint, email: str | None) -> tuple[Channel, ...]:
    """Of the channels that are wished for, those on which somebody with this address is reached."""
    there = {
        Channel.EMAIL: email,
        Channel.SMS: reach.phone and reach.number,
        Channel.WEBHOOK: reach.hook,
    }
    return tuple(channel for channel in reach.wishes.channels if there.get(channel))
