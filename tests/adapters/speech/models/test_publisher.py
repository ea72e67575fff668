"""What is taken from the publisher's list of models."""

from __future__ import annotations

import contextlib
import json
from http.server import BaseHTTPRequestHandler

import pytest

from ivr.adapters.speech.models.publisher import listed_models, pick
from ivr.errors import SpeechError
from tests.adapters.speech.web_server import Serve, reply, send_head


def row(
    name: str, lang: str, type_: str, version: str, obsolete: str = "false"
) -> dict[str, object]:
    """A row as the publisher writes it."""
    return {
        "lang": lang, "lang_text": lang, "md5": "0" * 32, "name": name, "obsolete": obsolete,
        "size": 41205931, "size_text": "39.3M", "type": type_, "version": version,
        "url": f"https://alphacephei.com/vosk/models/{name}.zip",
    }  # fmt: skip


ROWS = [
    row("vosk-model-small-en-us-0.15", "en-us", "small", "0.15"),
    row("vosk-model-en-us-0.22-lgraph", "en-us", "big-lgraph", "0.22-lgraph"),
    row("vosk-model-en-us-0.22", "en-us", "big", "0.22"),
    row("vosk-model-en-us-0.21", "en-us", "big", "0.21", "true"),
    row("vosk-model-small-en-in-0.4", "en-in", "small", "0.4"),
    row("vosk-model-small-de-0.15", "de", "small", "0.15"),
    row("vosk-model-de-0.21", "de", "big", "0.21"),
    row("vosk-model-de-tuda-0.6-900k", "de", "big", "0.6-900k"),
    row("vosk-model-small-cn-0.22", "cn", "small", "0.22"),
    row("vosk-model-spk-0.4", "", "spk", "0.4"),
]


@pytest.fixture
def mirror(serve: Serve) -> str:
    """A mirror with the rows above."""
    return serve(lambda handler: reply(handler, json.dumps(ROWS).encode()))


@pytest.mark.parametrize(
    ("wanted", "size", "name"),
    [
        ("en-gb", None, "vosk-model-en-us-0.22-lgraph"),
        ("en-GB", "small", "vosk-model-small-en-us-0.15"),
        ("en-gb", "large", "vosk-model-en-us-0.22"),
        ("en-in", None, "vosk-model-small-en-in-0.4"),
        ("de", None, "vosk-model-small-de-0.15"),
        ("de-at", "large", "vosk-model-de-0.21"),
        ("zh-cn", None, "vosk-model-small-cn-0.22"),
        ("vosk-model-de-tuda-0.6-900k", None, "vosk-model-de-tuda-0.6-900k"),
    ],
)
def test_a_language_or_a_name_leads_to_one_model(
    mirror: str, wanted: str, size: str | None, name: str
) -> None:
    model = pick(listed_models(mirror), wanted, size)
    assert model.name == name
    assert model.url == f"{mirror}/{name}.zip"


@pytest.mark.parametrize(
    ("wanted", "size", "message"),
    [
        ("de", "medium", "no medium model for de; there is: large, small"),
        ("tlh", None, "no model for 'tlh'. There are models for: de, en-in, en-us, zh"),
        ("vosk-model-en-us-0.21", None, "no model for 'vosk-model-en-us-0.21'"),
    ],
)
def test_what_there_is_not_is_said_with_what_there_is(
    mirror: str, wanted: str, size: str | None, message: str
) -> None:
    with pytest.raises(SpeechError, match=message):
        pick(listed_models(mirror), wanted, size)


UNSAFE = json.dumps([row("../up", "de", "small", "1")]).encode()


@pytest.mark.parametrize("body", [b"<html>", b'[{"type": "small"}]', b"[1]", UNSAFE])
def test_what_is_no_list_is_refused(serve: Serve, body: bytes) -> None:
    url = serve(lambda handler: reply(handler, body))
    with pytest.raises(SpeechError, match="not a list of models"):
        listed_models(url)


def test_a_publisher_out_of_reach_is_said_with_the_way_out(serve: Serve) -> None:
    def refuse(handler: BaseHTTPRequestHandler) -> None:
        reply(handler, b"", 503)

    with pytest.raises(SpeechError, match=r"the server answered 503.*--from"):
        listed_models(serve(refuse))
    with pytest.raises(SpeechError, match=r"the connection failed.*--from"):
        listed_models("http://127.0.0.1:1")


def test_a_list_without_end_is_not_read_to_its_end(serve: Serve) -> None:
    def flood(handler: BaseHTTPRequestHandler) -> None:
        send_head(handler, 1 << 40)
        with contextlib.suppress(ConnectionError):
            while True:
                handler.wfile.write(b"[" * 65536)

    with pytest.raises(SpeechError, match="not a list of models"):
        listed_models(serve(flood))
