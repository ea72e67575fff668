"""What leaves the house, and for whom: the one place where a client's test mode is kept.

A client that is not live (`live: false`) is called and tried as any other, but whatever its flow
would ring, text, write to or ask is replaced by the agency's own number and address, or left out
where the agency has none. Every kind of verb and of effect is named here; a new one does not pass
the type checker, nor the tests, until somebody has said what becomes of it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import assert_never

import structlog

from ivr.core.agency import Agency
from ivr.core.call.engine import CallFlow, Turn, advance
from ivr.core.call.events import Dialled, DialOutcome, Event, Unreachable
from ivr.core.call.instructions import (
    Ask,
    Conference,
    Continue,
    Dial,
    Effect,
    Hangup,
    KeepMessage,
    Listen,
    Pause,
    Play,
    PromiseCallBack,
    Record,
    Say,
    SendText,
    Verb,
)
from ivr.core.costly_numbers import EVERY_COUNTRY, abroad, countries_of
from ivr.core.delivery.contact_points import ContactPoint, Hook
from ivr.core.delivery.plan import Channel, DeliveryPreferences
from ivr.core.records.message import Recipient
from ivr.errors import CarrierRefused, UnknownClient
from ivr.metrics import OUTGOING_REFUSED
from ivr.services.protocols.clients import Library

log = structlog.get_logger()

TEST = "[test]"
DAY = 24 * 60
"""Minutes."""


class Outgoing:
    """Steers what goes out. Only clients in test mode are treated in any way at all."""

    def __init__(
        self, agency: Agency, countries: frozenset[str] = frozenset((EVERY_COUNTRY,))
    ) -> None:
        self._agency = agency
        self._countries = countries

    def turn(self, flow: CallFlow, turn: Turn, now: datetime) -> Turn:
        """The turn as it may go out.

        Where something cannot be done at all, it has failed, and the call goes the flow's way for
        that in this same turn.
        """
        if flow.client.live:
            return turn
        verbs = tuple(self._verb(verb) for verb in turn.verbs)
        effects = tuple(e for effect in turn.effects for e in self._effect(flow, effect))
        kept = tuple(verb for verb in verbs if verb is not None)
        failure = self._failure(turn)
        if failure is None:
            return replace(turn, verbs=kept, effects=effects)
        log.info("test.not_sent", call_sid=turn.state.call_sid, node=turn.state.node)
        instead = self.turn(flow, advance(flow, turn.state, failure, now), now)
        said = tuple(verb for verb in kept if isinstance(verb, Say | Play | Pause))
        return replace(
            instead,
            verbs=(*said, *instead.verbs),
            effects=(*effects, *instead.effects),
            passed=(*turn.passed, *instead.passed),
        )

    def recipient(self, flow: CallFlow, recipient: Recipient) -> Recipient:
        """Who is told of a message."""
        if flow.client.live:
            return recipient
        if self._agency.email is None:
            log.warning("test.email_not_sent", client=flow.client_id)
        meant = f"{recipient.name}, {recipient.email}" if recipient.email else recipient.name
        name = f"{self._agency.name} {TEST} instead of {meant}"
        return Recipient(name, self._agency.email)

    def number(self, library: Library, client: str, number: str) -> str | None:
        """Who is rung for a client outside of its flow, as an operator wants; None: nobody is.

        Raises `CarrierRefused` where the number is in none of the countries that are rung.
        """
        try:
            flow = library.flow(client)
        except UnknownClient:
            self._refuse_abroad(number, ())
            return number
        if not flow.client.live:
            return self._agency.phone
        if number not in (person.phone for person in flow.people.values()):
            self._refuse_abroad(number, flow.client.numbers)
        return number

    def _refuse_abroad(self, number: str, own: Collection[str]) -> None:
        if reason := abroad(number, self._countries | countries_of(own)):
            OUTGOING_REFUSED.labels("call").inc()
            raise CarrierRefused(f"{reason}.")

    def reach(self, flow: CallFlow, person: str | None, kind: str) -> ContactPoint:
        """How one of the client's people (by short name), or the agency, is told of a job of a
        kind; in a test by e-mail alone, which goes to the agency."""
        client, agency = flow.client, self._agency
        found = flow.people.get(person) if person else None
        name = person if person and found else ""
        hook = client.webhook
        if not client.live:
            return ContactPoint(person=name, agency_name=agency.name)
        at_agency = ContactPoint(
            number=client.numbers[0],
            hook=Hook(hook.url, hook.secret) if hook else None,
            agency=agency.email,
            agency_name=agency.name,
            wishes=DeliveryPreferences(zone=client.timezone.key),
        )
        if found is None:
            return at_agency
        wishes = DeliveryPreferences(
            channels=tuple(map(Channel, found.deliver)),
            wait=found.wait,
            quiet=(found.quiet.opens, found.quiet.closes % DAY) if found.quiet else None,
            digest=found.digest,
            zone=client.timezone.key,
            urgent=kind in found.urgent,
        )
        return replace(
            at_agency,
            person=name,
            phone=found.phone,
            full_texts=found.sms == "full",
            wishes=wishes,
        )

    def client_name(self, flow: CallFlow) -> str:
        """The client's name, where people read of what has gone out."""
        name = flow.client.name
        return name if flow.client.live else f"{TEST} {name}"

    def _failure(self, turn: Turn) -> Event | None:
        """What has failed because it does not go out."""
        if any(isinstance(effect, Ask) for effect in turn.effects):
            return Unreachable()  # the agency has no system that could stand in for the client's
        rings = any(isinstance(verb, Dial) for verb in turn.verbs)
        return Dialled(DialOutcome.FAILED) if rings and self._agency.phone is None else None

    def _verb(self, verb: Verb) -> Verb | None:
        match verb:
            case Dial():
                phone = self._agency.phone
                return replace(verb, number=phone) if phone else None
            case Say() | Play() | Pause() | Listen() | Record():
                return verb
            case Conference() | Continue() | Hangup():
                return verb
            case _:
                assert_never(verb)

    def _effect(self, flow: CallFlow, effect: Effect) -> tuple[Effect, ...]:
        match effect:
            case SendText(to, body):
                if self._agency.phone is None:
                    log.warning("test.text_not_sent", client=flow.client_id, node=effect.node)
                    return ()
                body = f"{TEST} to {to}: {body}"
                return (replace(effect, to=self._agency.phone, body=body),)
            case PromiseCallBack():
                if self._agency.phone is None:
                    log.warning("test.no_call_back", client=flow.client_id, node=effect.node)
                    return ()
                return (replace(effect, number=self._agency.phone),)
            case Ask():
                return ()
            case KeepMessage():
                return (effect,)  # who is told of it is said by `recipient`
            case _:
                assert_never(effect)
