"""The carrier's requests to the server: signed as Twilio signs, retried as Twilio retries.

Sources: https://www.twilio.com/docs/usage/webhooks/webhooks-security,
https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urldefrag, urlencode, urljoin

import requests
from twilio.request_validator import RequestValidator
from urllib3.exceptions import ProtocolError

from ivr.errors import TwimlRefused
from ivr.simulator.options import Options

CONNECT_SECONDS = 5.0
MAX_REDIRECTS = 10
USER_AGENT = "TwilioProxy/1.1"

HTTP_RETRIEVAL_FAILURE = 11200
HTTP_CONNECTION_FAILURE = 11205


class Unfetchable(Exception):
    """No usable answer came; `code` is Twilio's error code."""

    def __init__(self, code: int, url: str, reason: str) -> None:
        super().__init__(f"{url}: {reason} (Twilio error {code})")
        self.code = code
        self.url = url


@dataclass(frozen=True, slots=True)
class Webhook:
    """One request: the public address (a fragment holds connection overrides), and the form."""

    url: str
    method: str = "POST"
    form: Mapping[str, str] = field(default_factory=dict)
    token: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answered; `url` is where the answer finally came from."""

    url: str
    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class _Retries:
    """Connection overrides in a URL's fragment: `rc` how often, `rp` on what."""

    count: int
    on: frozenset[str]

    @classmethod
    def of(cls, fragment: str) -> _Retries:
        given = {name: values[-1] for name, values in parse_qs(fragment).items()}
        policy = given.get("rp", "ct")
        on = {"4xx", "5xx", "ct", "rt"} if policy == "all" else set(policy.split(","))
        return cls(min(int(given.get("rc", "1")), 5), frozenset(on))


def sign(auth_token: str, url: str, form: Mapping[str, str]) -> str:
    """The `X-Twilio-Signature` of a request: base64 HMAC-SHA1 over URL and sorted form."""
    signature: str = RequestValidator(auth_token).compute_signature(url, dict(form))
    return signature


class Webhooks:
    """Sends one call's webhooks. `faults` collects what the server did wrong but survivably."""

    def __init__(self, options: Options, faults: list[str]) -> None:
        self._options = options
        self._faults = faults

    def send(self, webhook: Webhook) -> Answer:
        """Deliver a webhook, twice if the carrier misbehaves so, and return the answer.

        Raises `Unfetchable` when no answer came in time, and `TwimlRefused` for an address
        that is not the server's.
        """
        twice = self._options.misbehaviour.deliver_twice
        if twice == "no":
            return self._deliver(webhook)
        if twice == "in turn":
            first, second = self._deliver(webhook), self._deliver(webhook)
        else:
            with ThreadPoolExecutor(2) as pool:
                first, second = pool.map(self._deliver, (webhook, webhook))
        if (first.status, first.body) != (second.status, second.body):
            self._faults.append(
                f"{webhook.url} was delivered twice and answered differently: "
                f"{first.status} {first.body[:200]!r}, then {second.status} {second.body[:200]!r}"
            )
        return first

    def _deliver(self, webhook: Webhook) -> Answer:
        url, fragment = urldefrag(webhook.url)
        retries = _Retries.of(fragment)
        for attempt in range(retries.count + 1):
            last = attempt == retries.count
            try:
                answer = self._follow(url, webhook)
            except requests.exceptions.ConnectionError as error:
                broken = any(isinstance(cause, ProtocolError) for cause in error.args)
                if last or ("rt" if broken else "ct") not in retries.on:
                    reason = "the connection broke" if broken else "no connection"
                    raise Unfetchable(HTTP_CONNECTION_FAILURE, url, reason) from error
            except requests.exceptions.Timeout as error:
                if last or "rt" not in retries.on:
                    raise Unfetchable(HTTP_RETRIEVAL_FAILURE, url, "no answer in time") from error
            except requests.exceptions.ChunkedEncodingError as error:  # whoever answered has died
                if last or "rt" not in retries.on:
                    raise Unfetchable(HTTP_RETRIEVAL_FAILURE, url, "half an answer") from error
            else:
                if last or f"{answer.status // 100}xx" not in retries.on:
                    return answer
        raise AssertionError("the last attempt returns or raises")

    def _follow(self, url: str, webhook: Webhook) -> Answer:
        """Request, and go after redirects, which cost a POST its form."""
        method, form = webhook.method, webhook.form
        for _ in range(MAX_REDIRECTS):
            response = self._request(url, method, form, webhook.token)
            if response.status_code not in (301, 302, 303, 307, 308):
                content_type = response.headers.get("Content-Type", "")
                return Answer(url, response.status_code, content_type, response.content)
            if method == "POST" and response.status_code in (301, 302, 303):
                method, form = "GET", {}
                self._faults.append(
                    f"{url} answered {response.status_code}: the POST becomes a GET and loses its "
                    "parameters. Answer with the document itself."
                )
            url = urljoin(url, response.headers.get("Location", ""))
        raise Unfetchable(11215, url, "too many redirects")

    def _request(
        self, url: str, method: str, form: Mapping[str, str], token: str
    ) -> requests.Response:
        if method == "GET" and form:
            url, form = url + ("&" if "?" in url else "?") + urlencode(form), {}
        headers = {
            "X-Twilio-Signature": sign(self._options.auth_token, url, form),
            "I-Twilio-Idempotency-Token": token,
            "User-Agent": USER_AGENT,
        }
        with requests.Session() as session:
            session.trust_env = False  # no proxy stands between the carrier and the server
            return session.request(
                method,
                self._at_server(url),
                data=dict(form),
                headers=headers,
                timeout=(CONNECT_SECONDS, self._options.answer_seconds),
                allow_redirects=False,
            )

    def _at_server(self, url: str) -> str:
        public = self._options.public_url
        rest = url.removeprefix(public)
        if not url.startswith(public) or rest[:1] not in ("", "/", "?"):
            raise TwimlRefused(
                f"{url} is not below the server's public address {public}; the carrier cannot "
                "reach it."
            )
        return self._options.server_url + rest
