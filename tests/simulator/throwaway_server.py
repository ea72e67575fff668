"""A throw-away server that answers each path with a given document, and notes what it gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from flask import Response, request
from werkzeug import Response as AnyResponse

PUBLIC_URL = "https://tango.example"
ACCOUNT_SID = "AC" + "0" * 32
AUTH_TOKEN = "12345"
TO = "+441604529170"
FROM = "+441632960001"

Form = dict[str, str]
Reply = str | AnyResponse | Callable[[Form], str | AnyResponse]


@dataclass(frozen=True)
class Received:
    """One request as the server saw it."""

    method: str
    path: str
    form: Form
    headers: dict[str, str]


@dataclass
class Server:
    """Answers each path with a document, or with what a function makes of the form."""

    url: str = ""
    replies: dict[str, Reply] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def says(self, path: str, reply: Reply) -> None:
        self.replies[path] = reply

    def at(self, path: str) -> list[Form]:
        """The forms posted to a path."""
        return [one.form for one in self.received if one.path == path]

    def paths(self) -> list[str]:
        return [one.path for one in self.received]

    def answer(self) -> AnyResponse:
        form = request.form.to_dict()
        with self._lock:
            self.received.append(
                Received(request.method, request.path, form, dict(request.headers))
            )
        reply = self.replies.get(request.path)
        if reply is None:
            return Response("nothing here", 404)
        made = reply(form) if callable(reply) and not isinstance(reply, AnyResponse) else reply
        return made if isinstance(made, AnyResponse) else document(made)


def document(verbs: str, content_type: str = "text/xml") -> Response:
    return Response(f"<Response>{verbs}</Response>", content_type=content_type)
