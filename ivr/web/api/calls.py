"""Calls, and what happened in each."""

from __future__ import annotations

from pydantic import Field

from ivr.bootstrap import Services
from ivr.core.accounts.scopes import TokenScope
from ivr.core.records.call_course import TimelineEntry, tell
from ivr.core.records.call_snapshot import CallSnapshot
from ivr.core.records.lists import Cursor, Narrow
from ivr.services.party_names import party_names
from ivr.web.api.cursors import page, read
from ivr.web.api.operation import Answer, ApiRequest, Operation, missing
from ivr.web.api.types import At, Listed, Page, ResponseModel


class Call(ResponseModel):
    """A call as it last stood."""

    id: str = Field(description="The carrier’s id of the call.", examples=["CA0f1e2d3c"])
    client: str | None = Field(
        description="Whose number was rung; null where it is nobody’s.", examples=["rainbow-frost"]
    )
    from_: str = Field(
        serialization_alias="from",
        description="The caller’s number, or that it was withheld.",
        examples=["+441632960001"],
    )
    to: str = Field(description="The number that was rung.", examples=["+441604529170"])
    started_at: At
    ended_at: At | None = Field(description="Null while it goes on.")
    outcome: str | None = Field(description="How it ended.", examples=["completed"])
    flow_version: str = Field(
        description="The version of the client’s file that answered.", examples=["4be1c0a9"]
    )
    path: list[str] = Field(
        description="The nodes that it came through, in order.", examples=[["greet", "main"]]
    )


class TimelineLine(ResponseModel):
    """Something that happened in a call, in words."""

    at: At
    text: str = Field(examples=["The caller pressed 1."])
    way: list[str] = Field(
        description="The nodes by which the call went on.", examples=[["main", "take_message"]]
    )
    message: str | None = Field(
        description="The id of the message that this is about.", examples=[None]
    )


class CallWithTimeline(Call):
    """A call, with all that happened in it and came of it."""

    timeline: list[TimelineLine]


def call_operations(services: Services) -> list[Operation]:
    """What can be asked of calls."""

    def list_calls(asked: ApiRequest) -> Answer:
        wanted: Listed = asked.query
        narrow = Narrow(
            own=asked.token.client, client=wanted.client, since=wanted.since, until=wanted.until
        )
        found = services.records.lists.calls(narrow, read(wanted.cursor), wanted.limit + 1)
        content = page(
            found, wanted.limit, lambda each: Cursor(each.started_at, each.call_sid), _of
        )
        return Answer(content, wanted.client or asked.token.client)

    def read_call(asked: ApiRequest) -> Answer:
        call_detail = services.records.calls.detail(asked.path["call"])
        if call_detail is None or not asked.sees(call_detail.call.client):
            raise missing("call")
        named = party_names(services.agency, services.library(), call_detail.call.client)
        lines = [_line(each) for each in tell(call_detail, named)]
        content = CallWithTimeline(**dict(_of(call_detail.call)), timeline=lines)
        return Answer(content, call_detail.call.client, f"call {call_detail.call.call_sid}")

    return [
        Operation(
            name="list_calls",
            method="GET",
            path="/calls",
            scope=TokenScope.CALLS_READ,
            tag="calls",
            summary="List calls, the newest first",
            do=list_calls,
            noted="read the list of calls",
            query=Listed,
            answer=Page[Call],
        ),
        Operation(
            name="read_call",
            method="GET",
            path="/calls/{call}",
            scope=TokenScope.CALLS_READ,
            tag="calls",
            summary="Read a call with its timeline",
            do=read_call,
            noted="read a call",
            answer=CallWithTimeline,
            problems=frozenset({404}),
        ),
    ]


def _of(call: CallSnapshot) -> Call:
    return Call(
        id=call.call_sid,
        client=call.client,
        from_=call.from_,
        to=call.to,
        started_at=call.started_at,
        ended_at=call.ended_at,
        outcome=call.outcome,
        flow_version=call.flow_version,
        path=list(call.path),
    )


def _line(line: TimelineEntry) -> TimelineLine:
    way = [step.node for step in line.way]
    return TimelineLine(at=line.at, text=line.text, way=way, message=line.message)
