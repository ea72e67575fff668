"""The web server in front, as docs/running.md has it, logs no keys."""

from __future__ import annotations

import re
from pathlib import Path

from redis import Redis

from ivr.adapters.sql import migrate
from ivr.settings import Settings
from ivr.web.app import create_app

RUNNING = Path(__file__).parents[1] / "docs" / "running.md"


def test_every_address_with_a_key_is_logged_without_it(settings: Settings, redis: Redis) -> None:
    nginx = RUNNING.read_text(encoding="utf-8").split("```nginx")[1].split("```")[0]
    found = re.search(r"~(\^\(\?<place>.*\)) \$place", nginx)
    assert found
    masked = re.compile(found[1].replace("?<place>", "?P<place>"))
    log_format = nginx.split("log_format")[1].split(";")[0]
    assert not re.search(
        r"\$(request|request_uri|args|query_string|uri|http_referer)\b", log_format
    )
    settings.flows.mkdir()
    migrate(settings.database_url)
    rules = [rule.rule for rule in create_app(settings).url_map.iter_rules()]
    with_key = [rule for rule in rules if "<token>" in rule]
    assert len(with_key) >= 4
    for rule in with_key:
        key = masked.match(rule)
        assert key, rule
        assert key["place"] == rule.partition("<token>")[0]
