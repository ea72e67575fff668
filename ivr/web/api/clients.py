"""The clients for whom calls are answered."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import Field

from ivr.bootstrap import Services
from ivr.core.accounts.scopes import TokenScope
from ivr.core.call.engine import CallFlow
from ivr.core.records.lists import Cursor
from ivr.web.api.cursors import page, read
from ivr.web.api.operation import Answer, ApiRequest, Operation
from ivr.web.api.types import Client as ClientId
from ivr.web.api.types import Page, Paged, ResponseModel

NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


class Client(ResponseModel):
    """A client, by the version of its file that is live."""

    id: ClientId
    name: str = Field(examples=["Rainbow Frost"])
    numbers: list[str] = Field(
        description="Its telephone numbers, as callers dial them.", examples=[["+441604529170"]]
    )
    timezone: str = Field(examples=["Europe/London"])
    language: str = Field(examples=["en-GB"])
    live: bool = Field(
        description="False while it is tried out: all that would go out goes to the agency.",
        examples=[True],
    )
    flow_version: str = Field(examples=["4be1c0a9"])


def client_operations(services: Services) -> list[Operation]:
    """What can be asked of clients."""

    def list_clients(asked: ApiRequest) -> Answer:
        wanted: Paged = asked.query
        after = read(wanted.cursor)
        seen = sorted(
            (flow for flow in services.library() if asked.sees(flow.client_id)),
            key=lambda flow: flow.client_id,
        )
        rest = [flow for flow in seen if after is None or flow.client_id > after.id]
        content = page(rest, wanted.limit, lambda each: Cursor(NO_TIME, each.client_id), _of)
        return Answer(content, asked.token.client)

    return [
        Operation(
            name="list_clients",
            method="GET",
            path="/clients",
            scope=TokenScope.CLIENTS_READ,
            tag="clients",
            summary="List the clients that the token sees, by id",
            do=list_clients,
            noted="read the list of clients",
            query=Paged,
            answer=Page[Client],
        )
    ]


def _of(flow: CallFlow) -> Client:
    return Client(
        id=flow.client_id,
        name=flow.client.name,
        numbers=list(flow.client.numbers),
        timezone=str(flow.client.timezone),
        language=flow.client.language,
        live=flow.client.live,
        flow_version=flow.version,
    )
