"""What programs are told when something is refused: problem details (RFC 9457), each with its cause
and its mend."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response
from pydantic import Field

from ivr.errors import ApiError
from ivr.web.api.types import ResponseModel

MEDIA_TYPE = "application/problem+json"


class Place(ResponseModel):
    """A place of the request that is wrong."""

    where: str = Field(description="In the path, query, header or body.", examples=["body.until"])
    what: str = Field(description="What is wrong with it.", examples=["Field required"])


class Problem(ResponseModel):
    """Why something was refused, and what mends it (RFC 9457)."""

    type: str = Field(
        description="Names the kind of problem, for programs; it does not change.",
        examples=["urn:tango:problem:moved"],
    )
    title: str = Field(description="The kind of problem, for people.", examples=["It has moved on"])
    status: int = Field(description="The HTTP status.", examples=[409])
    detail: str = Field(
        description="The cause.", examples=["Sam has acted on this job since you looked at it."]
    )
    mend: str = Field(
        description="What to do about it.", examples=["Read it again, then decide anew."]
    )
    errors: list[Place] = Field(
        description="Each place of the request that is wrong, if any.", examples=[[]]
    )


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem."""

    status: int
    title: str
    mend: str


KINDS: dict[str, Kind] = {
    "bad-request": Kind(
        400,
        "The request is not as it should be",
        "Compare it with /api/v1/openapi.json, mend it and send it again.",
    ),
    "unauthorized": Kind(
        401,
        "Who are you?",
        "Send `Authorization: Bearer …` with a token that an administrator has made, and that has "
        "neither lapsed nor been revoked.",
    ),
    "forbidden": Kind(
        403,
        "The token is not for this",
        "Ask an administrator of the agency for a token with the scope that is named.",
    ),
    "not-found": Kind(
        404, "There is no such thing", "Take an address or an id that you got in an answer."
    ),
    "method-not-allowed": Kind(
        405, "That cannot be done here", "Use a method that /api/v1/openapi.json names."
    ),
    "too-slow": Kind(408, "The request did not come in time", "Send it again, all at once."),
    "moved": Kind(409, "It has moved on", "Read it again, then decide anew."),
    "full": Kind(409, "There are as many as may be", "Delete one that is of no use any more."),
    "too-large": Kind(413, "That is too large", "Send less."),
    "too-long": Kind(
        414,
        "The address is too long",
        "Take an address that you got in an answer; of a long list ask for one part at a time.",
    ),
    "media-type": Kind(415, "That is no JSON", "Send JSON, with Content-Type: application/json."),
    "range": Kind(
        416, "There is no such part", "Ask for a part that lies within the recording, or for all."
    ),
    "refused": Kind(422, "The rules refuse this", "Mend what is said to be wrong, or leave it."),
    "key-used": Kind(
        422,
        "The key belongs to another request",
        "Use a new Idempotency-Key for each new request, and the same one only to repeat it.",
    ),
    "too-often": Kind(
        429, "That was too often", "Use a token that holds. Wait a quarter of an hour."
    ),
    "head-too-large": Kind(431, "The headers are too large", "Send fewer or shorter headers."),
    "internal": Kind(500, "A fault of ours", "Try again later; tell the agency if it goes on."),
    "unavailable": Kind(503, "Not just now", "Try again soon."),
}
"""Every kind, by the last part of its `type`."""


def kind_of(status: int) -> str:
    """The kind for an HTTP status that something else than we has chosen."""
    found = (name for name, kind in KINDS.items() if kind.status == status)
    return next(found, "bad-request" if 400 <= status < 500 else "internal")


def problem_of(error: ApiError) -> Problem:
    """What is told of a refusal."""
    kind = KINDS[error.kind]
    return Problem(
        type=f"urn:tango:problem:{error.kind}",
        title=kind.title,
        status=kind.status,
        detail=str(error),
        mend=kind.mend,
        errors=[Place(where=where, what=what) for where, what in error.errors],
    )


def plain_problem(status: int) -> Problem:
    """What is told where something else than we has chosen the status, and knows no more."""
    kind = kind_of(status)
    return problem_of(ApiError(kind, f"{KINDS[kind].title}."))


def told(error: ApiError) -> Response:
    """The answer to a request that was refused."""
    problem = problem_of(error)
    return Response(problem.model_dump_json(), problem.status, content_type=MEDIA_TYPE)
