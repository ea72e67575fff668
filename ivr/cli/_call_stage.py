"""The server on which `call` plays: the one that runs here, or one of its own."""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.adapters.system.running import Running
    from ivr.core.call.engine import CallFlow
    from ivr.settings import Settings


@dataclass(frozen=True, slots=True)
class CallStage:
    """A server that answers, its settings, and the number to dial."""

    server: Running
    settings: Settings
    number: str


@contextlib.contextmanager
def stage_for(settings: Settings, client: str) -> Iterator[CallStage]:
    """A stage on which `client` answers: a client, a telephone number, or a draft's path.

    Raises `FlowError`, `UnknownClient`, `RecordsError` and `ProcessError`.
    """
    from ivr.cli._drafts import draft, is_draft

    if is_draft(client):
        flow, folder = draft(settings, client)
        with tempfile.TemporaryDirectory(prefix="tango-call-") as name:
            _lay_out(flow, folder, settings, Path(name) / "flows")
            _say("Starting a server for this draft; what the call leaves behind is not kept …")
            with _own_server(settings, Path(name), Path(name) / "flows") as (server, own):
                yield CallStage(server, own, flow.client.numbers[0])
        return
    number = number_of(settings, client)
    with _alone(settings) as alone, contextlib.ExitStack() as stack:
        if alone:
            yield CallStage(stack.enter_context(_usual_server(settings)), settings, number)
            return
        name = stack.enter_context(tempfile.TemporaryDirectory(prefix="tango-call-"))
        _say(
            "Another call is being played on this machine. Starting a server for this one alone; "
            "what the call leaves behind is not kept …"
        )
        _copy_versions(settings, Path(name))
        server, own = stack.enter_context(_own_server(settings, Path(name), settings.flows))
        yield CallStage(server, own, number)


def number_of(settings: Settings, client: str) -> str:
    """The number at which a client answers. Raises `UnknownClient`, and `FlowError` where the
    client's file has errors and no version before it takes calls."""
    from ivr.adapters.files.flows.library import FolderLibrary
    from ivr.adapters.sql.flows.read_versions import read_versions
    from ivr.core.flow.findings import nearest
    from ivr.core.flow.types import parse_phone
    from ivr.core.nodes import KINDS
    from ivr.errors import FlowError, UnknownClient

    if client[:1] in "+0123456789":
        try:
            return parse_phone(client)
        except ValueError as error:
            raise UnknownClient(str(error)) from None
    library = FolderLibrary(settings.flows, KINDS, read_versions(settings.database_url))
    flows = {flow.client_id: flow for flow in library}
    mine = [f for f in library.findings if Path(f.file).name == f"{client}.yaml"]
    if client not in flows:
        if client in library.clients:
            raise FlowError("\n".join(map(str, mine)))
        raise UnknownClient(
            f"'{client}' is not a client that can be called{nearest(client, flows) or '.'}"
        )
    if any(finding in library.errors and finding.code != "number-taken" for finding in mine):
        _say(f"The file of '{client}' has errors; this is the last good version.")
    answered = [n for n in flows[client].client.numbers if library.answering(n) is flows[client]]
    if not answered:
        raise FlowError("\n".join(map(str, mine)))
    return answered[0]


def _lay_out(flow: CallFlow, folder: Path, settings: Settings, into: Path) -> None:
    """Put a flow's files, and the agency's, into a folder of their own."""
    from ivr.adapters.files.flows.audio import client_audio
    from ivr.adapters.files.flows.folder import AGENCY_FILE

    for name, text in flow.texts.items():
        (into / name).parent.mkdir(parents=True, exist_ok=True)
        (into / name).write_text(text, encoding="utf-8")
    audio, own = client_audio(folder, flow.client_id), client_audio(into, flow.client_id)
    for name in flow.audio:
        own.mkdir(parents=True, exist_ok=True)
        shutil.copy(audio / name, own / name)
    agencies = [settings.flows / AGENCY_FILE, folder / AGENCY_FILE]
    for agency in agencies:
        if agency.is_file():
            shutil.copy(agency, into / AGENCY_FILE)


@contextlib.contextmanager
def _alone(settings: Settings) -> Iterator[bool]:
    """Whether no other call is being played on this data folder; while it lasts, none can be. Nor
    on another one, whose carrier would have the port of ours."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (settings.data / "call.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield _is_free(settings.twilio_api_url)


def _is_free(api_url: str) -> bool:
    """Whether a simulated carrier can listen there."""
    import socket
    from urllib.parse import urlsplit

    api = urlsplit(api_url)
    try:
        socket.create_server((api.hostname or "127.0.0.1", api.port or 80)).close()
    except OSError:
        return False
    return True


@contextlib.contextmanager
def _usual_server(settings: Settings) -> Iterator[Running]:
    """The server that runs already, or one for the time of the call."""
    from ivr.adapters.system.running import running_server
    from ivr.processes.private import private_server

    running = running_server(settings)
    if running is not None:
        yield running
        return
    _say("Starting a server for this call …")
    with private_server({}) as started:
        yield started


@contextlib.contextmanager
def _own_server(
    settings: Settings, folder: Path, flows: Path
) -> Iterator[tuple[Running, Settings]]:
    """A server with data, Redis and carrier of its own in `folder`."""
    import os

    from ivr.processes.private import free_port, private_server
    from ivr.settings import load_settings

    environ: Mapping[str, str] = {
        "IVR_DATA": str(folder / "var"),
        "IVR_FLOWS": str(flows),
        "IVR_RECORDINGS": str(folder / "recordings"),
        "IVR_TWILIO_API_URL": f"http://127.0.0.1:{free_port()}",
        "IVR_SPEECH_MODELS": str(settings.speech_models),
        "IVR_REDIS_URL": "",
        "IVR_DATABASE_URL": "",
        "IVR_PUBLIC_URL": "",
    }
    with private_server(environ) as server:
        yield server, load_settings({**os.environ, **environ}, public_url=server.url)


def _copy_versions(settings: Settings, folder: Path) -> None:
    """Give a server of our own the versions that are live here, and who has which number."""
    from ivr.adapters.sql.database import migrate
    from ivr.adapters.sql.flows.copy import copy_versions
    from ivr.adapters.sql.flows.read_versions import read_versions

    if read_versions(settings.database_url) is None:
        return
    (folder / "var").mkdir(mode=0o700)
    own = f"sqlite:///{folder / 'var' / 'records.sqlite3'}"
    migrate(own)
    copy_versions(settings.database_url, own)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
