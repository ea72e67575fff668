"""Webhooks: where programs want to be told of what happens."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import Field

from ivr.bootstrap import Services
from ivr.core.accounts.scopes import TokenScope
from ivr.core.records.domain_event import DomainEvent
from ivr.core.records.subscription import MOST, Subscription
from ivr.errors import ApiError
from ivr.services.deliveries.events import secret_of
from ivr.services.protocols.records import UnitOfWork
from ivr.web.api.operation import Answer, ApiRequest, Operation, missing
from ivr.web.api.types import At, Id, RequestModel, ResponseModel

NEEDS = {"call": TokenScope.CALLS_READ, "job": TokenScope.JOBS_READ}
"""What a token needs to be told of an event, by its first word; of others `messages:read`."""


class NewWebhook(RequestModel):
    """A webhook to be made."""

    url: str = Field(
        max_length=1000,
        pattern=r"^https?://[!-~]+$",
        description="Where to post to: https, and no private address, unless whoever runs Tango "
        "has allowed the host (IVR_HTTP_PRIVATE).",
        examples=["https://crm.rainbowfrost.example/tango"],
    )
    events: list[DomainEvent] = Field(
        min_length=1, max_length=20, description="What to be told of.", examples=[["job.opened"]]
    )


class WebhookChange(RequestModel):
    """What is to be changed."""

    active: bool = Field(
        description="False pauses it. True has it told of what happens from now on.",
        examples=[True],
    )


class Webhook(ResponseModel):
    """An address that is told of what happens."""

    id: Id
    url: str = Field(examples=["https://crm.rainbowfrost.example/tango"])
    events: list[DomainEvent]
    client: str | None = Field(
        description="Of whose things it is told; null: of everybody’s.", examples=["rainbow-frost"]
    )
    made_at: At
    active: bool = Field(examples=[True])
    reason: str | None = Field(description="Why it is paused.", examples=[None])
    failures: int = Field(description="How often in a row it has not answered.", examples=[0])


class Webhooks(ResponseModel):
    """Every webhook that the token sees, the newest first."""

    items: list[Webhook]


class Secret(ResponseModel):
    """By which what goes to a webhook is signed."""

    secret: str = Field(
        examples=["0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"]
    )


class Event(ResponseModel):
    """What a webhook is posted."""

    id: str = Field(
        description="The same at every try, as in the header `Idempotency-Key`.",
        examples=["event-3f9a-job.closed-9a8b-4"],
    )
    event: DomainEvent = Field(examples=["job.closed"])
    at: At
    client: str | None = Field(examples=["rainbow-frost"])
    href: str = Field(
        description="Where to read how it stands by now.", examples=["/api/v1/jobs/9a8b7c6d"]
    )
    call: str | None = Field(None, description="Left out where it is about none.")
    message: str | None = Field(None, description="Left out where it is about none.")
    job: str | None = Field(None, description="Left out where it is about none.")
    delivery: str | None = Field(None, description="Left out where it is about none.")
    version: int | None = Field(None, description="The job’s version after it.", examples=[4])


def webhook_operations(services: Services) -> list[Operation]:
    """What can be done about webhooks."""

    def one(asked: ApiRequest) -> Subscription:
        found = services.records.subscriptions.find(asked.path["webhook"])
        if found is None or not asked.sees(found.client):
            raise missing("webhook")
        return found

    def list_webhooks(asked: ApiRequest) -> Answer:
        found = services.records.subscriptions.all(asked.token.client)
        return Answer(Webhooks(items=[_of(each) for each in found]), asked.token.client)

    def make_webhook(asked: ApiRequest) -> Answer:
        body: NewWebhook = asked.body
        _check_address(body.url, services.settings.http_private)
        for event in body.events:
            asked.needs(NEEDS.get(event.partition(".")[0], TokenScope.MESSAGES_READ))

        def keep(work: UnitOfWork, made: Subscription) -> None:
            asked.keep(work, _of(made))

        events = tuple(dict.fromkeys(body.events))
        made = services.subscriptions.make(asked.token, body.url, events, asked.now, keep)
        if made is None:
            raise ApiError("full", f"There are {MOST} webhooks already.")
        return Answer(_of(made), made.client, f"webhook {made.id}")

    def read_webhook(asked: ApiRequest) -> Answer:
        found = one(asked)
        return Answer(_of(found), found.client, f"webhook {found.id}")

    def read_webhook_secret(asked: ApiRequest) -> Answer:
        found = one(asked)
        if found.token != asked.token.id:  # whoever knows it can speak in Tango's name
            raise missing("webhook")
        secret = secret_of(services.settings.secret_key, found.id)
        return Answer(Secret(secret=secret), found.client, f"webhook {found.id}")

    def change_webhook(asked: ApiRequest) -> Answer:
        found, body = one(asked), asked.body
        if body.active:
            services.subscriptions.resume(found, asked.token, asked.now)
        else:
            services.subscriptions.pause(found, asked.token, asked.now)
        return Answer(_of(one(asked)), found.client, f"webhook {found.id}")

    def delete_webhook(asked: ApiRequest) -> Answer:
        found = one(asked)
        services.subscriptions.delete(found, asked.token, asked.now)
        return Answer(None, found.client, f"webhook {found.id}")

    return [
        Operation(
            name="list_webhooks",
            method="GET",
            path="/webhooks",
            scope=TokenScope.WEBHOOKS_READ,
            tag="webhooks",
            summary="List webhooks, the newest first",
            do=list_webhooks,
            noted="read the list of webhooks",
            answer=Webhooks,
        ),
        Operation(
            name="make_webhook",
            method="POST",
            path="/webhooks",
            scope=TokenScope.WEBHOOKS_WRITE,
            tag="webhooks",
            summary="Make a webhook",
            description="It is told of what the token may see, for as long as the token holds. The "
            "token needs the scope to read what the events are about, too.",
            do=make_webhook,
            noted=None,
            body=NewWebhook,
            answer=Webhook,
            status=201,
            once=True,
            problems=frozenset({409}),
        ),
        Operation(
            name="read_webhook",
            method="GET",
            path="/webhooks/{webhook}",
            scope=TokenScope.WEBHOOKS_READ,
            tag="webhooks",
            summary="Read a webhook",
            do=read_webhook,
            noted="read a webhook",
            answer=Webhook,
            problems=frozenset({404}),
        ),
        Operation(
            name="read_webhook_secret",
            method="GET",
            path="/webhooks/{webhook}/secret",
            scope=TokenScope.WEBHOOKS_WRITE,
            tag="webhooks",
            summary="Read the secret by which what goes to a webhook is signed",
            description="Only the token that made the webhook may read it.",
            do=read_webhook_secret,
            noted="read a webhook's secret",
            answer=Secret,
            problems=frozenset({404}),
        ),
        Operation(
            name="change_webhook",
            method="PATCH",
            path="/webhooks/{webhook}",
            scope=TokenScope.WEBHOOKS_WRITE,
            tag="webhooks",
            summary="Pause a webhook, or make it active again",
            description="What happens while it is paused is not told afterwards: read the lists.",
            do=change_webhook,
            noted=None,
            body=WebhookChange,
            answer=Webhook,
            problems=frozenset({404}),
        ),
        Operation(
            name="delete_webhook",
            method="DELETE",
            path="/webhooks/{webhook}",
            scope=TokenScope.WEBHOOKS_WRITE,
            tag="webhooks",
            summary="Delete a webhook",
            do=delete_webhook,
            noted=None,
            status=204,
            problems=frozenset({404}),
        ),
    ]


def _check_address(url: str, private: frozenset[str]) -> None:
    """Raise `ApiError` where nothing can ever be posted there; where it leads is looked at each
    time that something is."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ApiError("refused", "The address is none.") from error
    if not host or port == 0 or parts.username is not None or parts.fragment:
        raise ApiError("refused", "Give an address with a host, and without a name or a fragment.")
    if parts.scheme != "https" and host not in private:
        raise ApiError("refused", f"{host} is not told anything without TLS: use https.")


def _of(subscription: Subscription) -> Webhook:
    return Webhook(
        id=subscription.id,
        url=subscription.url,
        events=list(subscription.events),
        client=subscription.client,
        made_at=subscription.made_at,
        active=subscription.paused_at is None,
        reason=subscription.reason,
        failures=subscription.failures,
    )
