"""`http`: ask the client's own system, and go on with what it answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Annotated, Any, ClassVar, Self, get_args
from urllib.parse import quote, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from ivr.core.call.events import Event, Replied, Unreachable
from ivr.core.call.instructions import Ask, Continue, Play, Prompt, Secret
from ivr.core.flow import placeholders
from ivr.core.flow.node import Exit, Write
from ivr.core.flow.types import Assigned, Duration, Model, NodeName, Text, Url, Value
from ivr.core.flow.variables import Variable, typed
from ivr.core.nodes.base import Kind, Leave, NodeContext, Stay, Step
from ivr.core.secret_value import SecretValue, revealed

MOMENT_MUSIC = "/media/moment.wav"
TRIES = 2
MARGIN_SECONDS = 2
SHORTEST_TOLD = 3
"""Characters of a secret that a reply repeats; shorter ones are in any reply."""

MAX_VALUE = 1000
"""Characters of a text that a reply may set: it is going to be said."""

_TYPES = tuple(get_args(Variable.model_fields["type"].annotation))
_OURS = {"host", "content-length", "content-type", "transfer-encoding", "connection"}
_OURS |= {"idempotency-key"}


def _address(url: Url) -> Url:
    origin, _, _ = url.partition("?")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme not in ("https", "http") or not host or not url.isascii() or " " in origin:
        raise ValueError(f"'{url}' is not an address; write https://api.acme.example/orders/{{id}}")
    if re.search(r"[{}@%\\]", parts.netloc):
        raise ValueError("the host must stand in the file as it is, without placeholders or user")
    if parts.fragment:
        raise ValueError("an address that is asked has no part after '#'")
    if parts.scheme == "http" and not _private(host):
        raise ValueError("only https:// keeps what is asked private; http:// reaches private hosts")
    return url


def _private(host: str) -> bool:
    """Whether `host` is plainly inside a private network; the server has to allow it besides."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return host == "localhost"


def _header_name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{0,60}", name) or name.lower() in _OURS:
        raise ValueError(f"'{name}' cannot be set here; leave it out")
    return name


def _json_path(path: str) -> str:
    if len(path) > 200 or not re.fullmatch(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*", path):
        raise ValueError(f"'{path}' is not a place in a reply; write order.status or lines.0.text")
    return path


class Header(Model):
    """What one header of the request says."""

    text: Text | None = Field(None, description="Words, with placeholders.")
    secret: str | None = Field(
        None,
        pattern=r"^[a-z][a-z0-9_]{0,40}$",
        description="The name of a secret of this client, kept on the server and not in the file.",
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.text is None) == (self.secret is None):
            raise ValueError("write either words or {secret: name}")
        return self


def _text_alone(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


Address = Annotated[Url, AfterValidator(_address)]
HeaderName = Annotated[str, AfterValidator(_header_name)]
HeaderValue = Annotated[Header, BeforeValidator(_text_alone)]
JsonPath = Annotated[str, AfterValidator(_json_path)]
Sent = Mapping[str, str | int | float | bool]


class Request(Model):
    """What to ask, what the caller hears meanwhile, and what the reply sets."""

    get: Address | None = Field(
        None, description="The address to ask. Placeholders are encoded; the host has none."
    )
    post: Address | None = Field(None, description="The address to send to, instead of 'get'.")
    send: dict[str, Assigned] | None = Field(
        None, description="With 'post': what to send, as JSON. A variable alone keeps its type."
    )
    headers: dict[HeaderName, HeaderValue] = Field(
        default_factory=dict,
        max_length=20,
        description="Headers of the request: words, or {secret: name} for what is kept private.",
    )
    timeout: Duration = Field(
        4, ge=1, le=10, description="How long to wait for a reply; then it is asked once more."
    )
    say: Text | None = Field(None, description="What the caller hears before the music.")
    reply: dict[str, JsonPath] = Field(
        default_factory=dict,
        max_length=50,
        description="Variables to set, each from a place in the JSON reply, such as order.status.",
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.get is None) == (self.post is None):
            raise ValueError("write either 'get' or 'post', with an address")
        if self.send is not None and self.post is None:
            raise ValueError("'send' needs 'post' instead of 'get'")
        return self


class AskSystem(Kind):
    """Ask the client's own system over HTTP, while the caller hears music.

    The call goes to `failed` where the system does not answer in time, twice, or answers
    something else than the variables of `reply` can hold.
    """

    verb: ClassVar[str] = "http"
    example: ClassVar[str] = """\
order:
  http:
    get: "https://api.acme.example/orders/{patient}"
    timeout: 4s
    reply: {reason: order.status}
  next: tell
  not_found: operators
  failed: operators
"""
    http: Request = Field(description="What is asked, and what the reply sets.")
    next: NodeName = Field(description="Where the call goes with the reply.")
    not_found: NodeName | None = Field(
        None, description="Where the call goes if the system answers 404; else to 'failed'."
    )
    failed: NodeName | None = Field(
        None, description="Where the call goes without a usable reply; default: defaults.error."
    )

    def exits(self) -> Iterator[Exit]:
        yield self.exit("next")
        yield Exit("not_found", self.not_found, ("not_found",), optional=True)
        yield self.exit("failed", default="error")

    def writes(self) -> Iterator[Write]:
        for variable in self.http.reply:
            yield Write(variable, ("http", "reply", variable), types=_TYPES)

    def enter(self, situation: NodeContext) -> Step:
        request = self.http
        url = _filled_url(request.get or request.post or Url(""), situation)
        if url is None:
            return Leave("failed")
        ask = Ask(
            "GET" if request.get else "POST",
            url,
            {name: _header(header, situation) for name, header in request.headers.items()},
            _body(request, situation),
            request.timeout,
        )
        until = situation.now + timedelta(seconds=TRIES * request.timeout + MARGIN_SECONDS)
        said = (situation.say(request.say),) if request.say else ()
        return _hold(said, until.isoformat(), (ask,))

    def resume(self, situation: NodeContext, event: Event) -> Step:
        until = str(situation.memory.get("until", ""))
        match event:
            case Replied(status, body) if 200 <= status < 300:
                return self._answered(situation, body)
            case Replied(404) if self.not_found is not None:
                return Leave("not_found")
            case Replied() | Unreachable():
                return Leave("failed")
        # Whoever was to answer may be gone, with all that was known of it: the call goes on.
        if not until or situation.now >= datetime.fromisoformat(until):
            return Leave("failed")
        return _hold((), until)

    def _answered(self, situation: NodeContext, body: str) -> Leave:
        scope = situation.place.scope
        try:
            reply = json.loads(body, parse_constant=_refuse) if self.http.reply else None
            values = {
                scope.full(variable): _kept(
                    _fitting(scope.types[variable], _at(reply, path)), situation
                )
                for variable, path in self.http.reply.items()
            }
        except (ValueError, LookupError, RecursionError):
            return Leave("failed")
        return Leave("next", values=values)


def _hold(said: tuple[Prompt, ...], until: str, effects: tuple[Ask, ...] = ()) -> Stay:
    verbs = (*said, Play(MOMENT_MUSIC, music=True), Continue())
    return Stay(verbs, memory={"until": until}, effects=effects)


def _filled_url(url: str, situation: NodeContext) -> str | None:
    """The address with its placeholders filled.

    None where a step of its path would be empty or dots: that would be another place altogether.
    """

    def encoded(name: str) -> str:
        return quote(_plain(name, situation), safe="")

    path, mark, query = url.partition("?")
    steps: list[str] = []
    for step in path.split("/"):
        filled = placeholders.fill(step, encoded)
        if filled != step and filled in ("", ".", ".."):
            return None
        steps.append(filled)
    return "/".join(steps) + mark + placeholders.fill(query, encoded).replace(" ", "%20")


def _header(header: Header, situation: NodeContext) -> str | Secret:
    if header.text is None:
        return Secret(header.secret or "")
    words = placeholders.fill(header.text, lambda name: _plain(name, situation))
    return "".join(c if c.isprintable() else " " for c in words)


def _body(request: Request, situation: NodeContext) -> Sent | None:
    if request.send is None:
        return {} if request.post else None
    return {key: _sent(text, situation) for key, text in request.send.items()}


def _sent(text: str, situation: NodeContext) -> Value:
    name = placeholders.only_name(text)
    if name in situation.place.scope.types and name is not None:
        return revealed(situation.value(name))
    return placeholders.fill(text, lambda each: _plain(each, situation))


def _plain(name: str, situation: NodeContext) -> str:
    """A value as programs write it: unlike people's, it is the same in every language."""
    thing, _, attribute = name.partition(".")
    fact = situation.facts().get(thing, {}).get(attribute)
    if fact is None and name not in situation.place.scope.types:
        return situation.written("{" + name + "}")
    value = revealed(situation.value(name)) if fact is None else fact
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _at(reply: Any, path: str) -> Any:
    """What stands at a dotted path. Raises `LookupError` or `ValueError`."""
    for step in path.split("."):
        if isinstance(reply, list):
            reply = reply[int(step)]
        elif isinstance(reply, dict):
            reply = reply[step]
        else:
            raise LookupError(step)
    return reply


def _fitting(kind: str, given: Any) -> Value:
    """`given`, of JSON, as a value of type `kind`. Raises `ValueError` where it is of another."""
    match kind, given:
        case "yes_no", bool():
            return given
        case "number" | "money", int() | float() if not isinstance(given, bool):
            return typed(kind, str(given))
        case "string", str() if len(given) <= MAX_VALUE:
            return given
        case _, str() if kind not in ("yes_no", "number", "string"):
            return typed(kind, given)
    raise ValueError(f"a {kind} is needed")


def _kept(value: Value, situation: NodeContext) -> Value:
    """A value of a reply; one that repeats a secret of the call is a secret too."""
    secrets = (each for each in situation.variables.values() if isinstance(each, SecretValue))
    told = (str(each.clear) for each in secrets if not isinstance(each.clear, bool))
    repeats = any(len(each) >= SHORTEST_TOLD and each in str(value) for each in told)
    return SecretValue(value) if repeats else value


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is not JSON")
