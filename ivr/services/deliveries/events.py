"""Telling programs of what has happened, at the addresses that they have named.

Each is told at least once, with the same key at every try, signed as `ivr.adapters.http.webhook`
signs. An address that does not answer is asked again, ever later, and nothing else is sent there
until then; one that has not answered for long is paused, and the agency told.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import structlog

from ivr.core.agency import Agency
from ivr.core.delivery.contact_points import ContactPoint, to_data
from ivr.core.records.outbox import OutboxItem, OutboxKind
from ivr.core.records.subscription import Subscription
from ivr.errors import DeliveryError, DeliveryRefused
from ivr.metrics import DELIVERIES
from ivr.services.deliveries.attempt import pause_before, work_off
from ivr.services.deliveries.channels import Post
from ivr.services.protocols.records import Records

FAILS_LONG = timedelta(days=1)
"""An address that has not answered for so long is paused."""

CHANNEL = "event"
"""What the metrics call it."""

log = structlog.get_logger()


def events_once(
    records: Records, post: Post, secret_key: str, agency: Agency, now: datetime
) -> int:
    """Tell what is due; returns how much was dealt with. `secret_key` is the installation's.
    Raises `RecordsError`."""

    def deal(item: OutboxItem, moment: datetime) -> None:
        found = records.subscriptions.find(item.subject)
        token = records.tokens.find(found.token) if found else None
        if found is None or found.paused_at or token is None or not token.holds(moment):
            records.outbox.give_up(item.id, "The webhook, or its token, holds no more.", moment)
            return
        _send(records, post, secret_of(secret_key, found.id), agency, item, found, moment)

    return work_off(records, [OutboxKind.EVENT], now, deal)


def secret_of(secret_key: str, subscription_id: str) -> str:
    """The secret by which what goes to a webhook is signed. It is kept nowhere: it is made of the
    installation's own (IVR_SECRET_KEY)."""
    return hmac.new(secret_key.encode(), f"webhook {subscription_id}".encode(), sha256).hexdigest()


def told(key: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """What is sent. `key` is its id, the same at every try."""
    about = payload["about"]
    return {
        "id": key,
        "event": payload["event"],
        "at": payload["at"],
        "client": payload["client"],
        **about,
        "href": _address(about),
    }


def _address(about: Mapping[str, Any]) -> str:
    """Where the API has the thing itself."""
    for name, part in (("job", "jobs"), ("message", "messages")):
        if name in about:
            return f"/api/v1/{part}/{about[name]}"
    return f"/api/v1/calls/{about['call']}"


def _send(
    records: Records,
    post: Post,
    secret: str,
    agency: Agency,
    item: OutboxItem,
    subscription: Subscription,
    now: datetime,
) -> None:
    content = told(item.key, item.payload)
    said = log.bind(webhook=subscription.id, client=subscription.client)
    try:
        post(subscription.url, secret, item.key, content, now)
    except DeliveryError as error:
        since = subscription.failing_since or now
        if isinstance(error, DeliveryRefused) or now - since >= FAILS_LONG:
            said.error("event.webhook_paused", error=str(error))
            notice = _notice(subscription, str(error), agency, now)
            records.subscriptions.pause(subscription.id, str(error), now, notice)
            DELIVERIES.labels(CHANNEL, "given_up").inc()
            return
        again_at = now + pause_before(subscription.failures + 2)
        said.warning("event.failed", error=str(error), again_at=again_at.isoformat())
        records.subscriptions.failed(subscription, str(error), now, again_at)
        DELIVERIES.labels(CHANNEL, "failed").inc()
        return
    records.outbox.finish(item.id, now)
    if subscription.failures:
        records.subscriptions.recovered(subscription.id)
    DELIVERIES.labels(CHANNEL, "sent").inc()


def _notice(
    subscription: Subscription, error: str, agency: Agency, now: datetime
) -> dict[str, Any] | None:
    """What the agency is told of a webhook that was paused; None where it has no e-mail address."""
    if agency.email is None:
        return None
    host = urlsplit(subscription.url).hostname
    whose = subscription.client or "the agency"
    text = (
        f"Hello {agency.name},\n\nThe webhook of {whose} at {host} has been paused: {error}\n\n"
        "It is told of nothing any more. Once its system answers again, whoever runs the program "
        "makes it active again through the API; what happened meanwhile stands in the API's lists."
    )
    return {
        "client": subscription.client or "",
        "name": agency.name,
        "email": agency.email,
        "reach": to_data(ContactPoint()),
        "subject": f"A webhook is paused: {host}",
        "text": text,
        "message": "",
        "at": now.isoformat(),
    }
