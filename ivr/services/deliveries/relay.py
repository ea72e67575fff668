"""The relay of what goes to people and to clients' systems: due rows of the outbox → the plan's
steps, carried out one after another.

After a crash the same thing may be sent again. An e-mail then has the same Message-ID, what is
posted the same idempotency key, and a text is looked for before it is sent.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from ivr.core.delivery.plan import (
    TRIES,
    Channel,
    DeliveryDone,
    DeliveryPreferences,
    Gather,
    GiveUp,
    Send,
    Wait,
    next_step,
)
from ivr.core.gsm7 import in_gsm7
from ivr.core.records.delivery import Delivery
from ivr.core.records.message import Message
from ivr.core.records.outbox import OutboxItem, OutboxKind
from ivr.errors import DeliveryError, DeliveryRefused, OutsideError, StorageError
from ivr.metrics import DELIVERIES
from ivr.services.deliveries.attempt import pause_before, work_off
from ivr.services.deliveries.channels import DeliveryChannels
from ivr.services.deliveries.contents import Content, content, for_agency
from ivr.services.deliveries.digest import digest_key
from ivr.services.deliveries.texts import send_text
from ivr.services.protocols.records import Records
from ivr.services.recording_storage import RecordingStorage

KINDS = (OutboxKind.EMAIL, OutboxKind.CORRECTION, OutboxKind.NOTICE, OutboxKind.WEBHOOK)
LOOK_FOR_SERVER = timedelta(minutes=1)
"""How often it is looked whether there is a mail server by now."""

BY_MAIL = frozenset({Channel.EMAIL, Channel.AGENCY, Channel.DIGEST})

log = structlog.get_logger()


def deliver_once(
    records: Records,
    channels: DeliveryChannels,
    now: datetime,
    kinds: Collection[OutboxKind] = KINDS,
) -> int:
    """Do what is due of these kinds; returns how much was dealt with. Raises `RecordsError`."""
    courier = Dispatcher(records, channels)
    waited = 0

    def deal(item: OutboxItem, moment: datetime) -> None:
        nonlocal waited
        waited += not courier.deal(item, moment)

    return work_off(records, kinds, now, deal) - waited


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Carries out the plan's steps, with what there is to send with."""

    records: Records
    channels: DeliveryChannels

    def deal(self, item: OutboxItem, now: datetime) -> bool:
        """Do what is to be done now for one row; False where there is nothing to send with."""
        made = content(item, self.records)
        if made is None:
            log.error("delivery.gone", promise=item.key)
            self.records.outbox.give_up(item.id, "The message is no longer in the records.", now)
            return True
        wishes = self._possible(made.wishes)
        while True:
            known = self.records.deliveries.tried(item.key)
            tried = {channel: each.tried for channel, each in known.items()}
            match next_step(wishes, tried, now):
                case Send(channel) if not self._can(channel):
                    self.records.outbox.put_back(item.id, now + LOOK_FOR_SERVER, None)
                    return False
                case Send(channel):
                    self._send(made, channel, now)
                case GiveUp(channel):
                    self._give_up(made, known[channel], known[channel].error)
                case Gather(at):
                    self._gather(made, at, now)
                    self.records.outbox.finish(item.id, now)
                    return True
                case Wait(until):
                    if self.records.deliveries.settle(item.id, known, now, until):
                        return True
                case DeliveryDone(True):
                    if self.records.deliveries.settle(item.id, known, now):
                        return True
                case DeliveryDone():
                    self._lost(item, made, now)
                    return True

    def _possible(self, wishes: DeliveryPreferences) -> DeliveryPreferences:
        """Without what there is nothing to send with, unless that is all there is."""
        there = tuple(channel for channel in wishes.channels if self._can(channel))
        return replace(wishes, channels=there or wishes.channels)

    def _can(self, channel: Channel) -> bool:
        with_ = self.channels
        missing = with_.mailer is None if channel in BY_MAIL else with_.texts is None
        return channel is Channel.WEBHOOK or not missing

    def _send(self, made: Content, channel: Channel, now: datetime) -> None:
        delivery = self.records.deliveries.begin(made.parcel, channel, _address(made, channel), now)
        if delivery is None:
            return
        said = _bound(made, delivery)
        try:
            provider_id = self._hand_over(made, delivery, now)
        except DeliveryError as error:
            refused = isinstance(error, DeliveryRefused)
            if refused or delivery.attempts >= TRIES:
                self._give_up(made, delivery, str(error))
                return
            at = now + pause_before(delivery.attempts + 1)
            self.records.deliveries.failed(delivery, str(error), at)
            said.warning(f"{channel}.failed", error=str(error), again_at=at.isoformat())
            DELIVERIES.labels(channel, "failed").inc()
        else:
            self.records.deliveries.sent(delivery, provider_id, now)
            if channel is Channel.WEBHOOK:
                how = f"answered {provider_id}"
                by = made.parcel.recipient
                self.records.deliveries.acknowledge(delivery.id, by, how, now)
            said.info(f"{channel}.sent")
            DELIVERIES.labels(channel, "sent").inc()

    def _hand_over(self, made: Content, delivery: Delivery, now: datetime) -> str | None:
        """Send it; returns what the other side calls it. Raises `DeliveryError`."""
        reach = made.reach
        match delivery.channel:
            case Channel.SMS if self.channels.texts and reach.phone:
                link = self.channels.links.link(delivery.id, delivery.began_at)
                return send_text(
                    self.channels.texts,
                    reach.phone,
                    reach.number,
                    in_gsm7(f"{made.text} Reply OK once read, or: {link}"),
                    f"delivery={delivery.id}",
                    delivery.began_at if delivery.attempts > 1 else None,
                    self.records.deliveries.is_known,
                )
            case Channel.WEBHOOK if reach.hook:
                secret = self._secret(made.parcel.client, reach.hook.secret)
                return str(
                    self.channels.post(reach.hook.url, secret, delivery.key, made.posted, now)
                )
            case Channel.AGENCY:
                return self._mail(for_agency(made), delivery)
            case _:
                return self._mail(made, delivery)

    def _mail(self, made: Content, delivery: Delivery) -> str | None:
        if self.channels.mailer is None:
            raise DeliveryError("There is no mail server; set IVR_SMTP_URL.")
        link = self.channels.links.link(delivery.id, delivery.began_at)
        audio = _audio_of(made.message, self.channels.storage) if made.message else None
        return self.channels.mailer.send(replace(made.letter, link=link), made.message, audio)

    def _secret(self, client: str, name: str) -> str:
        try:
            return self.channels.secrets.get(client, name)
        except OutsideError as error:
            raise DeliveryError(str(error)) from error

    def _gather(self, made: Content, at: datetime, now: datetime) -> None:
        message = made.message
        payload = {
            "client": made.parcel.client,
            "client_name": message.client_name if message else made.parcel.client,
            "name": made.recipient.name,
            "email": made.recipient.email,
            "at": at.isoformat(),
        }
        key = digest_key(made.parcel.client, made.reach, at)
        self.records.deliveries.gather(made.parcel, key, payload, at, now)

    def _give_up(self, made: Content, delivery: Delivery, error: str | None) -> None:
        self.records.deliveries.give_up(delivery, error)
        _bound(made, delivery).error(f"{delivery.channel}.given_up", error=error)
        DELIVERIES.labels(delivery.channel, "given_up").inc()

    def _lost(self, item: OutboxItem, made: Content, now: datetime) -> None:
        """Nobody could be told at all: the board of jobs shows it as undelivered."""
        log.error("delivery.lost", promise=item.key, client=made.parcel.client)
        self.records.outbox.give_up(item.id, "It could not be brought to anybody.", now)


def _audio_of(message: Message, storage: RecordingStorage) -> bytes | None:
    """The recording of a message, if it is there."""
    if message.audio is None:
        return None
    try:
        with storage.open(message.audio) as file:
            return file.read()
    except StorageError as error:
        log.error("email.without_audio", call_sid=message.call_sid, error=str(error))
        return None


def _address(made: Content, channel: Channel) -> str:
    """Where it goes: for texts the number that they come from besides, as that is answered."""
    reach = made.reach
    match channel:
        case Channel.SMS:
            return f"{reach.number} {reach.phone}"
        case Channel.WEBHOOK:
            return reach.hook.url if reach.hook else ""
        case Channel.AGENCY:
            return reach.agency or ""
        case _:
            return made.recipient.email or ""


def _bound(made: Content, delivery: Delivery) -> structlog.stdlib.BoundLogger:
    bound: structlog.stdlib.BoundLogger = log.bind(
        delivery=delivery.id,
        about=made.parcel.about,
        message=made.parcel.message,
        job=made.parcel.job,
        call_sid=made.message and made.message.call_sid,
        client=made.parcel.client,
        attempts=delivery.attempts,
    )
    return bound
