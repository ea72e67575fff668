"""What comes of texts that the server has sent, and that the carrier tells it.

https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
"""

from __future__ import annotations

from dataclasses import replace
from threading import Thread

from ivr.errors import SimulatorError
from ivr.simulator.exchange import CarrierAccount
from ivr.simulator.messages import Message, TextFate
from ivr.simulator.options import API_VERSION
from ivr.simulator.webhooks import Unfetchable, Webhook, Webhooks


def happen(exchange: CarrierAccount, sid: str, fate: TextFate) -> None:
    """Let a text have its fate, while whoever has sent it goes on."""

    def run() -> None:
        for status in fate.statuses:
            code = fate.error_code if status == fate.statuses[-1] else None
            message = become(exchange, sid, status, code)
            try:
                tell(exchange, message)
            except SimulatorError as error:
                exchange.faults.append(str(error))

    Thread(target=run, name=f"text {sid}", daemon=True).start()


def become(exchange: CarrierAccount, sid: str, status: str, error_code: int | None) -> Message:
    """Note what has come of a text; returns it as it is then."""
    messages = exchange.messages
    [at] = [at for at, message in enumerate(messages) if message.sid == sid]
    messages[at] = replace(messages[at], status=status, error_code=error_code)
    return messages[at]


def tell(exchange: CarrierAccount, message: Message) -> None:
    """Tell the server what has come of a text, if it has asked for that.

    Raises `SimulatorError` where it does not take it.
    """
    if message.status_callback is None:
        return
    options = exchange.options
    form = {
        "MessageSid": message.sid,
        "SmsSid": message.sid,
        "MessageStatus": message.status,
        "SmsStatus": message.status,
        "AccountSid": options.account_sid,
        "From": message.from_,
        "To": message.to,
        "ApiVersion": API_VERSION,
    }
    if message.error_code is not None:
        form["ErrorCode"] = str(message.error_code)
    try:
        webhook = Webhook(message.status_callback, form=form)
        answer = Webhooks(options, exchange.faults).send(webhook)
    except Unfetchable as error:
        raise SimulatorError(str(error)) from error
    if answer.status >= 300:
        raise SimulatorError(f"The server does not take the receipt: {answer.status}.")
