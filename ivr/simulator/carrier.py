"""The simulated carrier: places calls to the server, and runs the REST interface it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Thread
from types import TracebackType
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from ivr.errors import SimulatorError
from ivr.simulator.call import Call
from ivr.simulator.caller import AnyBehaviour, as_behaviour
from ivr.simulator.conference.conferences import Conference
from ivr.simulator.exchange import CarrierAccount
from ivr.simulator.identity import geography, new_sid
from ivr.simulator.messages import Message, TextFate
from ivr.simulator.numbers import Number
from ivr.simulator.options import API_VERSION, Misbehaviour, Options
from ivr.simulator.receipts import become, tell
from ivr.simulator.recordings import Recordings
from ivr.simulator.rest.app import create_rest
from ivr.simulator.targets import Target
from ivr.simulator.telephones import Telephone, Telephones
from ivr.simulator.transcript import Entry
from ivr.simulator.webhooks import Unfetchable, Webhook, Webhooks
from ivr.simulator.wire import Callback, Unanswered

CLOSING_SECONDS = 20.0
POLL_SECONDS = 0.02  # how long the end of the REST interface may take


class Carrier:
    """A little carrier on loopback, as a context manager.

    `server_url` is where the server listens, `public_url` the address that it believes to have
    and that is signed; `account_sid` and `auth_token` are shared with it. `host` and `port`
    (0: any) are where the REST interface listens. `options` are those of `Options`.

    Raises `SimulatorError` if the port is taken.
    """

    def __init__(
        self,
        server_url: str,
        public_url: str,
        account_sid: str,
        auth_token: str,
        host: str = "127.0.0.1",
        port: int = 0,
        telephones: Mapping[str, Telephone] | None = None,
        misbehaviour: Misbehaviour | None = None,
        **options: Any,
    ) -> None:
        self._address = host, port
        self._exchange = CarrierAccount(
            Options(
                server_url.rstrip("/"),
                public_url.rstrip("/"),
                account_sid,
                auth_token,
                misbehaviour=misbehaviour or Misbehaviour(),
                **options,
            ),
            Telephones(dict(telephones or {})),
        )
        self._server: BaseWSGIServer | None = None

    def __enter__(self) -> Carrier:
        host, port = self._address
        try:
            self._server = make_server(
                host, port, create_rest(self._exchange), threaded=True, request_handler=_Quiet
            )
        except (OSError, SystemExit) as error:  # werkzeug exits where the port is taken
            raise SimulatorError(
                f"The carrier cannot listen at {host}:{port}; choose another port."
            ) from error
        self._exchange.api_url = f"http://{host}:{self._server.server_port}"
        serve = self._server.serve_forever
        Thread(target=serve, args=(POLL_SECONDS,), name="carrier REST", daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the calls that still run, and the REST interface."""
        for call in self.calls:
            call.interrupts.end("carrier closed")
        for call in self.calls:
            call.wait(CLOSING_SECONDS)
        if self._server:
            self._server.shutdown()
            self._server.server_close()

    def place(
        self,
        to: str,
        from_: str,
        caller_behaviour: AnyBehaviour,
        *,
        forwarded_from: str | None = None,
        caller_name: str | None = None,
        verstat: str | None = None,
        ends: Unanswered | None = None,
        listener: Callable[[Entry], None] | None = None,
    ) -> Call:
        """Call the server, and return the running call.

        `from_` may be `ANONYMOUS` or `ANONYMOUS_NUMBER`. `verstat` says whether the caller may show
        that number, such as `TN-Validation-Passed-A`. With `ends` the call ends so before it is
        answered: the server is asked for a document that nobody hears. `listener` is told each
        entry of the transcript as it comes, in the call's thread.
        """
        options = self._exchange.options
        extra: dict[str, str] = {}
        if forwarded_from:
            extra |= {"ForwardedFrom": forwarded_from, "CalledVia": forwarded_from}
        if caller_name:
            extra["CallerName"] = caller_name
        if verstat:
            extra["StirVerstat"] = verstat
        voice = Target(options.public_url + options.voice_path)
        call = Call(
            self._exchange,
            to=to,
            from_=from_,
            behaviour=as_behaviour(caller_behaviour),
            life=lambda call: call.end_unanswered(voice, ends) if ends else call.run(voice),
            callback=Callback(options.public_url + options.status_path),
            fallback_url=options.public_url + options.fallback_path,
            extra=extra,
            listener=listener,
        )
        return call.start()

    def call(
        self, to: str, from_: str, caller_behaviour: AnyBehaviour, timeout: float = 60.0
    ) -> Call:
        """Call the server and wait for the call's end. Raises as `Call.join` does."""
        return self.place(to, from_, caller_behaviour).join(timeout)

    def check(self) -> None:
        """Raise the first failure of any call, or `SimulatorError` for the collected faults."""
        for call in self.calls:
            if call.is_over:
                call.join()
        if self.faults:
            raise SimulatorError("The carrier noted faults:\n" + "\n".join(self.faults))

    @property
    def api_url(self) -> str:
        """Base URL of the REST interface, while the carrier runs."""
        return self._exchange.api_url

    @property
    def telephones(self) -> Telephones:
        """The world's telephones; set one with `carrier.telephones[number] = Answers()`."""
        return self._exchange.telephones

    @property
    def recordings(self) -> Recordings:
        """The recordings that the carrier still keeps."""
        return self._exchange.recordings

    def hold(self, number: Number) -> Number:
        """Have the account hold this number."""
        self._exchange.numbers[number.sid] = number
        return number

    @property
    def conferences(self) -> list[Conference]:
        """The conferences, running and ended, oldest first."""
        return self._exchange.conferences.all

    def text(self, to: str, from_: str, body: str, *, lost: bool = False) -> None:
        """Send the server a text message, as somebody's telephone would; `lost`, the carrier keeps
        it and the server is not told.

        https://www.twilio.com/docs/messaging/guides/webhook-request
        Raises `SimulatorError` where the server does not take it.
        """
        options, sid = self._exchange.options, new_sid("SM")
        kept = Message(to, from_, body, sid=sid, status="received", direction="inbound")
        self._exchange.received.append(kept)
        if lost:
            return
        form = {
            "MessageSid": sid,
            "SmsSid": sid,
            "SmsMessageSid": sid,
            "SmsStatus": kept.status,
            "AccountSid": options.account_sid,
            "From": from_,
            "To": to,
            "Body": body,
            "NumMedia": "0",
            "NumSegments": "1",
            "ApiVersion": API_VERSION,
            **geography("From", from_),
            **geography("To", to),
        }
        webhooks = Webhooks(options, self._exchange.faults)
        try:
            answer = webhooks.send(Webhook(options.public_url + options.sms_path, form=form))
        except Unfetchable as error:
            raise SimulatorError(str(error)) from error
        if answer.status != 200:
            raise SimulatorError(f"The server does not take the text: {answer.status}.")

    @property
    def messages(self) -> list[Message]:
        """The text messages that the server has sent, oldest first."""
        return self._exchange.messages

    def text_becomes(
        self, sid: str, status: str, error_code: int | None = None, *, told: bool = False
    ) -> None:
        """Something comes of a text that the server has sent, of which it is `told` or not.

        Raises `SimulatorError` where it does not take that.
        """
        message = become(self._exchange, sid, status, error_code)
        if told:
            tell(self._exchange, message)

    @property
    def text_fates(self) -> dict[str, TextFate]:
        """What comes of texts to a number, by number; of those to others nothing is told."""
        return self._exchange.text_fates

    def refuse(self, *statuses: int) -> None:
        """Refuse the next requests to the REST interface, with these HTTP statuses in order;
        200 lets one pass."""
        self._exchange.refusals.extend(statuses)

    def on_text(self, listener: Callable[[Message], object]) -> None:
        """Let `listener` be told of each text as the server sends it."""
        self._exchange.on_text = listener

    @property
    def faults(self) -> list[str]:
        """What the server did wrong and the calls survived."""
        return self._exchange.faults

    @property
    def calls(self) -> list[Call]:
        """All call legs, in the order in which they began."""
        return self._exchange.calls


class _Quiet(WSGIRequestHandler):
    """Says nothing of ordinary requests."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Nothing."""
