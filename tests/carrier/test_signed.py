"""What is not signed by the carrier: refused by whatever address it comes, and counted."""

from __future__ import annotations

import pytest
from carrier_line import Line
from flask import Flask
from prometheus_client import REGISTRY


def refused() -> float:
    """How many requests have been counted as refused."""
    return REGISTRY.get_sample_value("tango_webhooks_refused_total") or 0.0


def webhooks(app: Flask) -> list[str]:
    """Every address below `/twilio/` that the carrier posts to."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/twilio/")]
    return [rule.rule.replace("<int:number>", "1") for rule in rules if "POST" in rule.methods]


def test_every_webhook_refuses_what_is_not_signed_and_counts_it(app: Flask) -> None:
    addresses = webhooks(app)
    assert {"/twilio/voice", "/twilio/operator", "/twilio/conference", "/twilio/sms"} <= {
        *addresses
    }
    for address in addresses:
        before = refused()
        answer = app.test_client().post(address, data={"CallSid": "CA1"})
        assert answer.status_code == 403, address
        assert refused() == before + 1, address


@pytest.mark.parametrize("path", ["/twilio/operator", "/twilio/conference", "/twilio/sms"])
def test_what_is_signed_is_let_in(line: Line, path: str) -> None:
    assert line.post(path).status_code in (200, 204)
