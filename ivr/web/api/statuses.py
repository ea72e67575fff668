"""Statuses: what clients' people say of themselves, and for how long."""

from __future__ import annotations

from pydantic import Field

from ivr.bootstrap import Services
from ivr.core.accounts.actor import program
from ivr.core.accounts.scopes import TokenScope
from ivr.core.availability.standing import StatusKind
from ivr.core.availability.status import How, StatusChange, StatusRequest
from ivr.core.availability.status import Status as Kept
from ivr.core.call.engine import CallFlow
from ivr.errors import ApiError, StatusError, UnknownClient
from ivr.services.protocols.records import UnitOfWork
from ivr.web.api.operation import Answer, ApiRequest, Operation, missing
from ivr.web.api.types import At, Id, Moment, RequestModel, ResponseModel, Word

WHAT = "`away`; `messages`: callers leave a message; `emergencies`: only these get through."


class NewStatus(RequestModel):
    """A status to be set. It takes the place of what the same person had set for that time."""

    person: Word | None = Field(
        None,
        description="Of whom, by their short name in the client’s file; null: of everybody.",
        examples=["ian"],
    )
    kind: StatusKind = Field(description=WHAT)
    starts: Moment | None = Field(None, description="From when on; now, where it is left out.")
    ends: Moment | None = Field(
        None, description="Until when; until it is ended, where it is left out."
    )


class Status(ResponseModel):
    """What somebody said of themselves, for a time."""

    id: Id
    person: str | None = Field(description="Of whom; null: of everybody.", examples=["ian"])
    kind: StatusKind = Field(description=WHAT)
    starts: At
    ends: At | None
    set_at: At
    set_by: str = Field(examples=["Ian Frost"])


class Statuses(ResponseModel):
    """The statuses that hold now or are still to come, the first to begin first."""

    items: list[Status]


def status_operations(services: Services) -> list[Operation]:
    """What can be asked and said of where people are."""

    def flow_of(asked: ApiRequest) -> CallFlow:
        client = asked.path["client"]
        try:
            if asked.sees(client):
                return services.library().flow(client)
        except UnknownClient as error:
            raise missing("client") from error
        raise missing("client")

    def list_statuses(asked: ApiRequest) -> Answer:
        client = flow_of(asked).client_id
        found = services.records.statuses.ahead(client, asked.now)
        return Answer(Statuses(items=[_of(each) for each in found]), client)

    def set_status(asked: ApiRequest) -> Answer:
        flow, body = flow_of(asked), asked.body
        if body.person is not None and body.person not in flow.people:
            raise ApiError("refused", "Nobody of that short name stands in the client’s file.")
        wish = StatusRequest(
            client=flow.client_id,
            person=body.person,
            kind=body.kind,
            starts=body.starts or asked.now,
            ends=body.ends,
            by=asked.token.name,
            how=How.API,
        )

        def keep(work: UnitOfWork, came: StatusChange) -> None:
            asked.keep(work, _of(came.status))

        try:
            came = services.statuses.set(wish, program(asked.token), asked.now, keep)
        except StatusError as error:
            raise ApiError("refused", str(error)) from error
        return Answer(_of(came.status), flow.client_id, f"status {came.status.id}")

    def end_status(asked: ApiRequest) -> Answer:
        client, status = flow_of(asked).client_id, asked.path["status"]
        try:
            services.statuses.end(status, client, How.API, program(asked.token), asked.now)
        except StatusError as error:
            raise missing("status") from error
        return Answer(None, client, f"status {status}")

    return [
        Operation(
            name="list_statuses",
            method="GET",
            path="/clients/{client}/statuses",
            scope=TokenScope.STATUSES_READ,
            tag="statuses",
            summary="List where a client’s people say that they are",
            do=list_statuses,
            noted="read a client's statuses",
            answer=Statuses,
            problems=frozenset({404}),
        ),
        Operation(
            name="set_status",
            method="POST",
            path="/clients/{client}/statuses",
            scope=TokenScope.STATUSES_WRITE,
            tag="statuses",
            summary="Say where somebody is, for a time",
            description="Callers are put through, and jobs opened, by it at once.",
            do=set_status,
            noted=None,
            body=NewStatus,
            answer=Status,
            status=201,
            once=True,
            problems=frozenset({404}),
        ),
        Operation(
            name="end_status",
            method="DELETE",
            path="/clients/{client}/statuses/{status}",
            scope=TokenScope.STATUSES_WRITE,
            tag="statuses",
            summary="End a status, or call it off",
            do=end_status,
            noted=None,
            status=204,
            problems=frozenset({404}),
        ),
    ]


def _of(status: Kept) -> Status:
    return Status(
        id=status.id,
        person=status.person,
        kind=status.kind,
        starts=status.starts,
        ends=status.until,
        set_at=status.set_at,
        set_by=status.set_by,
    )
